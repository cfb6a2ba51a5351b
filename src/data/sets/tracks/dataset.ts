/** A table of recordings and lyrics as a data set. */
import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { UsageError } from '../../../base/errors.js';
import { type Dataset, type Example, SPLITS, type Split } from '../../dataset.js';
import { syntheticStatement } from '../mtat/dataset.js';
import { balanceTracks } from './balance.js';
import { findTrackFiles } from './files.js';
import type { TracksOptions } from './options.js';
import { type SplitTrack, splitTracks } from './splits.js';
import { readTrackRows } from './table.js';
import { type LabelledTrack, type LabelledTracks, labelTracks } from './targets.js';

/**
 * Loads the data set that a config describes. Audio files and lyrics are not opened.
 *
 * @param options - the config's `data`
 * @returns the tracks, ordered by id, with their targets, and what was left out, in sentences
 * @throws UsageError when a file or column is missing, or a part or a training class is empty
 */
export async function loadTracks(options: TracksOptions): Promise<Dataset> {
  const root = resolve(options.root);
  const { rows, skipped, excluded } = await readTrackRows(options);
  const notes: string[] = [];
  if (skipped.length > 0)
    notes.push(
      `${skipped.length} rows of ${options.table} were left out; the first is row ${skipped[0].row}: ${skipped[0].reason}.`,
    );
  if (excluded > 0) notes.push(`${excluded} tracks are left out by data.where.`);
  const labelled = labelTracks(rows, options);
  notes.push(...labelled.notes);
  const { tracks, labels, task } = options.balance === null ? labelled : balanced(labelled, options, notes);
  const split = splitTracks(
    tracks.map((track) => splitTrackOf(track, labels, options)),
    options.split,
  );
  notes.push(...split.notes);
  const kept = tracks.flatMap((track, i) => (split.splits[0][i] === null ? [] : [{ track, i }]));
  const splits = split.splits.map((parts) => kept.map(({ i }) => parts[i]!));
  if (options.balance !== null)
    notes.push(
      spreadOf(
        kept.map(({ track }) => track),
        splits,
        options.balance,
      ),
    );
  const files = await findTrackFiles(options);
  const textOf = ({ row }: LabelledTrack, column: string | null): string | null =>
    column === null ? null : row.values.get(column) || null;
  const examples = kept.map(({ track }, i): Example => {
    const targets = new Uint8Array(labels.length);
    for (const label of track.labels) targets[label] = 1;
    return {
      id: track.row.id,
      audio: files.audio(track.row),
      lyrics: files.lyrics(track.row),
      split: splits[0][i],
      song: textOf(track, options.song),
      artist: textOf(track, options.artist),
      title: textOf(track, options.title) ?? '',
      targets,
    };
  });
  const dataset: Dataset = {
    name: options.name ?? basename(root),
    root,
    protocol: `${describeTarget(options, task, labels.length)}, ${split.description} (split ${splitHash(examples, splits)})`,
    task,
    labels,
    examples,
    synthetic: await syntheticStatement(root),
    fingerprint: fingerprintOf(labels, examples, splits),
    notes,
    audioAdvice: 'check data.audio, data.audio_column and data.root',
    ...(splits.length > 1 && {
      folds: splits.map((parts) => new Map(examples.map(({ id }, i) => [id, parts[i]]))),
    }),
  };
  for (const [fold, parts] of splits.entries())
    requireEveryPart(dataset, parts, splits.length > 1 ? ` of fold ${fold}` : '');
  return dataset;
}

function describeTarget(options: TracksOptions, task: string, labels: number): string {
  const what = task === 'tagging' ? `${labels} tags` : `${options.target}, ${labels} classes`;
  return options.balance === null ? what : `${what}, balanced by ${options.balance}`;
}

/** Leaves tracks out so that each class, or the whole, has the same number of each value. */
function balanced(
  { tracks, labels, task }: LabelledTracks,
  options: TracksOptions,
  notes: string[],
): LabelledTracks {
  const column = options.balance!;
  const byClass =
    task === 'classification' && options.balance_within === 'class' && column !== options.target;
  const { kept, values, lacking } = balanceTracks(
    tracks.map(({ row, labels: own }) => ({
      id: row.id,
      value: row.values.get(column)!,
      stratum: byClass ? labels[own[0]] : '',
    })),
    options.split.kind === 'column' ? 1 : options.split.seed,
  );
  if (kept.size === 0)
    throw new UsageError(
      `data.balance: no ${byClass ? 'class' : 'track'} is left with every ${column} (${values.join(', ')}); set data.balance_within to "all", or leave values out with data.where.`,
    );
  const left = tracks.filter(({ row }) => kept.has(row.id));
  // A class without tracks is none any more.
  const gone = new Set(lacking);
  const remaining = labels.filter(
    (label, i) => !gone.has(label) && left.some(({ labels: own }) => own.includes(i)),
  );
  if (task === 'classification' && remaining.length < 2)
    throw new UsageError(
      `data.balance: of ${labels.length} classes only "${remaining.join()}" has tracks of every ${column} (${values.join(', ')}); set data.balance_within to "all", or leave values out with data.where.`,
    );
  const within = byClass ? 'in each class' : 'in all';
  const without =
    remaining.length < labels.length
      ? `; without any: ${labels.filter((label) => !remaining.includes(label)).join(', ')}`
      : '';
  notes.push(
    `Balanced by ${column}: the same number of tracks of ${values.join(', ')} ${within}; ${tracks.length - left.length} of ${tracks.length} tracks are left out for it${without}.`,
  );
  const position = new Map(remaining.map((label, i) => [label, i]));
  return {
    task,
    labels: remaining,
    tracks: left.map(({ row, labels: own }) => ({
      row,
      labels: own.flatMap((label) => position.get(labels[label]) ?? []),
    })),
    notes,
  };
}

function splitTrackOf(
  { row, labels: own }: LabelledTrack,
  labels: readonly string[],
  options: TracksOptions,
): SplitTrack {
  const names = own.map((label) => labels[label]);
  const value = options.balance === null ? null : row.values.get(options.balance)!;
  return {
    id: row.id,
    group: options.group === null ? null : row.values.get(options.group) || null,
    labels: names,
    further: value === null ? [] : [JSON.stringify([names, value]), value],
    given: options.split.kind === 'column' ? row.values.get(options.split.column)! : null,
  };
}

/** How far the parts are from balance: a few tracks cannot be parted evenly. */
function spreadOf(tracks: readonly LabelledTrack[], splits: readonly Split[][], column: string): string {
  const values = [...new Set(tracks.map(({ row }) => row.values.get(column)!))];
  let widest = 0;
  for (const parts of splits) {
    for (const part of SPLITS) {
      const counts = values.map(
        (value) =>
          tracks.filter(({ row }, i) => parts[i] === part && row.values.get(column) === value).length,
      );
      widest = Math.max(widest, Math.max(...counts) - Math.min(...counts));
    }
  }
  return widest === 0
    ? `Every part has the same number of tracks of each ${column}.`
    : `The numbers of tracks of each ${column} differ by at most ${widest} within a part.`;
}

function requireEveryPart(
  { examples, labels, task, root }: Dataset,
  parts: readonly Split[],
  where: string,
): void {
  for (const part of SPLITS)
    if (!parts.includes(part))
      throw new UsageError(
        `data.split: the ${part} part${where} of ${root} has no track; give more tracks, fewer folds or another split.`,
      );
  const missing = labels.find(
    (_, label) => !examples.some(({ targets }, i) => parts[i] === 'train' && targets[label] === 1),
  );
  if (missing !== undefined && task === 'classification')
    throw new UsageError(
      `data.split: no training track${where} has the class "${missing}", so that it cannot be learned; leave rare classes out with data.min_tracks, or give another split.`,
    );
}

function splitHash(examples: readonly Example[], splits: readonly Split[][]): string {
  const lines = examples.map(({ id }, i) => `${id} ${splits.map((parts) => parts[i]).join(' ')}`);
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 8);
}

function fingerprintOf(labels: string[], examples: readonly Example[], splits: readonly Split[][]): string {
  const hash = createHash('sha256').update(JSON.stringify(labels));
  for (const [i, { id, targets }] of examples.entries())
    hash.update(`${id} ${splits.map((parts) => parts[i]).join(' ')} `).update(targets);
  return hash.digest('hex');
}
