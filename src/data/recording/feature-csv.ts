/** A feature as a table for spreadsheets: a row per frame with its time, or per event. */
import { replaceWhole, writePieces } from '../../base/files.js';
import { readNpyValues } from '../../base/npy.js';
import { shortestDecimal } from '../../base/numbers.js';
import type { FeatureSettings } from '../../features/kind-options.js';
import { type FeatureKind, type FeatureKindName, featureKinds } from '../../features/kinds.js';

/** A feature that is stored as an array, and the table that it becomes. */
export interface FeatureTable {
  kind: FeatureKindName;
  settings: FeatureSettings;
  /** The .npy file of `extractFeature`. */
  array: string;
  shape: readonly number[];
  /** The .csv file. */
  out: string;
}

/** Rows that are held as text at once. */
const ROWS = 1000;

/** Names of the columns of values: `mel_0`, `mel_1`, …, or the name alone where there is one. */
function columnNames(name: FeatureKindName, columns: number): string[] {
  const { parts = [name] }: FeatureKind = featureKinds[name];
  const each = columns / parts.length;
  return parts.flatMap((part) =>
    Array.from({ length: each }, (_, band) => (each === 1 ? part : `${part}_${band}`)),
  );
}

/**
 * Writes a feature as CSV, atomically: `time` (seconds, the middle of the frame) and a column per band and part; of
 * events a row each, their times in seconds. What is not a number is empty. Holds the array in memory.
 *
 * @throws Failure when the disk is full or the file cannot be written
 */
export async function writeFeatureCsv({ kind, settings, array, shape, out }: FeatureTable): Promise<void> {
  const values = await readNpyValues(array);
  const { hopLength, sampleRate } = settings;
  const isTimed = featureKinds[kind].width !== null;
  // The frames are the last axis, and the events the first.
  const rows = (isTimed ? shape.at(-1) : shape[0]) ?? 0;
  const columns = rows === 0 ? 0 : values.length / rows;
  // Arrays of bands × frames lie by frame, as do those of events; those of several parts lie by part.
  const isByRow = !isTimed || featureKinds[kind].parts === undefined;
  const textOf = (row: number): string => {
    const cells = Array.from({ length: columns }, (_, column) =>
      shortestDecimal(values[isByRow ? row * columns + column : column * rows + row]),
    );
    if (isTimed) cells.unshift(String(Number(((row * hopLength) / sampleRate).toFixed(6))));
    return `${cells.join(',')}\n`;
  };
  const pieces = async function* (): AsyncGenerator<string> {
    const names = columnNames(kind, columns);
    yield `${[...(isTimed ? ['time'] : []), ...names].join(',')}\n`;
    for (let from = 0; from < rows; from += ROWS)
      yield Array.from({ length: Math.min(ROWS, rows - from) }, (_, i) => textOf(from + i)).join('');
  };
  await replaceWhole(out, (temporary) => writePieces(temporary, pieces()));
}
