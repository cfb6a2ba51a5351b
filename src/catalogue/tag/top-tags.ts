/** A track's top tags: which of a model's tags are named. */
import { UsageError } from '../../base/errors.js';

/** How top tags are chosen. */
export interface TopTags {
  /** Score from which a tag is one of a track's top tags, by tag. */
  thresholds: Float32Array;
  /** Whether the best tag is a top tag also where no score reaches its threshold. */
  atLeastOne: boolean;
  /** As many of the best tags, whatever their scores; null for those that reach their thresholds. */
  count: number | null;
}

/** A tag with its score and its place among the model's. */
export interface ScoredTag {
  tag: string;
  score: number;
  place: number;
}

/** All tags with their scores, best first; equal ones in the model's order. */
export const rankedTags = (labels: readonly string[], scores: Float32Array): ScoredTag[] =>
  labels.map((tag, place) => ({ tag, score: scores[place], place })).sort((a, b) => b.score - a.score);

/** Names of a track's top tags, best first. */
export function topTags(
  labels: string[],
  scores: Float32Array,
  { thresholds, atLeastOne, count }: TopTags,
): string[] {
  const ranked = rankedTags(labels, scores);
  const reaching = ranked.filter(({ score, place }) => score >= thresholds[place]);
  const best = (most: number): ScoredTag[] => ranked.slice(0, most);
  const chosen = count !== null ? best(count) : reaching.length === 0 && atLeastOne ? best(1) : reaching;
  return chosen.map(({ tag }) => tag);
}

/**
 * How the top tags of a model are chosen, and what a table's header records of it. Throws UsageError for options of tags
 * where the model predicts numbers, which has none.
 */
export function topTagsOf(
  { name, task, thresholds: calibrated }: { name: string; task?: string; thresholds: number[] | null },
  labels: readonly string[],
  { threshold, top = null }: { threshold: number | null; top?: number | null },
): { tops: TopTags; record: Record<string, string> } {
  const { values: thresholds, source } = thresholdsFor(labels.length, calibrated, threshold);
  if (task === 'regression') {
    if (threshold !== null) throw notTags('--threshold', name, labels);
    if (top !== null) throw notTags('--top', name, labels);
    return { tops: { thresholds, atLeastOne: false, count: 0 }, record: { task } };
  }
  return {
    tops: { thresholds, atLeastOne: threshold === null, count: top },
    record: { thresholds: source, ...(top !== null && { top: String(top) }) },
  };
}

/** What is wrong with an option that only a model of tags has. */
export const notTags = (option: string, model: string, targets: readonly string[]): UsageError =>
  new UsageError(
    `${option}: the model ${model} predicts numbers (${targets.join(', ')}), not tags; remove the option.`,
  );

/** For models without thresholds: a published model's scores are low, since most tags are rare. */
const UNCALIBRATED_THRESHOLD = 0.2;

export interface Thresholds {
  values: Float32Array;
  /** `calibrated` on the model's validation split, or the number that stands for all tags. */
  source: string;
}

/** Thresholds of a model: `given` for all tags, else `calibrated` on the validation split, else the default. */
export function thresholdsFor(labels: number, calibrated: number[] | null, given: number | null): Thresholds {
  if (given === null && calibrated) return { values: Float32Array.from(calibrated), source: 'calibrated' };
  const value = given ?? UNCALIBRATED_THRESHOLD;
  return { values: new Float32Array(labels).fill(value), source: String(value) };
}
