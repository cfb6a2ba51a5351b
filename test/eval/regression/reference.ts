/** Numbers and features by formula, and what scikit-learn makes of them; see test/golden/make_regression.py. */
import type { NumberPredictions } from '../../../src/eval/predictions.js';
import { readGoldenJson } from '../../golden/read.js';

export const [ROWS, COLUMNS] = [200, 6];

/** Of one target. */
interface Scores {
  values: number;
  mean: number;
  deviation: number;
  r2: number;
  rmse: number;
  pearson: number;
  ccc: number;
}

export const golden = readGoldenJson<{
  targets: Scores[];
  ridge: Record<'0.5' | '50', { weights: number[]; intercept: number }[]>;
}>('regression');

/** Three targets of 200 rows in groups of four, with missing values of the second. */
export function referenceNumbers(): NumberPredictions {
  const targets = new Float64Array(3 * ROWS);
  const scores = new Float32Array(3 * ROWS);
  for (let i = 0; i < ROWS; i++) {
    const truth = [Math.sin(1.7 * i), 120 + 40 * Math.sin(0.9 * i + 1), Math.cos(2.1 * i)];
    scores.set(
      [0.8 * truth[0] + 0.3 * Math.cos(2.3 * i), truth[1] + 25 * Math.sin(3.1 * i), 5 - truth[2]],
      3 * i,
    );
    if (i % 7 === 0) truth[1] = Number.NaN;
    targets.set(truth, 3 * i);
  }
  return {
    task: 'regression',
    labels: ['valence', 'tempo', 'arousal'],
    ids: Array.from({ length: ROWS }, (_, i) => `clip ${i}`),
    groups: Array.from({ length: ROWS }, (_, i) => `song ${i >> 2}`),
    groupKind: 'song',
    scores,
    targets,
  };
}

/** Row-major [rows × columns]. */
export const referenceFeatures = (): Float32Array =>
  Float32Array.from({ length: ROWS * COLUMNS }, (_, at) => {
    const [i, k] = [Math.floor(at / COLUMNS), at % COLUMNS];
    return Math.sin((k + 1.3) * i + k);
  });
