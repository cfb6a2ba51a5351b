/** Targets of the tracks of a table: one class each, tags, or numbers. */
import { UsageError } from '../../../base/errors.js';
import type { Task } from '../../../models/heads/index.js';
import type { LabelledTracks } from './labelled-tracks.js';
import { numberTracks, targetsAreNumbers } from './numbers.js';
import type { TracksOptions } from './options.js';
import type { TrackRow } from './table.js';

type Reading = Pick<LabelledTracks, 'task' | 'labels'> & {
  /** Names of a track's labels, or why it has none, in a few words. */
  read: (row: TrackRow) => string[] | string;
};

type TargetOptions = Pick<
  TracksOptions,
  'target' | 'target_kind' | 'quadrants' | 'tag_separator' | 'min_tracks'
>;

/**
 * Reads the targets of tracks: numbers, or labels that are frequent enough with the tracks that have them. Throws a
 * UsageError when fewer than two classes, or no tag, are left, or a column of numbers has none.
 */
export function labelTracks(rows: readonly TrackRow[], options: TargetOptions): LabelledTracks {
  const { areNumbers, note } = targetsAreNumbers(rows, options);
  const { notes, ...labelled } = areNumbers
    ? numberTracks(rows, [options.target].flat())
    : readLabels(rows, options);
  return { ...labelled, notes: note === null ? notes : [note, ...notes] };
}

function readLabels(rows: readonly TrackRow[], options: TargetOptions): LabelledTracks {
  const { task, labels: found, read } = readingOf(rows, options);
  const reasons: string[] = [];
  const named = rows.flatMap((row) => {
    const names = read(row);
    if (typeof names !== 'string') return [{ row, names }];
    reasons.push(`${row.id}: ${names}`);
    return [];
  });
  const counts = new Map<string, number>();
  for (const { names } of named) for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const labels = found.filter((label) => (counts.get(label) ?? 0) >= options.min_tracks);
  const rare = found.filter((label) => !labels.includes(label));
  const positions = new Map(labels.map((label, i) => [label, i]));
  const tracks = named
    .map(({ row, names }) => ({ row, labels: names.flatMap((name) => positions.get(name) ?? []) }))
    .filter(({ labels: own }) => task === 'tagging' || own.length > 0);
  requireLabels(task, labels, options);
  const notes: string[] = [];
  if (reasons.length > 0)
    notes.push(`${reasons.length} of ${rows.length} tracks are left out; the first is ${reasons[0]}.`);
  if (rare.length > 0) {
    const without = named.length - tracks.length;
    const lost = without > 0 ? `, and their ${without} tracks with them` : '';
    notes.push(
      `${rare.length} of ${found.length} labels have fewer than ${options.min_tracks} tracks and are left out${lost}: ${rare.join(', ')}.`,
    );
  }
  return { task, labels, tracks, notes };
}

function readingOf(
  rows: readonly TrackRow[],
  {
    target,
    quadrants,
    tag_separator: separator,
  }: Pick<TracksOptions, 'target' | 'quadrants' | 'tag_separator'>,
): Reading {
  if (quadrants) return quadrantsOf(quadrants);
  if (typeof target !== 'string') return tagColumns(target);
  if (separator !== null) return tagLists(rows, target, separator);
  const classes = new Set(rows.map(({ values }) => values.get(target)!).filter((value) => value !== ''));
  return {
    task: 'classification',
    labels: [...classes].sort(),
    read: ({ values }) => (values.get(target) ? [values.get(target)!] : `no ${target} is given`),
  };
}

const isNumber = (value: string): boolean => value !== '' && Number.isFinite(Number(value));

/** The four classes of two numbers that are each low or high: `high valence, low arousal`. */
function quadrantsOf(thresholds: Readonly<Record<string, number>>): Reading {
  const axes = Object.entries(thresholds);
  const [first, second] = axes.map(([column]) => ['low', 'high'].map((level) => `${level} ${column}`));
  return {
    task: 'classification',
    labels: first.flatMap((a) => second.map((b) => `${a}, ${b}`)).sort(),
    read: ({ values }) => {
      const wrong = axes.find(([column]) => !isNumber(values.get(column)!));
      if (wrong) return `its ${wrong[0]} is "${values.get(wrong[0])}", not a number`;
      return [
        axes
          .map(
            ([column, threshold]) => `${Number(values.get(column)) >= threshold ? 'high' : 'low'} ${column}`,
          )
          .join(', '),
      ];
    },
  };
}

function tagColumns(columns: readonly string[]): Reading {
  return {
    task: 'tagging',
    labels: [...columns],
    read: ({ values }) => {
      const wrong = columns.find((column) => !/^[01]$/.test(values.get(column)!));
      return wrong === undefined
        ? columns.filter((column) => values.get(column) === '1')
        : `"${wrong}" is "${values.get(wrong)}", neither 0 nor 1`;
    },
  };
}

function tagLists(rows: readonly TrackRow[], column: string, separator: string): Reading {
  const read = ({ values }: TrackRow): string[] => [
    ...new Set(
      values
        .get(column)!
        .split(separator)
        .map((tag) => tag.trim())
        .filter((tag) => tag !== ''),
    ),
  ];
  const counts = new Map<string, number>();
  for (const row of rows) for (const tag of read(row)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const labels = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([tag]) => tag);
  return { task: 'tagging', labels, read };
}

function requireLabels(
  task: Task,
  labels: readonly string[],
  { target, quadrants, min_tracks }: Pick<TracksOptions, 'target' | 'quadrants' | 'min_tracks'>,
): void {
  if (labels.length >= (task === 'tagging' ? 1 : 2)) return;
  const what = task === 'tagging' ? 'no tag' : labels.length === 1 ? 'one class' : 'no class';
  const [key, columns] = quadrants ? ['quadrants', Object.keys(quadrants)] : ['target', [target].flat()];
  throw new UsageError(
    `data.${key}: "${columns.join(', ')}" has ${what} of at least ${min_tracks} tracks; give another column${task === 'tagging' && Array.isArray(target) ? ' of 0 and 1, data.target_kind: regression for numbers' : ''}, or a lower data.min_tracks.`,
  );
}
