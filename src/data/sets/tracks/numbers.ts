/** Numbers as targets of the tracks of a table: regression. */
import { UsageError } from '../../../base/errors.js';
import { countText } from '../../../base/format.js';
import type { LabelledTracks } from './labelled-tracks.js';
import type { TracksOptions } from './options.js';
import type { TrackRow } from './table.js';

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** What tables write where a value is missing. */
const MISSING = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '-', '?']);

/** The number of a cell; NaN for any other text, and for one that is too large. */
export function numberOf(cell: string): number {
  const value = DECIMAL.test(cell) ? Number(cell) : Number.NaN;
  return Number.isFinite(value) ? value : Number.NaN;
}

const isMissing = (cell: string): boolean => MISSING.has(cell.toLowerCase());

/** Distinct values of a column that are not missing. */
const valuesOf = (rows: readonly TrackRow[], column: string): string[] =>
  [...new Set(rows.map(({ values }) => values.get(column)!))].filter((cell) => !isMissing(cell));

/** Of the values of a column, at least so many are numbers where it holds measurements. */
const NUMERIC_SHARE = 0.9;

type Target = Pick<TracksOptions, 'target' | 'target_kind' | 'quadrants' | 'tag_separator' | 'min_tracks'>;

/**
 * Whether the target columns hold numbers to predict, by the config, else by the data: numbers, more than two of them,
 * some with decimals. The note says what was decided where the data decide, or could mean either. Throws a UsageError
 * for options that a regression does not have.
 */
export function targetsAreNumbers(
  rows: readonly TrackRow[],
  options: Target,
): { areNumbers: boolean; note: string | null } {
  const { target, target_kind: kind, quadrants, tag_separator: separator } = options;
  if (kind === 'regression') {
    requireNoLabelOptions(options);
    return { areNumbers: true, note: null };
  }
  if (kind === 'classes' || quadrants || separator !== null) return { areNumbers: false, note: null };
  const columns = [target].flat();
  const found = columns.map((column) => valuesOf(rows, column));
  const numeric = found.map((cells) => cells.filter((cell) => !Number.isNaN(numberOf(cell))));
  const areNumbers = numeric.every(
    (cells, i) => cells.length > 2 && cells.length >= NUMERIC_SHARE * found[i].length,
  );
  if (!areNumbers) return { areNumbers: false, note: null };
  const names = columns.join('", "');
  const decimal = numeric.flat().find((cell) => !Number.isInteger(numberOf(cell)));
  if (decimal !== undefined) {
    requireNoLabelOptions(options);
    return {
      areNumbers: true,
      note: `data.target: "${names}" ${columns.length === 1 ? 'holds' : 'hold'} numbers such as ${decimal}, which are predicted (regression); data.quadrants makes classes of two such columns, data.target_kind: classes one of each value.`,
    };
  }
  return {
    areNumbers: false,
    note:
      typeof target === 'string'
        ? `data.target: "${target}" holds whole numbers, and each of the ${numeric[0].length} is a class; give data.target_kind: regression where they are measurements.`
        : null,
  };
}

function requireNoLabelOptions({ quadrants, tag_separator: separator, min_tracks: least }: Target): void {
  const wrong = quadrants
    ? 'data.quadrants: quadrants are classes'
    : separator !== null
      ? 'data.tag_separator: lists of tags are labels'
      : least > 1
        ? 'data.min_tracks: only classes and tags are counted'
        : null;
  if (wrong !== null)
    throw new UsageError(
      `${wrong}, and data.target is predicted as numbers (regression); remove this key, or set data.target_kind to "classes".`,
    );
}

/** Parts of a target's values that every split gets its share of. */
const PARTS = 5;

/**
 * Reads the numbers of tracks, those of `columns` in their order. Tracks without any are left out; other missing values
 * are NaN. Throws a UsageError when a column has no number.
 */
export function numberTracks(rows: readonly TrackRow[], columns: readonly string[]): LabelledTracks {
  const twice = columns.find((column, i) => columns.indexOf(column) !== i);
  if (twice !== undefined) throw new UsageError(`data.target: "${twice}" is named twice; name it once.`);
  const values = rows.map((row) => Float64Array.from(columns, (column) => numberOf(row.values.get(column)!)));
  const notes = columns.flatMap((column, j) => notesOnMissing(rows, column, (i) => values[i][j]));
  const left = rows.flatMap((row, i) => (values[i].every(Number.isNaN) ? [] : [{ row, values: values[i] }]));
  if (left.length < rows.length)
    notes.push(
      `${rows.length - left.length} of ${countText(rows.length, 'track')} have no number in any target and are left out.`,
    );
  const parts = columns.map((column, j) =>
    partsOf(
      left.map((track) => track.values[j]),
      column,
    ),
  );
  return {
    task: 'regression',
    labels: [...columns],
    tracks: left.map((track, i) => ({
      ...track,
      labels: [],
      strata: parts.flatMap((own) => own[i] ?? []),
    })),
    notes,
  };
}

/** @throws UsageError when no value is a number */
function notesOnMissing(
  rows: readonly TrackRow[],
  column: string,
  numberAt: (row: number) => number,
): string[] {
  const without = rows.filter((_, i) => Number.isNaN(numberAt(i)));
  if (without.length === 0) return [];
  const wrong = without.filter(({ values }) => !isMissing(values.get(column)!));
  const first = wrong.length === 0 ? '' : `${wrong[0].id}: "${wrong[0].values.get(column)}"`;
  if (without.length === rows.length)
    throw new UsageError(
      `data.target: the column "${column}" has no number in any of ${countText(rows.length, 'track')}${first && ` (${first})`}; give a column of decimal numbers.`,
    );
  const others =
    wrong.length === 0
      ? ''
      : ` (${wrong.length} ${wrong.length === 1 ? 'has' : 'have'} something else; the first is ${first})`;
  return [
    `"${column}" has no number in ${without.length} of ${countText(rows.length, 'track')}${others}; they count for the other targets only.`,
  ];
}

/** Which fifth of its column each value lies in, as a name; null for a missing one. Equal values share theirs. */
function partsOf(values: readonly number[], column: string): (string | null)[] {
  const sorted = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort();
  const edges = Array.from(
    { length: PARTS - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / PARTS)],
  );
  return values.map((value) =>
    Number.isNaN(value) ? null : `${column} ${edges.filter((edge) => value >= edge).length + 1}/${PARTS}`,
  );
}
