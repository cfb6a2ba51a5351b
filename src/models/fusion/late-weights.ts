/**
 * Weights of late fusion chosen on data that the branches were not trained on: in-sample outputs favour whichever branch
 * overfits (Wolpert 1992).
 */
import { minimise } from '../baselines/lbfgs.js';
import { logistic, softmaxRows } from '../baselines/outputs.js';
import type { HeadName } from '../heads/index.js';

/** Held-out logits of every branch with the truth, row-major [rows × labels]. */
export interface HeldOut {
  /** One array per branch. */
  logits: readonly Float32Array[];
  /** 0 or 1; of a regression standardised numbers, NaN where one is missing. */
  targets: Float32Array;
  labels: number;
  head: HeadName;
  /** Weight of the positives of tags in the loss, α. */
  alpha: number;
}

/** Probabilities of one branch, [rows × labels]. */
const probabilitiesOf = (logits: Float32Array, labels: number, head: HeadName): Float64Array =>
  head === 'sigmoid' ? Float64Array.from(logits, logistic) : softmaxRows(Float64Array.from(logits), labels);

const MOST_SWEEPS = 100;
const HALVINGS = 50;

/**
 * The weights of the branches, not negative and of sum 1, whose mean of probabilities has the lowest cross-entropy (for
 * tags the penalised one), or whose mean of numbers has the lowest squared error. The loss is convex: each pair of branches in turn shares its weight as is best, until nothing
 * moves. Weights begin equal, and stay so where the rows cannot tell the branches apart.
 */
export function mixtureWeights(outputs: HeldOut): Float64Array {
  const { logits, targets, labels, head, alpha } = outputs;
  if (head === 'linear') return leastSquaresWeights(outputs);
  // What each branch gives to the truth of each decision, and how much the decision counts.
  const given = logits.map((own) => {
    const p = probabilitiesOf(own, labels, head);
    return head === 'sigmoid' ? p.map((value, i) => (targets[i] > 0.5 ? value : 1 - value)) : p;
  });
  const counts = targets.map((target) => (head === 'sigmoid' ? (target > 0.5 ? alpha : 1) : target));
  const weights = new Float64Array(given.length).fill(1 / given.length);
  const mixed = Float64Array.from(counts, (_, i) =>
    given.reduce((sum, own, branch) => sum + weights[branch] * own[i], 0),
  );
  exchangeAll(weights, given, mixed, (a, b) =>
    bestExchange(given[a], given[b], counts, mixed, weights[a], weights[b]),
  );
  return weights;
}

/** Lets each pair of branches share its weight as is best, by how much goes from b to a, until nothing moves. */
function exchangeAll(
  weights: Float64Array,
  given: readonly ArrayLike<number>[],
  mixed: Float64Array,
  best: (a: number, b: number) => number,
): void {
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let moved = 0;
    for (let a = 0; a < given.length; a++)
      for (let b = a + 1; b < given.length; b++) {
        const change = best(a, b);
        weights[a] += change;
        weights[b] -= change;
        for (let i = 0; i < mixed.length; i++) mixed[i] += change * (given[a][i] - given[b][i]);
        moved = Math.max(moved, Math.abs(change));
      }
    if (moved < 1e-9) break;
  }
}

/** The weights of numbers: a pair's best exchange is where the squared error is least, within what each has. */
function leastSquaresWeights({ logits, targets }: HeldOut): Float64Array {
  const weights = new Float64Array(logits.length).fill(1 / logits.length);
  const mixed = Float64Array.from(targets, (_, i) =>
    logits.reduce((sum, own, branch) => sum + weights[branch] * own[i], 0),
  );
  exchangeAll(weights, logits, mixed, (a, b) => {
    let [slope, curvature] = [0, 0];
    for (let i = 0; i < targets.length; i++) {
      if (Number.isNaN(targets[i])) continue;
      const difference = logits[a][i] - logits[b][i];
      slope += difference * (mixed[i] - targets[i]);
      curvature += difference * difference;
    }
    return curvature === 0 ? 0 : Math.max(-weights[a], Math.min(weights[b], -slope / curvature));
  });
  return weights;
}

/** How much weight should go from the second branch to the first: where the loss stops falling, by bisection. */
function bestExchange(
  first: Float64Array,
  second: Float64Array,
  counts: Float32Array,
  mixed: Float64Array,
  ofFirst: number,
  ofSecond: number,
): number {
  const gainAt = (change: number): number => {
    let gain = 0;
    for (let i = 0; i < counts.length; i++) {
      if (counts[i] === 0) continue;
      const difference = first[i] - second[i];
      // A decision that no branch gives anything has an infinite loss, whose slope is bounded here.
      gain += (counts[i] * difference) / Math.max(mixed[i] + change * difference, 1e-12);
    }
    return gain;
  };
  let [low, high] = [-ofFirst, ofSecond];
  if (gainAt(0) === 0) return 0;
  if (gainAt(low) <= 0) return low;
  if (gainAt(high) >= 0) return high;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (gainAt(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** A layer from all branches' logits to the joint ones: kernel [branches · labels, labels], bias [labels]. */
export interface Stack {
  kernel: Float32Array;
  bias: Float32Array;
}

/**
 * Stacking on held-out logits: each label's joint logit is a weighted sum of its logits in the branches and a bias, by
 * cross-entropy (of numbers half the squared error) with a ridge penalty of 1 / 2 towards the plain mean, which few rows cannot leave far.
 */
export function stackWeights({ logits, targets, labels, head, alpha }: HeldOut): Stack {
  const branches = logits.length;
  const rows = targets.length / labels;
  const mean = 1 / branches;
  // Parameters: [branches × labels] factors, then [labels] biases.
  const start = new Float64Array((branches + 1) * labels);
  start.fill(mean, 0, branches * labels);
  const joint = new Float64Array(labels);
  const slopes = new Float64Array(labels);
  const { point } = minimise(
    (parameters, gradient) => {
      let value = 0;
      for (let k = 0; k < parameters.length; k++) {
        const away = parameters[k] - start[k];
        value += (away * away) / 2;
        gradient[k] = away;
      }
      for (let row = 0; row < rows; row++) {
        const from = row * labels;
        for (let j = 0; j < labels; j++) {
          joint[j] = parameters[branches * labels + j];
          for (let b = 0; b < branches; b++) joint[j] += parameters[b * labels + j] * logits[b][from + j];
        }
        value += rowLoss(joint, targets.subarray(from, from + labels), head, alpha, slopes);
        for (let j = 0; j < labels; j++) {
          gradient[branches * labels + j] += slopes[j];
          for (let b = 0; b < branches; b++) gradient[b * labels + j] += slopes[j] * logits[b][from + j];
        }
      }
      return value;
    },
    start,
    { tolerance: 1e-6, maxIterations: 500 },
  );
  const kernel = new Float32Array(branches * labels * labels);
  for (let b = 0; b < branches; b++)
    for (let j = 0; j < labels; j++) kernel[(b * labels + j) * labels + j] = point[b * labels + j];
  return { kernel, bias: Float32Array.from(point.subarray(branches * labels)) };
}

/** Cross-entropy of a row, or half its squared error, with the derivatives by the logits. */
function rowLoss(
  z: Float64Array,
  targets: Float32Array,
  head: HeadName,
  alpha: number,
  slopes: Float64Array,
): number {
  let loss = 0;
  if (head === 'linear') {
    for (let j = 0; j < z.length; j++) {
      slopes[j] = Number.isNaN(targets[j]) ? 0 : z[j] - targets[j];
      loss += slopes[j] ** 2 / 2;
    }
    return loss;
  }
  if (head === 'sigmoid') {
    for (let j = 0; j < z.length; j++) {
      const softplus = Math.max(z[j], 0) + Math.log1p(Math.exp(-Math.abs(z[j])));
      const weight = 1 + (alpha - 1) * targets[j];
      loss += weight * softplus - alpha * targets[j] * z[j];
      slopes[j] = weight * logistic(z[j]) - alpha * targets[j];
    }
    return loss;
  }
  const highest = Math.max(...z);
  let sum = 0;
  for (let j = 0; j < z.length; j++) sum += Math.exp(z[j] - highest);
  const logSum = highest + Math.log(sum);
  for (let j = 0; j < z.length; j++) {
    loss += targets[j] * (logSum - z[j]);
    slopes[j] = Math.exp(z[j] - logSum) - targets[j];
  }
  return loss;
}
