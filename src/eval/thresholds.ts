/** Decision thresholds of tags: chosen on the validation split, used on the test split. */
import type { AnyPredictions, Predictions } from './predictions.js';
import { rankByScore } from './ranking.js';

/** The threshold of a label that has no best one. */
export const DEFAULT_THRESHOLD = 0.5;

/** Thresholds of each label, for the metric that they maximise. */
export interface Thresholds {
  f1: readonly number[];
  accuracy: readonly number[];
}

/**
 * Chooses thresholds on VALIDATION predictions (on the reported split they would be too good). For F1: the highest
 * among equals. For accuracy: among equals the nearest to 0.5. Each is halfway between two scores; 0.5 for a label
 * without positives or without negatives.
 */
export function chooseThresholds(predictions: Predictions): Thresholds {
  const chosen = predictions.labels.map((_, column) => thresholdsOf(labelSteps(predictions, column)));
  return { f1: chosen.map(({ f1 }) => f1), accuracy: chosen.map(({ accuracy }) => accuracy) };
}

/** The thresholds of tags; null for classes and numbers, which have none. */
export const tagThresholds = (predictions: AnyPredictions): Thresholds | null =>
  predictions.task === 'tagging' ? chooseThresholds(predictions) : null;

/** What a model's description keeps of them. */
export interface StoredThresholds {
  thresholds: number[] | null;
  accuracy_thresholds?: number[];
}

/** Thresholds as a model's description keeps them: `thresholds` are F1's, which also decide the tags of `tag`. */
export const storedThresholds = (chosen: Thresholds | null): StoredThresholds => ({
  thresholds: chosen && [...chosen.f1],
  ...(chosen && { accuracy_thresholds: [...chosen.accuracy] }),
});

/** Thresholds of a model's description; models of earlier versions measure accuracy at F1's. */
export const readThresholds = ({
  thresholds,
  accuracy_thresholds: accuracy,
}: StoredThresholds): Thresholds | null => thresholds && { f1: thresholds, accuracy: accuracy ?? thresholds };

/** The distinct scores of a label from the highest on, with the positives among the examples down to each. */
interface Steps {
  scores: number[];
  examples: number[];
  hits: number[];
  positives: number;
  total: number;
}

function labelSteps({ scores, targets, ids, labels }: Predictions, offset: number): Steps {
  const stride = labels.length;
  const ranking = rankByScore(scores, targets, { offset, stride, count: ids.length });
  const steps: Steps = { scores: [], examples: [], hits: [], positives: 0, total: ids.length };
  for (let k = 0; k < ranking.length; k++) {
    steps.positives += ranking[k] & 1;
    if (!(ranking[k] & 2)) continue;
    steps.scores.push(scores[offset + (ranking[k] >>> 2) * stride]);
    steps.examples.push(k + 1);
    steps.hits.push(steps.positives);
  }
  return steps;
}

function thresholdsOf(steps: Steps): { f1: number; accuracy: number } {
  const { scores, examples, hits, positives, total } = steps;
  if (positives === 0 || positives === total) return { f1: DEFAULT_THRESHOLD, accuracy: DEFAULT_THRESHOLD };
  let best = 0;
  const f1At = (k: number): number => (2 * hits[k]) / (examples[k] + positives);
  for (let k = 1; k < scores.length; k++) if (f1At(k) > f1At(best)) best = k;
  // Step -1 decides for no example.
  const right = (k: number): number =>
    k < 0 ? total - positives : total - positives - examples[k] + 2 * hits[k];
  const distance = (k: number): number => Math.abs(between(steps, k) - DEFAULT_THRESHOLD);
  let nearest = -1;
  for (let k = 0; k < scores.length; k++)
    if (right(k) > right(nearest) || (right(k) === right(nearest) && distance(k) < distance(nearest)))
      nearest = k;
  return { f1: middle(steps, best), accuracy: between(steps, nearest) };
}

/** Halfway between the score of a step and the next one below. */
function middle({ scores }: Steps, k: number): number {
  if (k + 1 === scores.length) return scores[k];
  const halfway = (scores[k] + scores[k + 1]) / 2;
  return halfway > scores[k + 1] ? halfway : scores[k];
}

/** 0.5 where it lies between the score of a step and the next one below, else halfway; above all scores for step -1. */
function between(steps: Steps, k: number): number {
  const { scores } = steps;
  const [upper, lower] = [scores[k] ?? Number.POSITIVE_INFINITY, scores[k + 1] ?? Number.NEGATIVE_INFINITY];
  if (lower < DEFAULT_THRESHOLD && DEFAULT_THRESHOLD <= upper) return DEFAULT_THRESHOLD;
  if (k < 0) return lower < 1 ? (lower + 1) / 2 : 1 + Number.EPSILON;
  return middle(steps, k);
}
