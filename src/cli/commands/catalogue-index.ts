/** polytag index: a catalogue's embeddings in a folder that a search opens at once. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandModule, InferredOptionTypes, Options } from 'yargs';
import { UsageError } from '../../base/errors.js';
import { exists } from '../../base/files.js';
import { countText } from '../../base/format.js';
import { startProgress } from '../../base/progress.js';
import { buildIndex } from '../../catalogue/similar/build-index.js';
import { CATALOGUE_HASHERS, type HashChoice } from '../../catalogue/similar/codes/fit-hasher.js';
import { requireBits } from '../../catalogue/similar/codes/packed-codes.js';
import { INDEX_FILES, requireIndexPlace } from '../../catalogue/similar/index-folder.js';
import { isTable } from '../../catalogue/tables/index.js';
import { CatalogueTagger } from '../../catalogue/tag/catalogue-tagger.js';
import { hashers } from '../../models/hashing/index.js';
import {
  encodingOption,
  numberOption,
  readEncoding,
  requiredText,
  switchOption,
  textOption,
} from '../arguments.js';
import { interruptible, printNote, printResult } from '../terminal.js';
import { nameTracks } from './tag/named-tracks.js';

const buildOptions = {
  out: requiredText('Folder of the index'),
  model: textOption('For recordings: a name ("polytag models list" shows them), or the folder of a run'),
  lyrics: textOption(
    'For recordings: folder with NAME.txt or NAME.lrc for NAME.mp3, for models that take lyrics',
  ),
  encoding: encodingOption('lyrics and playlists'),
  hash: textOption(
    `Make binary codes too: ${CATALOGUE_HASHERS.join(', ')} are fitted to the catalogue's own embeddings; the folder of a run with model.hash, or a model's name, has a code of its own`,
  ),
  bits: numberOption('With a hash learner: bits of a code, a multiple of 32 up to 256 (default: 64)'),
  'codes-only': switchOption('With --hash: keep the codes and not the embeddings; small, but without cosine'),
  outside: switchOption('Allow playlists to name tracks outside their folders'),
  overwrite: switchOption('Replace an existing index'),
  json: switchOption('Print the counts as JSON'),
} as const satisfies Record<string, Options>;

/** Tracks between two notes on how far the work is: some seconds. */
const NOTED = 100_000;

type BuildArguments = { sources: string[] } & InferredOptionTypes<typeof buildOptions>;

/** Bits of a code where none are given. */
const BITS = 64;

/** Which codes are made; null where none are. Throws a UsageError for options that do not go together. */
function hashChoice({
  hash: given,
  bits,
  'codes-only': codesOnly,
}: BuildArguments): HashChoice | string | null {
  if (given === undefined) {
    if (codesOnly || bits !== undefined)
      throw new UsageError(`--${codesOnly ? 'codes-only' : 'bits'} is for codes; add --hash.`);
    return null;
  }
  const kind = CATALOGUE_HASHERS.find((name) => name === given);
  if (kind === undefined) {
    if (given in hashers)
      throw new UsageError(
        `--hash: ${given} learns from labels, which a catalogue does not have; take ${CATALOGUE_HASHERS.join(', ')}, or a run.`,
      );
    if (bits !== undefined)
      throw new UsageError(`--bits is for hash learners; the code of ${given} is as long as it is.`);
    return given;
  }
  const choice = { kind, bits: bits ?? BITS };
  requireBits(choice.bits);
  return choice;
}

/** Which codes an index has, after its number of tracks. */
function codesText(hash: HashChoice | string | null): string {
  if (hash === null) return '';
  return typeof hash === 'string' ? `, codes of ${hash}` : `, ${hash.kind} codes of ${hash.bits} bits`;
}

/** Embeds recordings into a table in the index's folder, which an interrupted build goes on with. */
async function embedRecordings(
  { sources, model: named, lyrics, encoding, outside }: BuildArguments,
  hash: HashChoice | string | null,
  table: string,
): Promise<void> {
  const model = named ?? (typeof hash === 'string' ? hash : undefined);
  if (model === undefined)
    throw new UsageError(
      `${sources[0]} is not a table of "polytag tag": give --model, which embeds recordings.`,
    );
  const given = readEncoding(encoding);
  const tracks = await nameTracks({ paths: sources, outside }, given);
  const tagger = await CatalogueTagger.open({
    ...{ model, embedding: true, lyrics: lyrics ?? null, encoding: given, taggrams: null },
    ...{ threshold: null, top: null, log: printNote },
  });
  await interruptible(async (signal) =>
    tagger.makeTable({
      ...{ tracks, out: table, overwrite: false, update: await exists(table), signal },
      progress: (total) => startProgress('Embedding', total, 'tracks'),
    }),
  ).finally(() => tagger.dispose());
}

const build: CommandModule<object, BuildArguments> = {
  command: 'build <sources..>',
  describe: 'Make the index of a table with embeddings, or of recordings',
  builder: (yargs) =>
    yargs
      .positional('sources', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Table that "polytag tag --embedding" wrote, or recordings: files, folders, M3U playlists',
      })
      .options(buildOptions)
      .example('$0 index build tags.parquet --out catalogue', 'Of a table')
      .example('$0 index build music --model musicnn-mtt --out catalogue', 'Of a folder of recordings')
      .example('$0 index build tags.parquet --hash itq --out catalogue', 'With binary codes of 64 bits')
      .example('$0 index build music --hash reports/hashing --out catalogue', 'With the codes of a run'),
  handler: async (args) => {
    const { sources, out, overwrite, json, 'codes-only': codesOnly } = args;
    const hash = hashChoice(args);
    await requireIndexPlace(out, overwrite);
    const isOfTable = sources.length === 1 && isTable(sources[0]);
    const table = isOfTable ? sources[0] : join(out, INDEX_FILES.tagged);
    if (!isOfTable) await embedRecordings(args, hash, table);
    // A table does not say how many rows it has.
    const onTrack = (done: number): void => {
      if (done % NOTED === 0) printNote(`${done} tracks indexed`);
    };
    const counts = await interruptible((signal) =>
      buildIndex(table, out, { hash, codesOnly, signal, onTrack, log: printNote }),
    );
    if (!isOfTable) await rm(table);
    printResult(
      json
        ? JSON.stringify({ out, ...counts, ...(hash ? { codes: hash } : {}) }, null, 2)
        : `${out}: ${countText(counts.tracks, 'track')}${codesText(hash)}${counts.without > 0 ? `, ${counts.without} without an embedding` : ''}`,
    );
  },
};

export const catalogueIndex: CommandModule = {
  command: 'index',
  describe: "Index: a catalogue's embeddings in a folder that a search opens at once",
  builder: (yargs) =>
    yargs
      .command(build)
      .demandCommand(1, 'Give a command: build.')
      .example('$0 index build tags.parquet --out catalogue', 'Of a table with embeddings')
      .example('$0 similar catalogue "some song.mp3"', 'Search it'),
  handler: () => {},
};
