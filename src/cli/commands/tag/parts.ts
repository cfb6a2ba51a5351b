/** polytag tag manifest, verify and merge: run once for all shards. */
import type { CommandModule, Options } from 'yargs';
import { markCsv } from '../../../base/byte-order-mark.js';
import { Failure, UsageError } from '../../../base/errors.js';
import { countText } from '../../../base/format.js';
import { readManifest, writeManifest } from '../../../catalogue/shards/manifest.js';
import { PART_BYTES } from '../../../catalogue/shards/parts.js';
import { mergeParts, verifyParts } from '../../../catalogue/shards/verify.js';
import { requireTable } from '../../../catalogue/tag/catalogue-tagger.js';
import { bomOption, encodingOption, numberOption, readEncoding, switchOption } from '../../arguments.js';
import { printResult } from '../../terminal.js';
import { nameTracks } from './named-tracks.js';

/** Size of a part: the same number for all commands on a manifest. */
export const partBytesOption = {
  type: 'number',
  requiresArg: true,
  default: PART_BYTES,
  describe: 'Bytes of audio per part, about 15 minutes of work; the same for all shards',
} as const satisfies Options;

const required = { type: 'string', requiresArg: true, demandOption: true } as const;

export const manifest: CommandModule<
  object,
  { paths: string[]; out: string; outside: boolean; encoding?: string }
> = {
  command: 'manifest <paths..>',
  describe: 'Write the tracks of a catalogue to a manifest, for shards',
  builder: (yargs) =>
    yargs
      .positional('paths', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Files, folders, M3U playlists, or - for a list on standard input',
      })
      .option('out', { ...required, describe: 'The manifest to write, JSON lines' })
      .option('outside', switchOption('Allow playlists to name tracks outside their folders'))
      .option('encoding', encodingOption('playlists'))
      .example('$0 tag manifest ~/music --out tracks.jsonl', 'The tracks of a folder')
      .example(
        '$0 tag --manifest tracks.jsonl --shard 1/8 --out parts --model musicnn-mtt',
        'Then: one of eight shards',
      ),
  handler: async ({ paths, out, outside, encoding }) => {
    const found = await nameTracks({ paths, outside }, readEncoding(encoding));
    const { tracks, sha256 } = await writeManifest(out, found);
    printResult(`${out}: ${countText(tracks.length, 'track')}, SHA-256 ${sha256}`);
  },
};

interface PartsArguments {
  manifest: string;
  parts: string;
  'part-bytes'?: number;
}

const partsOptions = {
  manifest: { ...required, describe: 'The manifest' },
  parts: { ...required, describe: 'Folder of the parts' },
  'part-bytes': numberOption('Bytes of audio per part (default: as the parts say)'),
} as const;

export const verify: CommandModule<object, PartsArguments & { json: boolean }> = {
  command: 'verify',
  describe: 'Check that every track of a manifest has one row in the parts',
  builder: (yargs) =>
    yargs
      .options(partsOptions)
      .option('json', switchOption('Print as JSON'))
      .example('$0 tag verify --manifest tracks.jsonl --parts parts', 'Is anything missing?')
      .example('$0 tag merge --manifest tracks.jsonl --parts parts --out tags.parquet', 'Then: one table'),
  handler: async ({ manifest: path, parts, 'part-bytes': partBytes, json }) => {
    const found = await verifyParts(await readManifest(path), parts, partBytes);
    printResult(
      json
        ? JSON.stringify(found, null, 2)
        : `${countText(found.parts, 'part')}, ${countText(found.rows, 'row')}, ${countText(found.failed, 'track')} that could not be tagged`,
    );
    if (found.problems.length > 0)
      throw new Failure(`${parts} is not complete: ${found.problems.join('; ')}.`);
  },
};

export const merge: CommandModule<
  object,
  PartsArguments & { out: string; overwrite: boolean; bom: boolean }
> = {
  command: 'merge',
  describe: 'Join the complete parts of a manifest into one table',
  builder: (yargs) =>
    yargs
      .options(partsOptions)
      .option('out', { ...required, describe: 'The table: .csv, .jsonl, .parquet or .arrow' })
      .option('overwrite', switchOption('Replace an existing table'))
      .option('bom', bomOption)
      .example('$0 tag merge --manifest tracks.jsonl --parts parts --out tags.parquet', 'One table')
      .example('$0 tag verify --manifest tracks.jsonl --parts parts', 'First: is anything missing?'),
  handler: async ({ manifest: path, parts, 'part-bytes': partBytes, out, overwrite, bom }) => {
    await requireTable(out, overwrite);
    const tracks = await readManifest(path);
    if (tracks.tracks.length === 0) throw new UsageError(`${path} names no tracks.`);
    const { rows, failed } = await mergeParts(tracks, parts, partBytes ?? null, out);
    if (bom) await markCsv(out);
    printResult(`${out}: ${countText(rows, 'track')}, ${failed} failed`);
  },
};
