/** Which column of a foreign table is which label of the data set, and which one names the recordings. */
import { UsageError } from '../../base/errors.js';
import { countText } from '../../base/format.js';

/** Columns that hold ids or paths, the likeliest first. */
const ID_COLUMNS = ['id', 'clip_id', 'track_id', 'path', 'mp3_path', 'file', 'filename'];

/** A column with the label that its scores are of. */
export interface TakenColumn {
  column: string;
  label: string;
}

/** What becomes of the columns of a table. */
export interface ChosenColumns {
  /** In the order of the labels. */
  taken: TakenColumn[];
  /** Columns that are no labels, in the table's order. */
  ignored: string[];
  /** Of the ignored ones, those that are spelled like a label but for spaces and signs. */
  near: TakenColumn[];
  /** Labels without a column. */
  missing: string[];
}

/** Texts that differ in Unicode form, case and spaces at the ends alone have the same key. */
const keyOf = (name: string): string => name.normalize().trim().toLowerCase();

/** Texts that differ in spaces and signs too have the same letters. */
const lettersOf = (name: string): string => keyOf(name).replace(/[^\p{Letter}\p{Mark}\p{Number}]/gu, '');

/** Names for a sentence, of many the first: `a, b, c and 4 more`. */
export function namesText(names: readonly string[], most = names.length): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/**
 * The column that names the recordings: the given one, else the first with a usual name, else the first of all. Throws
 * UsageError when there is no such column.
 */
export function chooseIdColumn(path: string, columns: readonly string[], given: string | undefined): string {
  if (given !== undefined) {
    const found =
      columns.find((column) => column === given) ?? columns.find((c) => keyOf(c) === keyOf(given));
    if (found !== undefined) return found;
    throw new UsageError(
      `${path} has no column "${given}" with ids or paths; its columns are ${namesText(columns, 10)}.`,
    );
  }
  const usual = ID_COLUMNS.flatMap((name) => columns.find((column) => keyOf(column) === name) ?? []);
  return usual[0] ?? columns[0];
}

/**
 * Matches columns and labels: a column is the label that `rename` gives it, else the one that is spelled like it, case and
 * spaces at the ends apart. Nothing else is guessed.
 *
 * @param columns - of the table, without the one that names the recordings
 * @throws UsageError for a `rename` of nothing, two columns of one label, or a table without any label
 */
export function chooseColumns(
  path: string,
  columns: readonly string[],
  labels: readonly string[],
  rename: Readonly<Record<string, string>>,
): ChosenColumns {
  for (const [column, label] of Object.entries(rename)) {
    if (!columns.includes(column))
      throw new UsageError(
        `model.predictions.rename: ${path} has no column "${column}"; its columns are ${namesText(columns, 10)}.`,
      );
    if (!labels.includes(label))
      throw new UsageError(
        `model.predictions.rename: the data set has no label "${label}"; its labels are ${namesText(labels, 10)}.`,
      );
  }
  const byKey = new Map<string, string | null>();
  // Labels that differ by case alone are told apart by it.
  for (const label of labels) byKey.set(keyOf(label), byKey.has(keyOf(label)) ? null : label);
  const known = new Set(labels);
  const labelOf = (column: string): string | null =>
    Object.hasOwn(rename, column)
      ? rename[column]
      : known.has(column)
        ? column
        : (byKey.get(keyOf(column)) ?? null);
  const columnOf = new Map<string, string>();
  const ignored: string[] = [];
  for (const column of columns) {
    const label = labelOf(column);
    if (label === null) {
      ignored.push(column);
      continue;
    }
    const other = columnOf.get(label);
    if (other !== undefined)
      throw new UsageError(
        `${path}: the columns "${other}" and "${column}" are both the label "${label}"; remove or rename one of them.`,
      );
    columnOf.set(label, column);
  }
  const taken = labels.flatMap((label): TakenColumn[] => {
    const column = columnOf.get(label);
    return column === undefined ? [] : [{ column, label }];
  });
  const missing = labels.filter((label) => !columnOf.has(label));
  if (taken.length === 0)
    throw new UsageError(
      `${path}: none of its ${countText(columns.length, 'column')} (${namesText(columns, 5)}) is a label of the data set (${namesText(labels, 5)}); give another data set, or model.predictions.rename.`,
    );
  const near = ignored.flatMap((column): TakenColumn[] => {
    const label = missing.find((one) => lettersOf(one) === lettersOf(column) && lettersOf(column) !== '');
    return label === undefined ? [] : [{ column, label }];
  });
  return { taken, ignored, near, missing };
}
