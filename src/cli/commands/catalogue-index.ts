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
import { EXPORT_FORMATS, exportFormats, exportIndex } from '../../catalogue/similar/export/index.js';
import { INDEX_FILES, isIndex, requireIndexPlace } from '../../catalogue/similar/index-folder.js';
import { isTable } from '../../catalogue/tables/index.js';
import { hashers } from '../../models/hashing/index.js';
import {
  encodingOption,
  numberOption,
  readEncoding,
  requiredText,
  requireNew,
  requirePlace,
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
  approximate: {
    type: 'boolean',
    describe:
      'Make a graph by which nearly all of the nearest are found without comparing every track (default: above 100,000 tracks)',
  },
  outside: switchOption('Allow playlists to name tracks outside their folders'),
  overwrite: switchOption('Replace an existing index'),
  json: switchOption('Print the counts as JSON'),
} as const satisfies Record<string, Options>;

/** Tracks between two notes on how far the work is: some seconds. */
const NOTED = 100_000;

/** Says how far the work is; a table does not say how many rows it has. */
function onTrack(done: number): void {
  if (done % NOTED === 0) printNote(`${done} tracks`);
}

type BuildArguments = { sources: string[] } & InferredOptionTypes<typeof buildOptions>;

/** Bits of a code where none are given. */
const BITS = 64;

/** Which codes are made; null where none are. Throws a UsageError for options that do not go together. */
function hashChoice({
  hash: given,
  bits,
  approximate,
  'codes-only': codesOnly,
}: BuildArguments): HashChoice | string | null {
  if (given === undefined) {
    if (codesOnly || bits !== undefined)
      throw new UsageError(`--${codesOnly ? 'codes-only' : 'bits'} is for codes; add --hash.`);
    return null;
  }
  if (codesOnly && approximate)
    throw new UsageError('--approximate is for embeddings; leave --codes-only out.');
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
  // Refused before recordings are embedded, which may take hours.
  if (typeof hash === 'string')
    await (await import('../../catalogue/similar/codes/model-hasher.js')).hasherOfModel(hash);
  const given = readEncoding(encoding);
  const tracks = await nameTracks({ paths: sources, outside }, given);
  const { CatalogueTagger } = await import('../../catalogue/tag/catalogue-tagger.js');
  const tagger = await CatalogueTagger.open(
    {
      ...{ model, embedding: true, lyrics: lyrics ?? null, encoding: given, taggrams: null },
      ...{ threshold: null, top: null, log: printNote },
    },
    tracks.length,
  );
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
    const { sources, out, overwrite, json, approximate, 'codes-only': codesOnly } = args;
    const hash = hashChoice(args);
    await requireIndexPlace(out, overwrite);
    const isOfTable = sources.length === 1 && isTable(sources[0]);
    const table = isOfTable ? sources[0] : join(out, INDEX_FILES.tagged);
    if (!isOfTable) await embedRecordings(args, hash, table);
    const counts = await interruptible((signal) =>
      buildIndex(table, out, { hash, codesOnly, approximate, signal, onTrack, log: printNote }),
    );
    if (!isOfTable) await rm(table);
    printResult(
      json
        ? JSON.stringify({ out, ...counts, ...(hash ? { codes: hash } : {}) }, null, 2)
        : `${out}: ${countText(counts.tracks, 'track')}${codesText(hash)}${counts.approximate ? ', a graph for approximate search' : ''}${counts.without > 0 ? `, ${counts.without} without an embedding` : ''}`,
    );
  },
};

const exportOptions = {
  to: {
    choices: EXPORT_FORMATS,
    demandOption: true,
    requiresArg: true,
    describe: 'Parquet, SQL for PostgreSQL, or an Arrow file for LanceDB',
  },
  out: requiredText('File to write'),
  table: textOption('With --to pgvector: the name of the table, or SCHEMA.NAME (default: tracks)'),
  without: {
    choices: ['pgvector'],
    requiresArg: true,
    describe: 'With --to pgvector: for a PostgreSQL (14 or newer) that has not this extension',
  },
  overwrite: switchOption('Replace an existing file'),
  json: switchOption('Print the count as JSON'),
} as const satisfies Record<string, Options>;

type ExportArguments = { index: string } & InferredOptionTypes<typeof exportOptions>;

const exported: CommandModule<object, ExportArguments> = {
  command: 'export <index>',
  describe: 'Write an index for other programs',
  builder: (yargs) =>
    yargs
      .positional('index', {
        type: 'string',
        demandOption: true,
        describe: 'Index that "polytag index build" made',
      })
      .options(exportOptions)
      .example('$0 index export catalogue --to parquet --out tracks.parquet', 'For pandas, DuckDB, Spark')
      .example('$0 index export catalogue --to pgvector --out tracks.sql', 'For psql'),
  handler: async ({ index, to, out, table, without, overwrite, json }) => {
    if (to !== 'pgvector' && (table !== undefined || without !== undefined))
      throw new UsageError(`--${table === undefined ? 'without' : 'table'} is for --to pgvector.`);
    if (!(await isIndex(index)))
      throw new UsageError(`${index} is not an index; make one with "polytag index build".`);
    await requirePlace('out', out, ...exportFormats[to].endings);
    await requireNew(out, overwrite);
    const tracks = await exportIndex(index, to, out, { table, pgvector: without === undefined, onTrack });
    printResult(
      json ? JSON.stringify({ out, to, tracks }, null, 2) : `${out}: ${countText(tracks, 'track')}`,
    );
  },
};

export const catalogueIndex: CommandModule = {
  command: 'index',
  describe: "Index: a catalogue's embeddings in a folder that a search opens at once",
  builder: (yargs) =>
    yargs
      .command(build)
      .command(exported)
      .demandCommand(1, 'Give a command: build or export.')
      .example('$0 index build tags.parquet --out catalogue', 'Of a table with embeddings')
      .example('$0 similar catalogue "some song.mp3"', 'Search it'),
  handler: () => {},
};
