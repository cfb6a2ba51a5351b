/** A table of recordings and lyrics of the user's own. */
import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { UsageError } from '../../base/errors.js';
import type { ExampleTask } from '../../models/heads/index.js';
import { assembleDataset, syntheticStatement } from '../assemble.js';
import { defineDataSet } from '../data-set.js';
import { type Dataset, type Example, SPLITS, type Split } from '../dataset.js';
import { notesOnSkipped } from '../table.js';
import { balanceTracks } from './tracks/balance.js';
import { findTrackFiles } from './tracks/files.js';
import { indicators, type LabelledTrack, type LabelledTracks } from './tracks/labelled-tracks.js';
import { type TracksOptions, tracksOptions } from './tracks/options.js';
import { type SplitTrack, splitTracks } from './tracks/splits.js';
import { readTrackRows } from './tracks/table.js';
import { labelTracks } from './tracks/targets.js';

async function loadTracks(given: TracksOptions): Promise<Dataset> {
  const options = namesInOneForm(given);
  requireAlbums(options);
  const root = resolve(options.root);
  const { rows, skipped, excluded } = await readTrackRows(options);
  const notes: string[] = [];
  notes.push(...notesOnSkipped(skipped, options.table));
  if (excluded > 0) notes.push(`${excluded} tracks are left out by data.where.`);
  const labelled = labelTracks(rows, options);
  notes.push(...labelled.notes);
  const {
    tracks,
    labels: all,
    task,
  } = options.balance === null ? labelled : balanced(labelled, options, notes);
  const split = splitTracks(
    tracks.map((track) => splitTrackOf(track, all, options)),
    options.split,
  );
  notes.push(...split.notes);
  const assigned = tracks.flatMap((track, i) => (split.splits[0][i] === null ? [] : [{ track, i }]));
  const { labels, kept } =
    task === 'classification' && options.split.kind === 'album'
      ? withoutEmptyClasses(all, assigned)
      : { labels: all, kept: assigned };
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
  const found = await Promise.all(
    kept.map(async ({ track: { row } }) => ({
      audio: await files.audio(row),
      lyrics: await files.lyrics(row),
    })),
  );
  const examples = kept.map(({ track }, i): Example => {
    return {
      id: track.row.id,
      ...found[i],
      split: splits[0][i],
      song: textOf(track, options.song),
      artist: textOf(track, options.artist),
      album: textOf(track, options.album),
      group: textOf(track, options.group),
      title: textOf(track, options.title) ?? '',
      ...(options.breakdown && {
        columns: Object.fromEntries(
          options.breakdown.map((column) => [column, textOf(track, column) ?? 'not given']),
        ),
      }),
      targets: track.values ?? indicators(track.labels, labels.length),
    };
  });
  return assembleDataset(
    {
      name: options.name ?? basename(root),
      root,
      protocol: `${describeTarget(options, task, labels.length)}, ${split.description} (split ${splitHash(examples, splits)})`,
      task,
      labels,
      examples,
      synthetic: await syntheticStatement(root),
      notes,
      ...(options.group !== null && { disjoint: ['group'] as const }),
      audioAdvice: 'check data.audio, data.audio_column and data.root',
      ...(splits.length > 1 && {
        folds: splits.map((parts) => new Map(examples.map(({ id }, i) => [id, parts[i]]))),
      }),
    },
    {
      noun: 'track',
      emptySplit: ['data.split', 'give more tracks, fewer folds or another split'],
      missingClass: ['data.split', 'leave rare classes out with data.min_tracks, or give another split'],
      constantTarget: ['data.target', 'give a column whose numbers vary, or another split'],
    },
  );
}

/** Columns and values as the table has them, in NFC; paths are left as they are written. */
function namesInOneForm(options: TracksOptions): TracksOptions {
  const { root, table, lyrics, audio, ...names } = options;
  return { ...(JSON.parse(JSON.stringify(names).normalize()) as typeof names), root, table, lyrics, audio };
}

/** @throws UsageError when the split by album has no columns to go by */
function requireAlbums({ split, artist, album }: TracksOptions): void {
  if (split.kind !== 'album' || (artist !== null && album !== null)) return;
  throw new UsageError(
    `data.split: by album needs the columns data.artist and data.album, and data.${artist === null ? 'artist' : 'album'} is not given; name it.`,
  );
}

/** Classes whose every track is left out, such as an artist with too few albums, are no classes. */
function withoutEmptyClasses<Kept extends { track: LabelledTrack }>(
  labels: readonly string[],
  kept: readonly Kept[],
): { labels: string[]; kept: Kept[] } {
  const present = new Set(kept.flatMap(({ track }) => track.labels));
  const left = labels.flatMap((_, i) => (present.has(i) ? [i] : []));
  const position = new Map(left.map((label, i) => [label, i]));
  return {
    labels: left.map((label) => labels[label]),
    kept: kept.map((one) => ({
      ...one,
      track: { ...one.track, labels: one.track.labels.map((label) => position.get(label)!) },
    })),
  };
}

function describeTarget(options: TracksOptions, task: ExampleTask, labels: number): string {
  const column = options.quadrants
    ? Object.entries(options.quadrants)
        .map(([name, threshold]) => `${name} from ${threshold}`)
        .join(' × ')
    : options.target;
  const what = {
    tagging: `${labels} tags`,
    classification: `${column}, ${labels} classes`,
    regression: `${[options.target].flat().join(' and ')} as numbers`,
  }[task];
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
  // Classes without tracks are removed.
  const gone = new Set(lacking);
  const remaining =
    task === 'regression'
      ? labels
      : labels.filter((label, i) => !gone.has(label) && left.some(({ labels: own }) => own.includes(i)));
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
    tracks: left.map(({ labels: own, ...track }) => ({
      ...track,
      labels: own.flatMap((label) => position.get(labels[label]) ?? []),
    })),
    notes,
  };
}

function splitTrackOf(
  { row, labels: own, strata }: LabelledTrack,
  labels: readonly string[],
  options: TracksOptions,
): SplitTrack {
  const names = strata ?? own.map((label) => labels[label]);
  const textOf = (column: string | null): string | null =>
    column === null ? null : row.values.get(column) || null;
  const value = options.balance === null ? null : row.values.get(options.balance)!;
  return {
    id: row.id,
    group: textOf(options.group),
    artist: textOf(options.artist),
    album: textOf(options.album),
    labels: names,
    further: value === null ? [] : [JSON.stringify([names, value]), value],
    given: options.split.kind === 'column' ? row.values.get(options.split.column)! : null,
  };
}

/** How far the splits are from balance, as few tracks cannot be divided evenly. */
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
    ? `Every split has the same number of tracks of each ${column}.`
    : `The numbers of tracks of each ${column} differ by at most ${widest} within a split.`;
}

function splitHash(examples: readonly Example[], splits: readonly Split[][]): string {
  const lines = examples.map(({ id }, i) => `${id} ${splits.map((parts) => parts[i]).join(' ')}`);
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 8);
}

/** A table: one row per track, with columns of classes, tags or numbers. */
export const tracks = defineDataSet({
  title: 'A table of recordings and lyrics',
  citation: null,
  licence: null,
  homepage: null,
  download: null,
  import: null,
  options: tracksOptions,
  load: loadTracks,
});
