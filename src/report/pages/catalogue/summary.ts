/** Summary of a catalogue, gathered in one pass whose memory does not grow with the number of tracks. */
import { randomGenerator } from '../../../base/random.js';
import { Reservoir } from '../../../base/reservoir.js';
import type { TableHeader, TagRow } from '../../../catalogue/row.js';

/** Steps of 0.025. */
export const HISTOGRAM_BINS = 40;

/** Most reasons of failure, and tracks that are named for each. */
const REASONS = 30;
const NAMED = 20;

/** One tag over all tracks. */
export interface TagSummary {
  label: string;
  /** Tracks whose score is above the tag's threshold. */
  count: number;
  /** Mean score over all tagged tracks; 0 where there are none. */
  mean: number;
  /** Tracks by score, in even steps from 0 to 1. */
  histogram: number[];
}

/** Tracks of the table on the page, at most: a browser sorts so many at once. */
export const LISTED_TRACKS = 20_000;

/** Tracks that failed, or were tagged with a warning, for the same reason. */
export interface FailureSummary {
  reason: string;
  count: number;
  /** The first of them. */
  paths: string[];
}

/** A catalogue at a glance. */
export interface CatalogueSummary {
  header: TableHeader;
  /** All rows, and those with an error. */
  tracks: number;
  failed: number;
  /** Seconds of audio. */
  seconds: number;
  /** Tagged tracks without a tag above its threshold. */
  untagged: number;
  tags: TagSummary[];
  failures: FailureSummary[];
  /** Tagged tracks of which a reader has to know something, by what it is. */
  warnings: FailureSummary[];
  /** Tagged tracks, all or a random sample, in the table's order. */
  sample: TagRow[];
  /** All rows without their embeddings, or a random sample, in the table's order. */
  listed: TagRow[];
}

/**
 * Reads a catalogue's rows: counts, distributions, reasons of failure and a sample of at most `sampleSize` tracks that
 * takes each with the same probability (Vitter 1985, algorithm R).
 */
export async function summarise(
  header: TableHeader,
  rows: AsyncIterable<TagRow>,
  sampleSize: number,
  seed: number,
): Promise<CatalogueSummary> {
  const place = new Map(header.labels.map((label, tag) => [label, tag]));
  const tags = header.labels.map((label) => ({
    label,
    count: 0,
    mean: 0,
    histogram: new Array<number>(HISTOGRAM_BINS).fill(0),
  }));
  const sums = new Float64Array(tags.length);
  const failures = new Map<string, FailureSummary>();
  const warnings = new Map<string, FailureSummary>();
  const sample = new Reservoir<TagRow>(sampleSize, randomGenerator(seed, 'catalogue sample'));
  const listed = new Reservoir<TagRow>(LISTED_TRACKS, randomGenerator(seed, 'catalogue list'));
  const summary = { header, tracks: 0, failed: 0, seconds: 0, untagged: 0 };
  for await (const row of rows) {
    summary.tracks++;
    listed.offer(() => ({ ...row, embedding: null }));
    if (row.error !== null) {
      summary.failed++;
      addFailure(failures, row.path, row.error);
      continue;
    }
    if (row.warning !== null) addFailure(warnings, row.path, row.warning);
    summary.seconds += row.duration ?? 0;
    if (row.tops.length === 0) summary.untagged++;
    for (const top of row.tops) {
      const tag = place.get(top);
      if (tag !== undefined) tags[tag].count++;
    }
    row.scores?.forEach((score, tag) => {
      const bin = Math.min(HISTOGRAM_BINS - 1, Math.max(0, Math.floor(score * HISTOGRAM_BINS)));
      if (Number.isNaN(bin)) return;
      tags[tag].histogram[bin]++;
      sums[tag] += score;
    });
    sample.offer(() => row);
  }
  tags.forEach((tag, i) => {
    const scored = tag.histogram.reduce((sum, count) => sum + count, 0);
    tag.mean = scored === 0 ? 0 : sums[i] / scored;
  });
  const byCount = (found: Map<string, FailureSummary>): FailureSummary[] =>
    [...found.values()].sort((a, b) => b.count - a.count);
  return {
    ...{ ...summary, tags },
    ...{ failures: byCount(failures), warnings: byCount(warnings) },
    ...{ sample: sample.inOrder(), listed: listed.inOrder() },
  };
}

function addFailure(failures: Map<string, FailureSummary>, path: string, error: string): void {
  // Messages name their file; without its name, those of many files are the same.
  const reason = error.replaceAll(path, (_, at: number) => (at === 0 ? 'The file' : 'the file'));
  const key = failures.has(reason) || failures.size < REASONS ? reason : 'Other reasons.';
  const failure = failures.get(key) ?? { reason: key, count: 0, paths: [] };
  failures.set(key, failure);
  failure.count++;
  if (failure.paths.length < NAMED) failure.paths.push(path);
}
