/** Foreign scores as this toolkit's: probabilities in single precision, or numbers of a regression. */
import { UsageError } from '../../base/errors.js';
import { countText } from '../../base/format.js';
import { logistic, softmaxRows } from '../../models/baselines/outputs.js';
import type { ExampleTask } from '../../models/heads/index.js';
import type { ScoreTable } from './table.js';

/** What rounding may add to a probability of 1, or take from one of 0. */
const ROUNDING = 1e-6;

/** How far the probabilities of classes may be from a sum of 1 before a note says so. */
const SUM_TOLERANCE = 1e-3;

/** What decides how the scores are read. */
export interface ProbabilityOptions {
  /** Of the table, for messages. */
  file: string;
  task: ExampleTask;
  /** Whether the scores are logits. */
  logits: boolean;
}

/**
 * The scores of a table as probabilities [rows × taken columns], or as they are for a regression.
 *
 * @param onNote - receives sentences on what was changed
 * @throws UsageError for scores outside [0, 1] that are not said to be logits, and for logits that all lie in [0, 1] or of a
 *   regression
 */
export function probabilitiesOf(
  table: Pick<ScoreTable, 'values' | 'taken' | 'ids' | 'place'>,
  { file, task, logits }: ProbabilityOptions,
  onNote: (note: string) => void,
): Float32Array {
  const { values, taken } = table;
  const width = taken.length;
  if (task === 'regression') {
    if (logits)
      throw new UsageError(
        'model.predictions.logits: the data set has numbers, not labels; remove this key.',
      );
    return requireFinite(table, file, Float32Array.from(values));
  }
  const outside = values.findIndex((value) => value < -ROUNDING || value > 1 + ROUNDING);
  if (logits) {
    if (outside < 0)
      throw new UsageError(
        `model.predictions.logits: all scores of ${file} lie between 0 and 1, so they are probabilities already; remove this key.`,
      );
    const made = task === 'classification' ? softmaxRows(values.slice(), width) : values.map(logistic);
    return single(made, values, onNote);
  }
  if (outside >= 0)
    throw new UsageError(
      `${file}, ${table.place(Math.floor(outside / width))}: the score of ${table.ids[Math.floor(outside / width)]} in the column "${taken[outside % width].column}" is ${values[outside]}, outside 0 to 1${meantBy(values)}.`,
    );
  if (task === 'classification') noteSums(values, width, file, onNote);
  return single(
    values.map((value) => Math.min(1, Math.max(0, value))),
    values,
    onNote,
  );
}

/** What scores outside [0, 1] may be, and what to do about it: the end of a sentence. */
function meantBy(values: Float64Array): string {
  const isPercent = values.every((value) => value >= 0 && value <= 100);
  return isPercent
    ? '; if the scores are percentages, divide them by 100, and if they are logits, set model.predictions.logits'
    : ': the scores seem to be logits; set model.predictions.logits, which makes probabilities of them';
}

function noteSums(values: Float64Array, width: number, file: string, onNote: (note: string) => void): void {
  let wrong = 0;
  for (let from = 0; from < values.length; from += width) {
    const sum = values.subarray(from, from + width).reduce((total, value) => total + value, 0);
    if (Math.abs(sum - 1) > SUM_TOLERANCE) wrong++;
  }
  if (wrong > 0)
    onNote(
      `The scores of ${countText(wrong, 'row')} of ${file} do not add up to 1 over the classes: the class with the highest score is taken, and calibration means little.`,
    );
}

/** In single precision, with a note where far more scores are equal than were: ranks depend on differences. */
function single(made: Float64Array, written: Float64Array, onNote: (note: string) => void): Float32Array {
  const rounded = Float32Array.from(made);
  const before = new Set(written).size;
  const lost = before - new Set(rounded).size;
  if (lost > 0.01 * before)
    onNote(
      `${lost.toLocaleString('en-US')} of ${before.toLocaleString('en-US')} different scores are equal as 32-bit probabilities, so that their order is lost; scores nearer to 0 and 1 than 32 bits tell apart were written.`,
    );
  return rounded;
}

function requireFinite(
  { ids, taken }: Pick<ScoreTable, 'ids' | 'taken'>,
  file: string,
  values: Float32Array,
): Float32Array {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw new UsageError(
      `${file}: the number of ${ids[Math.floor(at / taken.length)]} in the column "${taken[at % taken.length].column}" is too large for 32 bits; give it in another unit.`,
    );
  return values;
}
