/**
 * The bits of kernel-based supervised hashing, one after the other: each takes what the bits before it have left of
 * bits·S, where S is 1 for pairs of rows that share a label and −1 for others (Liu et al. 2012, algorithm 1).
 */
import type { RandomGenerator } from '../../base/random.js';
import { leadingEigenvector } from './leading-eigenvector.js';
import { groupSums, type LabelPairs } from './pairs.js';
import { symmetricEigen, withDefinedSign } from './principal.js';
import { dot, product, transpose, transposedProduct, vectorProduct } from './products.js';

/** Added to the diagonal of the kernel's Gram matrix, as a share of its mean: anchors that are alike make it singular. */
const RIDGE = 1e-6;

/** The descent ends when a step improves the objective by less, as a share of it. */
const TOLERANCE = 1e-5;

/** How often a step is halved at most. */
const MOST_HALVINGS = 50;

/** Multiplies a vector [rows] by what is left of bits·S. */
type Residue = (y: Float64Array) => Float64Array;

/**
 * Coefficients of each bit, row-major [anchors × bits], for a centred `kernel`, row-major [rows × anchors]. `steps`:
 * the most steps of the descent, 0 for the spectral start alone.
 */
export function supervisedBits(
  kernel: Float64Array,
  pairs: LabelPairs,
  { bits, steps }: { bits: number; steps: number },
  random: RandomGenerator,
): Float64Array {
  const rows = pairs.groupOfRow.length;
  const anchors = kernel.length / rows;
  const transposed = transpose(kernel, anchors);
  const gram = transposedProduct(kernel, kernel, [anchors, rows, anchors]);
  const whiten = whitening(gram, anchors);
  const whitenTransposed = transpose(whiten, anchors);
  const objective = whitened(wantedProducts(kernel, pairs, bits), whiten, anchors);
  const earlier: Float64Array[] = [];
  const residue: Residue = (y) => residueProduct(pairs, bits, earlier, y);
  const coefficients = new Float64Array(anchors * bits);
  for (let bit = 0; bit < bits; bit++) {
    const direction = vectorProduct(whiten, leadingEigenvector(objective, anchors, random));
    const start = scaledTo(rows, withDefinedSign(direction), gram);
    const refined = descend(kernel, transposed, residue, start, steps);
    const [own, signs] = [start, refined]
      .map((a) => [a, signsOf(vectorProduct(kernel, a))] as const)
      .reduce((best, other) =>
        dot(other[1], residue(other[1])) > dot(best[1], residue(best[1])) ? other : best,
      );
    for (let anchor = 0; anchor < anchors; anchor++) coefficients[anchor * bits + bit] = own[anchor];
    earlier.push(signs);
    const explained = vectorProduct(whitenTransposed, vectorProduct(transposed, signs));
    for (let i = 0, at = 0; i < anchors; i++)
      for (let j = 0; j < anchors; j++, at++) objective[at] -= explained[i] * explained[j];
  }
  return coefficients;
}

/** W with Wᵀ·G·W = I, apart from the ridge. */
function whitening(gram: Float64Array, size: number): Float64Array {
  const { values, vectors } = symmetricEigen(gram, size);
  const added = (RIDGE * values.reduce((sum, value) => sum + value, 0)) / size || 1;
  return vectors.map((value, i) => value / Math.sqrt(Math.max(0, values[i % size]) + added));
}

/** Wᵀ·A·W. */
function whitened(matrix: Float64Array, whiten: Float64Array, size: number): Float64Array {
  return transposedProduct(whiten, product(matrix, whiten, [size, size, size]), [size, size, size]);
}

/** Kᵀ·(bits·S)·K, by sums over groups. */
function wantedProducts(kernel: Float64Array, pairs: LabelPairs, bits: number): Float64Array {
  const { groups, similar } = pairs;
  const anchors = kernel.length / pairs.groupOfRow.length;
  const sums = groupSums(pairs, kernel, anchors);
  const wanted = similar.map((one) => bits * (2 * one - 1));
  return transposedProduct(sums, product(wanted, sums, [groups, groups, anchors]), [
    anchors,
    groups,
    anchors,
  ]);
}

/** (bits·S − Σ b·bᵀ)·y over the signs b of earlier bits. */
function residueProduct(
  pairs: LabelPairs,
  bits: number,
  earlier: readonly Float64Array[],
  y: Float64Array,
): Float64Array {
  const sums = groupSums(pairs, y, 1);
  const total = sums.reduce((sum, value) => sum + value, 0);
  const ofGroup = vectorProduct(pairs.similar, sums).map((same) => bits * (2 * same - total));
  const result = Float64Array.from(pairs.groupOfRow, (group) => ofGroup[group]);
  for (const signs of earlier) {
    const explained = dot(signs, y);
    for (let row = 0; row < result.length; row++) result[row] -= explained * signs[row];
  }
  return result;
}

/** The coefficients scaled so that the mean square of their projections is 1. */
function scaledTo(rows: number, a: Float64Array, gram: Float64Array): Float64Array {
  const power = dot(a, vectorProduct(gram, a));
  const factor = power > 0 ? Math.sqrt(rows / power) : 1;
  return a.map((value) => value * factor);
}

const signsOf = (values: Float64Array): Float64Array => values.map((value) => (value >= 0 ? 1 : -1));

/** 2·σ(x) − 1, the smooth form of the sign. */
const smoothSigns = (values: Float64Array): Float64Array => values.map((value) => Math.tanh(value / 2));

/**
 * Minimises −yᵀ·S·y, y = 2·σ(K·a) − 1, by accelerated gradient steps (Nesterov) whose length is halved until the
 * quadratic bound holds, as the authors' code does.
 */
function descend(
  kernel: Float64Array,
  transposed: Float64Array,
  residue: Residue,
  start: Float64Array,
  steps: number,
): Float64Array {
  let before = start;
  let now = start;
  let cost = Infinity;
  let steepness = 1;
  let [momentumBefore, momentum] = [0, 1];
  for (let step = 0; step < steps; step++) {
    const ahead = (momentumBefore - 1) / momentum;
    const from = now.map((value, i) => value + ahead * (value - before[i]));
    const y = smoothSigns(vectorProduct(kernel, from));
    const wanted = residue(y);
    const costFrom = -dot(y, wanted);
    const gradient = vectorProduct(
      transposed,
      wanted.map((value, row) => -value * (1 - y[row] ** 2)),
    );
    const square = dot(gradient, gradient);
    let next = now;
    let costNext = cost;
    for (let halving = 0; halving <= MOST_HALVINGS; halving++) {
      const trial = from.map((value, i) => value - gradient[i] / steepness);
      const signs = smoothSigns(vectorProduct(kernel, trial));
      const costTrial = -dot(signs, residue(signs));
      if (costTrial <= costFrom - square / (2 * steepness)) {
        next = trial;
        costNext = costTrial;
        break;
      }
      steepness *= 2;
    }
    if (next === now) break;
    const improvement = Math.abs(cost - costNext);
    before = now;
    now = next;
    cost = costNext;
    if (improvement <= TOLERANCE * Math.abs(costNext)) break;
    [momentumBefore, momentum] = [momentum, (1 + Math.sqrt(1 + 4 * momentum ** 2)) / 2];
  }
  return now;
}
