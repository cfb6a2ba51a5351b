/**
 * Classification of recordings from several chunks, or slices: how often a slice alone is right, and the recording by
 * what its slices vote. Artist recognition reports both ("frame level" and "song level", Nasrullah and Zhao 2019).
 */
import { keysOf } from '../base/registry.js';
import { argmax, countByLabel, decideByArgmax, f1Averages } from './decisions.js';
import type { ExamplePredictions, Predictions } from './predictions.js';

/** Weighted F1 and accuracy of one kind of decision. */
export interface SliceResult {
  f1_weighted: number;
  accuracy: number;
}

/** `slices` of `metrics.json`. */
export interface SliceMetrics {
  /** Slices of all recordings. */
  count: number;
  /** Each slice decided alone. */
  per_slice: SliceResult;
  /** Each recording decided from its slices. */
  per_recording: Record<SliceRule, SliceResult>;
}

/** Scores of one recording's slices, row-major [slices × labels], to a value for each label. */
type Rule = (scores: Float32Array, labels: number) => Float64Array;

/** A slice's vote counts in the original where its class has a probability above this. */
const CONFIDENT = 0.5;
/** Keeps the logarithm of a probability that has become 0 finite. */
const LEAST_PROBABILITY = 1e-30;

const sums: Rule = (scores, labels) => {
  const sum = new Float64Array(labels);
  for (let i = 0; i < scores.length; i++) sum[i % labels] += scores[i];
  return sum;
};

/** Counts the slices' classes; of equal counts, the sum of probabilities decides. */
const votes =
  (least: number): Rule =>
  (scores, labels) => {
    const slices = scores.length / labels;
    const bySum = sums(scores, labels);
    // Less than one vote.
    const counts = bySum.map((sum) => sum / (slices + 1));
    for (let at = 0; at < scores.length; at += labels) {
      const best = argmax(scores, at, labels);
      if (scores[best] > least) counts[best - at]++;
    }
    return counts;
  };

/** Every way from a recording's slices to its class, by the name that `metrics.json` has for it. */
const rules = {
  vote: (scores, labels) => {
    const isConfident = scores.some((score) => score > CONFIDENT);
    return votes(isConfident ? CONFIDENT : -Infinity)(scores, labels);
  },
  majority: votes(-Infinity),
  mean_log_probability: (scores, labels) =>
    sums(
      scores.map((score) => Math.log(Math.max(LEAST_PROBABILITY, score))),
      labels,
    ),
  mean_probability: sums,
} satisfies Record<string, Rule>;

/** Name of a way from slices to a recording's class. */
export type SliceRule = keyof typeof rules;

/** Names of all ways, the original's vote first. */
export const SLICE_RULES = keysOf(rules);

/**
 * The metrics of slices and of the recordings by their slices; null for other tasks, for predictions without slices and
 * where no recording has more than one.
 *
 * - `vote`: the class of most slices whose probability is above 0.5; where no slice's is, of most slices.
 * - `majority`: the class of most slices.
 * - `mean_log_probability`: the class with the largest mean of log-probabilities.
 * - `mean_probability`: the class with the largest mean probability, which all other metrics are of.
 */
export function evaluateSlices(predictions: ExamplePredictions): SliceMetrics | null {
  const { task, slices } = predictions;
  if (task !== 'classification' || !slices || slices.rows.length <= predictions.ids.length) return null;
  const { labels, ids, targets } = predictions as Predictions;
  const width = labels.length;
  const members = ids.map((): number[] => []);
  for (const [slice, row] of slices.rows.entries()) members[row].push(slice);
  const ofRow = (values: Uint8Array, row: number): Uint8Array =>
    values.subarray(row * width, (row + 1) * width);
  const truth = new Uint8Array(slices.values.length);
  for (const [slice, row] of slices.rows.entries()) truth.set(ofRow(targets, row), slice * width);
  const byRule = (rule: Rule): SliceResult => {
    const scores = new Float64Array(ids.length * width);
    for (const [row, own] of members.entries()) {
      const together = new Float32Array(own.length * width);
      for (const [i, slice] of own.entries())
        together.set(slices.values.subarray(slice * width, (slice + 1) * width), i * width);
      scores.set(rule(together, width), row * width);
    }
    return resultOf(scores, targets, width);
  };
  return {
    count: slices.rows.length,
    per_slice: resultOf(slices.values, truth, width),
    per_recording: Object.fromEntries(
      SLICE_RULES.map((name) => [name, byRule(rules[name])]),
    ) as SliceMetrics['per_recording'],
  };
}

function resultOf(scores: Float32Array | Float64Array, targets: Uint8Array, width: number): SliceResult {
  const decisions = decideByArgmax(scores, width);
  const counts = countByLabel(decisions, targets, width);
  const right = counts.reduce((sum, { truePositives }) => sum + truePositives, 0);
  return {
    f1_weighted: f1Averages(counts).weighted,
    accuracy: right / (targets.length / width),
  };
}
