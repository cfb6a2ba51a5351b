/** How well numbers are predicted: R², RMSE, Pearson's r and Lin's concordance, read off sums that may be weighted. */
import { numberGroups } from '../bootstrap.js';
import { meanOfDefined, meanWithin } from '../means.js';
import type { Interval } from '../metrics.js';
import type { NumberPredictions } from '../predictions.js';

/** Every metric of a regression: its name in pages and tables, and the range that its intervals are kept in. */
export const regressionMetrics = {
  r2: { title: 'R²', range: [Number.NEGATIVE_INFINITY, 1] },
  rmse: { title: 'RMSE', range: [0, Number.POSITIVE_INFINITY], lowerIsBetter: true },
  pearson: { title: 'Pearson’s r', range: [-1, 1] },
  ccc: { title: 'CCC', range: [-1, 1] },
} satisfies Record<string, { title: string; range: Interval; lowerIsBetter?: true }>;

/** Name of a metric of a regression. */
export type RegressionMetric = keyof typeof regressionMetrics;

export const REGRESSION_METRICS = Object.keys(regressionMetrics) as RegressionMetric[];

/** A value for each metric. */
export type PerRegressionMetric<Value> = Record<RegressionMetric, Value>;

/** Makes a value for each metric. */
export function perRegressionMetric<Value>(
  make: (metric: RegressionMetric) => Value,
): PerRegressionMetric<Value> {
  return { r2: make('r2'), rmse: make('rmse'), pearson: make('pearson'), ccc: make('ccc') };
}

/** Scores of one target, or their means over targets; null where undefined. */
export type NumberScores = PerRegressionMetric<number | null>;

/** The rows of one target whose truth is known. */
export interface TargetColumn {
  rows: Uint32Array;
  truth: Float64Array;
  predicted: Float64Array;
}

/** One target's column, without the rows where its truth is missing. */
export function targetColumn(
  { targets, scores, labels, ids }: NumberPredictions,
  column: number,
): TargetColumn {
  const width = labels.length;
  const rows = Uint32Array.from(ids.keys()).filter((row) => !Number.isNaN(targets[row * width + column]));
  return {
    rows,
    truth: Float64Array.from(rows, (row) => targets[row * width + column]),
    predicted: Float64Array.from(rows, (row) => scores[row * width + column]),
  };
}

/** Squares below this share of the squared size are rounding: the values are all the same. */
const ROUNDING = 1e-24;

/**
 * The metrics of pairs. R² is 1 - Σ(y - p)² / Σ(y - ȳ)² (scikit-learn's `r2_score`), RMSE √(Σ(y - p)² / n), r Pearson's,
 * and CCC 2 s_yp / (s_y² + s_p² + (ȳ - p̄)²) with moments over n (Lin 1989). R², r and CCC are null where the truth does
 * not vary, r also where the predictions do not; all are null without a pair.
 *
 * @param weights - how often each row of the split counts. Default: once
 */
export function scoreNumbers({ rows, truth, predicted }: TargetColumn, weights?: Uint32Array): NumberScores {
  const weightOf = (i: number): number => (weights === undefined ? 1 : weights[rows[i]]);
  let [n, sumY, sumP, sumE] = [0, 0, 0, 0];
  for (let i = 0; i < truth.length; i++) {
    const weight = weightOf(i);
    n += weight;
    sumY += weight * truth[i];
    sumP += weight * predicted[i];
    sumE += weight * (truth[i] - predicted[i]) ** 2;
  }
  if (n === 0) return { r2: null, rmse: null, pearson: null, ccc: null };
  const [meanY, meanP] = [sumY / n, sumP / n];
  let [yy, pp, yp] = [0, 0, 0];
  for (let i = 0; i < truth.length; i++) {
    const weight = weightOf(i);
    const [y, p] = [truth[i] - meanY, predicted[i] - meanP];
    yy += weight * y * y;
    pp += weight * p * p;
    yp += weight * y * p;
  }
  const varies = (squares: number, mean: number): boolean =>
    squares / n > ROUNDING * (squares / n + mean ** 2);
  const rmse = Math.sqrt(sumE / n);
  if (!varies(yy, meanY)) return { r2: null, rmse, pearson: null, ccc: null };
  return {
    r2: 1 - sumE / yy,
    rmse,
    pearson: varies(pp, meanP) ? Math.max(-1, Math.min(1, yp / Math.sqrt(yy * pp))) : null,
    ccc: (2 * yp) / (yy + pp + n * (meanY - meanP) ** 2),
  };
}

/** A split's predictions, ready to be read under many weights. */
export interface MeasuredNumbers {
  columns: readonly TargetColumn[];
  /** Of the whole split: means are over the targets that are defined there. */
  estimates: readonly NumberScores[];
  /** By how much deviations in resamples are too small, of each target: √(g / (g - 1)), g groups with a value. */
  widths: readonly number[];
}

/** Prepares predictions for the bootstrap. */
export function measureNumbers(predictions: NumberPredictions): MeasuredNumbers {
  const { groupOfRow } = numberGroups(predictions.groups);
  const columns = predictions.labels.map((_, column) => targetColumn(predictions, column));
  return {
    columns,
    estimates: columns.map((column) => scoreNumbers(column)),
    widths: columns.map(({ rows }) => {
      const groups = Math.max(2, new Set(Array.from(rows, (row) => groupOfRow[row])).size);
      return Math.sqrt(groups / (groups - 1));
    }),
  };
}

/**
 * The scores of each target and their means. Under weights, a score that they leave undefined keeps its estimate, and
 * deviations from the estimates are widened.
 */
export function readNumbers(
  { columns, estimates, widths }: MeasuredNumbers,
  weights?: Uint32Array,
): { targets: NumberScores[]; macro: NumberScores } {
  const targets = columns.map((column, j): NumberScores => {
    if (weights === undefined) return estimates[j];
    const own = scoreNumbers(column, weights);
    return perRegressionMetric((metric) => meanWithin([own[metric]], [estimates[j][metric]], [widths[j]]));
  });
  const macro = perRegressionMetric((metric) => meanOfDefined(targets.map((own) => own[metric])));
  return { targets, macro };
}

/** The means over targets of a split's scores, which early stopping follows. */
export const macroNumbers = (predictions: NumberPredictions): NumberScores =>
  readNumbers(measureNumbers(predictions)).macro;
