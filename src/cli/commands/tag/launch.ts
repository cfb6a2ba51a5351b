/** polytag tag --manifest … --launcher slurm: all shards of a catalogue, as a job array that is followed to its end. */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InferredOptionTypes, Options } from 'yargs';
import { Failure, UsageError } from '../../../base/errors.js';
import { exists } from '../../../base/files.js';
import { countText } from '../../../base/format.js';
import { startProgress } from '../../../base/progress.js';
import { readManifest } from '../../../catalogue/shards/manifest.js';
import { partFiles, partsOf, partsOfShard } from '../../../catalogue/shards/parts.js';
import { mergeParts, verifyParts } from '../../../catalogue/shards/verify.js';
import { requireTable } from '../../../catalogue/tag/catalogue-tagger.js';
import { launchArray } from '../../../runs/slurm/launch-array.js';
import { parseSlurmOptions } from '../../../runs/slurm/options.js';
import { type ArrayCommand, arrayScript, TASK } from '../../../runs/slurm/script.js';
import { numberOption, switchOption, textOption, wholeOption } from '../../arguments.js';
import { interruptible, printNote, printResult } from '../../terminal.js';
import { taggingOptions } from './options.js';

export const launcherOptions = {
  launcher: {
    choices: ['slurm'] as const,
    requiresArg: true,
    describe: 'Start all --shards N of --manifest and wait for them',
  },
  slurm: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'Options of sbatch for each shard: time=08:00:00 cpus-per-task=16 mem=32G partition=cpu',
  },
  'max-running': numberOption('Most shards to run at once (default: as many as the cluster starts)'),
  retries: {
    type: 'number',
    requiresArg: true,
    default: 5,
    describe: 'Times that a shard which was stopped or killed is resubmitted',
  },
  merge: textOption('Join the parts into this table: .csv, .jsonl, .parquet or .arrow'),
  'dry-run': switchOption("Print the launcher's script and submit nothing"),
} as const satisfies Record<string, Options>;

type TaggingArguments = InferredOptionTypes<typeof taggingOptions>;

export type LaunchRequest = InferredOptionTypes<typeof launcherOptions> & {
  manifest: string;
  folder: string;
  shards?: number;
  partBytes: number;
  overwrite: boolean;
};

const executable = fileURLToPath(new URL('../../../../bin/polytag.js', import.meta.url));

/** The tagging options as command-line words, without defaults; folders by their absolute path. */
async function taggingWords(tagging: TaggingArguments): Promise<string[]> {
  const words: string[] = [];
  for (const [name, option] of Object.entries(taggingOptions)) {
    const value = tagging[name as keyof TaggingArguments];
    if (value === undefined || ('default' in option && value === option.default)) continue;
    if (typeof value === 'boolean') words.push(value ? `--${name}` : `--no-${name}`);
    else if (typeof value === 'number') words.push(`--${name}`, String(value));
    // A model is a name unless there is such a folder, as where it is opened.
    else {
      const isPath = name === 'model' ? await exists(value) : name !== 'encoding';
      words.push(`--${name}`, isPath ? resolve(value) : value);
    }
  }
  return words;
}

/**
 * Tags all shards of a manifest as a Slurm job array, checks that no track is missing, and joins the parts into a table
 * if one is named. Throws a UsageError for wrong options, and as launchArray, verifyParts and mergeParts.
 */
export async function launchShards(tagging: TaggingArguments, request: LaunchRequest): Promise<void> {
  const { shards, partBytes, retries, merge, 'max-running': maxRunning } = request;
  if (shards === undefined) throw new UsageError('--launcher needs --shards N, the number of shards.');
  wholeOption('shards', shards);
  if (maxRunning !== undefined) wholeOption('max-running', maxRunning);
  wholeOption('retries', retries, { least: 0 });
  const manifest = await readManifest(request.manifest);
  const parts = partsOf(manifest, partBytes);
  if (parts.length === 0) throw new UsageError(`${request.manifest} names no tracks.`);
  if (shards > parts.length)
    printNote(
      `${request.manifest} has ${countText(parts.length, 'part')}; shards without one: ${shards - parts.length}.`,
    );
  const folder = resolve(request.folder);
  const array: ArrayCommand = {
    name: 'polytag-tag',
    command: [
      ...[process.execPath, executable, 'tag', '--manifest', resolve(request.manifest)],
      ...['--shard', `${TASK}/${shards}`, '--out', folder, '--part-bytes', String(partBytes)],
      ...(await taggingWords(tagging)),
    ],
    tasks: shards,
    workingFolder: process.cwd(),
    logs: join(folder, 'logs'),
    options: parseSlurmOptions(request.slurm ?? []),
    maxRunning,
  };
  if (request['dry-run']) return printResult(arrayScript(array).trimEnd());
  if (merge !== undefined) await requireTable(merge, request.overwrite);

  const doneParts = async (): Promise<Set<number>> => {
    const names = new Set(await readdir(folder).catch(() => []));
    return new Set(parts.flatMap(({ number }) => (names.has(partFiles('', number).done) ? [number] : [])));
  };
  const progress = startProgress('Tagging', parts.length, 'parts');
  try {
    await interruptible(
      (signal) =>
        launchArray({
          ...array,
          folder,
          retries,
          signal,
          log: printNote,
          finished: async () => {
            const done = await doneParts();
            const all = Array.from({ length: shards }, (_, index) => index);
            const isDone = (index: number): boolean =>
              partsOfShard(parts, { index, count: shards }).every(({ number }) => done.has(number));
            return new Set(all.filter(isDone).map((index) => index + 1));
          },
          onStatus: async ({ running, waiting, reason }) => {
            const why = waiting > 0 && reason !== '' && reason !== 'None' ? ` (${reason})` : '';
            progress.update((await doneParts()).size, `${running} shards running, ${waiting} waiting${why}`);
          },
        }),
      { note: 'Leaving the jobs running.' },
    );
  } finally {
    progress.stop();
  }
  const { rows, failed, problems } = await verifyParts(manifest, folder, partBytes);
  if (problems.length > 0)
    throw new Failure(
      `${folder} is not complete: ${problems.join('; ')}; run the same command again to continue.`,
    );
  if (merge !== undefined) await mergeParts(manifest, folder, partBytes, merge);
  printResult(`${merge ?? folder}: ${rows} tracks, ${failed} failed, in ${parts.length} parts`);
}
