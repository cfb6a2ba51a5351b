/** Platt's probabilities for decision values, fitted on held-out parts of the training rows. */
import { randomGenerator } from '../../base/random.js';
import type { SparseMatrix } from '../../text/term-counts.js';
import { type BinaryProblem, logistic } from './outputs.js';
import { selectRows } from './rows.js';

/** The probability of yes is 1 / (1 + exp(slope · decision + offset)). */
export interface Sigmoid {
  slope: number;
  offset: number;
}

/** Parts of the training rows, each of which is held out once. */
const FOLDS = 5;

/**
 * Fits a sigmoid to decision values: Newton's method on Platt's (1999) smoothed targets, as Lin, Lin and Weng (2007)
 * and libsvm do. `positive`: 1 for yes.
 */
export function fitSigmoid(decisions: ArrayLike<number>, positive: Uint8Array): Sigmoid {
  const n = decisions.length;
  const yes = positive.reduce((sum, value) => sum + value, 0);
  const [high, low] = [(yes + 1) / (yes + 2), 1 / (n - yes + 2)];
  const loss = (slope: number, offset: number): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const f = slope * decisions[i] + offset;
      const target = positive[i] ? high : low;
      sum += f >= 0 ? target * f + Math.log1p(Math.exp(-f)) : (target - 1) * f + Math.log1p(Math.exp(f));
    }
    return sum;
  };
  let [slope, offset] = [0, Math.log((n - yes + 1) / (yes + 1))];
  let value = loss(slope, offset);
  for (let iteration = 0; iteration < 100; iteration++) {
    let [h11, h22, h21, g1, g2] = [1e-12, 1e-12, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const p = logistic(-(slope * decisions[i] + offset));
      const curvature = p * (1 - p);
      const d = (positive[i] ? high : low) - p;
      h11 += decisions[i] * decisions[i] * curvature;
      h22 += curvature;
      h21 += decisions[i] * curvature;
      g1 += decisions[i] * d;
      g2 += d;
    }
    if (Math.abs(g1) < 1e-5 && Math.abs(g2) < 1e-5) break;
    const determinant = h11 * h22 - h21 * h21;
    const step1 = -(h22 * g1 - h21 * g2) / determinant;
    const step2 = -(h11 * g2 - h21 * g1) / determinant;
    const descent = g1 * step1 + g2 * step2;
    let size = 1;
    for (; size >= 1e-10; size /= 2) {
      const next = loss(slope + size * step1, offset + size * step2);
      if (next < value + 1e-4 * size * descent) {
        [slope, offset, value] = [slope + size * step1, offset + size * step2, next];
        break;
      }
    }
    if (size < 1e-10) break;
  }
  return { slope, offset };
}

/** Fits a decision function to rows and gives the decision values of others. */
export type Decide = (
  train: SparseMatrix,
  positive: Uint8Array,
  others: SparseMatrix,
) => Promise<Float64Array>;

/**
 * The sigmoid of a problem, fitted to decision values of models that did not see the row. With fewer than two rows of
 * either answer none can be held out, and those of `decide` on the rows themselves are taken.
 */
export async function calibrate(
  x: SparseMatrix,
  { positive, positives, label }: BinaryProblem,
  seed: number,
  decide: Decide,
): Promise<{ sigmoid: Sigmoid; heldOut: boolean }> {
  const folds = Math.min(FOLDS, positives, x.rows - positives);
  if (folds < 2) return { sigmoid: fitSigmoid(await decide(x, positive, x), positive), heldOut: false };
  const foldOf = new Int32Array(x.rows);
  const all = Array.from({ length: x.rows }, (_, row) => row);
  let dealt = 0;
  for (const answer of [1, 0])
    for (const row of randomGenerator(seed, 'platt', label, answer).shuffle(
      all.filter((row) => positive[row] === answer),
    ))
      foldOf[row] = dealt++ % folds;
  const decisions = new Float64Array(x.rows);
  for (let fold = 0; fold < folds; fold++) {
    const train = all.filter((row) => foldOf[row] !== fold);
    const others = all.filter((row) => foldOf[row] === fold);
    const values = await decide(
      selectRows(x, train),
      Uint8Array.from(train, (row) => positive[row]),
      selectRows(x, others),
    );
    for (const [i, row] of others.entries()) decisions[row] = values[i];
  }
  return { sigmoid: fitSigmoid(decisions, positive), heldOut: true };
}
