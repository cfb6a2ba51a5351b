/** How often labels occur in a training split, and the weights of a class-balanced loss that follow from it. */
import type { Example } from '../../data/dataset.js';

/** Occurrences of labels among examples. */
export interface LabelCounts {
  /** Of each label. */
  positives: Float64Array;
  examples: number;
}

/** Counts the labels of examples; a fractional target counts by its value. */
export function countLabels(examples: readonly Pick<Example, 'targets'>[], labels: number): LabelCounts {
  const positives = new Float64Array(labels);
  for (const { targets } of examples)
    for (let label = 0; label < labels; label++) positives[label] += targets[label] || 0;
  return { positives, examples: examples.length };
}

/** The inverse of the effective number of n examples, (1 - β) / (1 - βⁿ); 1 / n as β approaches 1. */
const inverseEffective = (count: number, beta: number): number => {
  const n = Math.max(1, count);
  return beta === 1 ? 1 / n : (1 - beta) / (1 - beta ** n);
};

const scaledToMean1 = (values: number[]): number[] => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value / mean);
};

/**
 * Weights of the present and the absent side of each tag by the inverse effective number of its examples (Cui et al.
 * 2019), the two sides scaled to a mean of 1, so that a rare tag costs as much in all as a frequent one. β in [0, 1]; 0
 * gives weights of 1, 1 weighs by 1 / n.
 */
export function balancedTagWeights(
  { positives, examples }: LabelCounts,
  beta: number,
): { positive: Float32Array; negative: Float32Array } {
  const pairs = Array.from(positives, (count) =>
    scaledToMean1([inverseEffective(count, beta), inverseEffective(examples - count, beta)]),
  );
  return {
    positive: Float32Array.from(pairs, ([present]) => present),
    negative: Float32Array.from(pairs, ([, absent]) => absent),
  };
}

/** Weights of exclusive classes by the inverse effective number of their examples, scaled to a mean of 1. */
export function balancedClassWeights({ positives }: LabelCounts, beta: number): Float32Array {
  return Float32Array.from(scaledToMean1(Array.from(positives, (count) => inverseEffective(count, beta))));
}
