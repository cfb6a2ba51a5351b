/** Computes a comparison of runs. */
import { silentProgress, startProgress } from '../../base/progress.js';
import { numberGroups, percentileInterval } from '../../eval/bootstrap.js';
import { type Calibration, calibrate } from '../../eval/calibration.js';
import { delongTest, meanPlacements, type Placements, placements } from '../../eval/difference/delong.js';
import { type LabelRanks, rankByLabel } from '../../eval/difference/label-ranks.js';
import { holm } from '../../eval/difference/p-values.js';
import {
  bootstrapDifference,
  type PerMetric,
  perMetric,
  rankedRun,
  readMetrics,
  resampleMetrics,
} from '../../eval/difference/paired-bootstrap.js';
import { undefinedLabelsNote } from '../../eval/format.js';
import { meanOfDefined, spread } from '../../eval/means.js';
import type { Interval } from '../../eval/metrics.js';
import { rankColumns } from '../../eval/ranking.js';
import type { StoredRun } from '../read.js';
import { type ClipContrast, contrastClips } from './clips.js';
import { comparableRuns, type LeftOut } from './comparable.js';
import { groupBySeed, type RunGroup, runLabels } from './groups.js';
import { type DifferingSetting, differingSettings } from './settings.js';

export interface ComparisonOptions {
  /** Bootstrap resamples; 0 for none. */
  samples: number;
  seed: number;
  /** Whether the bootstrap reports its progress on standard error. */
  progress?: boolean;
  /** Which pairs are tested, each difference being the second group minus the first. Default: all. */
  tests?: (first: RunGroup, second: RunGroup) => boolean;
}

export interface Estimate {
  /** Mean over its runs; null where undefined. */
  value: number | null;
  /** Standard deviation over its runs (divided by n - 1); null for a single run. */
  deviation: number | null;
  /** 95 % bootstrap interval of the mean. */
  interval: Interval | null;
}

/** An experiment: one run, or several that differ by their seed. */
export interface ComparedGroup extends RunGroup {
  runLabels: string[];
  metrics: PerMetric<Estimate>;
  calibration: Calibration;
}

export interface MetricDifference {
  /** Second minus first; null where undefined. */
  difference: number | null;
  interval: Interval | null;
  /** Of the paired bootstrap. */
  p: number | null;
  /** After Holm's correction over all pairs. */
  pHolm: number | null;
}

/** The difference of two experiments in one label's ROC-AUC. */
export interface LabelDifference {
  label: string;
  positives: number;
  /** Of the first and the second experiment; null without a positive or a negative. */
  first: number | null;
  second: number | null;
  difference: number | null;
  /** 95 %, from the standard error. */
  interval: Interval | null;
  /** Clips of a song taken together (Obuchowski 1997), or single clips (DeLong) where songs are not known. */
  p: number | null;
  /** After Holm's correction over the labels. */
  pHolm: number | null;
  /** DeLong's p-value, which takes all clips as independent. */
  pOfClips: number | null;
}

/** Two experiments; `first` comes earlier in the order that was given. */
export interface GroupPair {
  first: number;
  second: number;
  metrics: PerMetric<MetricDifference>;
  labels: LabelDifference[];
}

export interface Comparison {
  /** Data set, protocol and split of all compared runs. */
  dataset: string;
  synthetic: string | null;
  protocol: string;
  split: string;
  examples: number;
  labels: string[];
  majorityAccuracy: number;
  bootstrap: { samples: number; seed: number; unit: 'song' | 'clip'; groups: number };
  groups: ComparedGroup[];
  pairs: GroupPair[];
  /** Settings in which the runs differ, one value per run in the order of `groups` and their runs. */
  settings: DifferingSetting[];
  /** Of the experiments over the labels; null for fewer than three experiments or ten labels. */
  ranks: LabelRanks | null;
  /** Clips on which experiments of a pair differ most. */
  clips: ClipContrast[];
  leftOut: LeftOut[];
  /** Caveats, one sentence each. */
  notes: string[];
}

/** A difference is significant below this p-value after correction. */
export const SIGNIFICANCE = 0.05;

/** Whether a difference is significant after Holm's correction. */
export const isSignificant = ({ pHolm }: { pHolm: number | null }): boolean =>
  pHolm !== null && pHolm < SIGNIFICANCE;

/** 97.5th percentile of the standard normal distribution. */
const NORMAL_975 = 1.959963984540054;

/** Compares at least one run of `readRun`. */
export function compareRuns(given: readonly StoredRun[], options: ComparisonOptions): Comparison {
  const { compared, leftOut } = comparableRuns(given);
  const groups = groupBySeed(compared);
  const runs = groups.flatMap((group) => group.runs);
  const [{ predictions, metrics, dataset }] = runs;
  const rankings = runs.map((run) =>
    rankColumns(run.predictions.scores, predictions.targets, predictions.labels.length),
  );
  const ranked = runs.map((run, i) => rankedRun(run.predictions, rankings[i], run.metrics));
  const progress = options.progress
    ? startProgress('Bootstrap', options.samples, 'resamples')
    : silentProgress;
  const resampled = resampleMetrics(
    ranked,
    predictions.groups,
    options.samples,
    options.seed,
    progress.update,
  );
  progress.stop();
  const whole = ranked.map((run) => readMetrics(run));
  const placed = runs.map((_, i) => rankings[i].map(placements));
  const membersOf = (group: RunGroup): number[] => group.runs.map((run) => runs.indexOf(run));
  // A group's metrics under each resample are the means over its runs.
  const ofGroups = groups.map((group) => meanMetrics(membersOf(group).map((i) => resampled[i])));
  const wholeOfGroups = groups.map((group) => meanMetrics(membersOf(group).map((i) => [whole[i]]))[0]);
  const placedOfGroups = groups.map((group) =>
    predictions.labels.map((_, label) => {
      const members = membersOf(group).map((i) => placed[i][label]);
      return members.every((member) => member !== null) ? meanPlacements(members) : null;
    }),
  );
  const names = runLabels(compared);
  const { tests = () => true } = options;
  const indices = groups
    .flatMap((_, second) => groups.slice(0, second).map((_, first) => ({ first, second })))
    .filter(({ first, second }) => tests(groups[first], groups[second]))
    .sort((a, b) => a.first - b.first || a.second - b.second);
  const pairs = comparePairs(indices, runs[0], wholeOfGroups, ofGroups, placedOfGroups);
  return {
    dataset: dataset.name,
    synthetic: dataset.synthetic,
    protocol: metrics.protocol,
    split: metrics.split,
    examples: predictions.ids.length,
    labels: predictions.labels,
    majorityAccuracy: metrics.majority_baseline.accuracy,
    bootstrap: {
      samples: options.samples,
      seed: options.seed,
      unit: predictions.groupKind,
      groups: numberGroups(predictions.groups).groups,
    },
    groups: groups.map((group, g) => ({
      ...group,
      runLabels: group.runs.map((run) => names[compared.indexOf(run)]),
      metrics: perMetric((metric) => ({
        value: wholeOfGroups[g][metric],
        deviation: spread(membersOf(group).map((i) => whole[i][metric]))?.deviation ?? null,
        interval: percentileInterval(ofGroups[g].map((values) => values[metric])),
      })),
      calibration: calibrateTogether(group.runs),
    })),
    pairs,
    settings: differingSettings(runs),
    ranks: rankByLabel(placedOfGroups.map((labels) => labels.map((label) => label?.rocAuc ?? null))),
    clips: contrastClips(groups, indices),
    leftOut,
    notes: [...notesOn(groups), ...noteOnResolution(pairs.length, options.samples)],
  };
}

function meanMetrics(members: readonly PerMetric<number | null>[][]): PerMetric<number | null>[] {
  return members[0].map((_, sample) =>
    perMetric((metric) => meanOfDefined(members.map((values) => values[sample][metric]))),
  );
}

function calibrateTogether(runs: readonly StoredRun[]): Calibration {
  const decisions = runs[0].predictions.scores.length;
  const scores = new Float32Array(runs.length * decisions);
  const targets = new Uint8Array(scores.length);
  runs.forEach(({ predictions }, i) => {
    scores.set(predictions.scores, i * decisions);
    targets.set(predictions.targets, i * decisions);
  });
  return calibrate({ ...runs[0].predictions, scores, targets });
}

function comparePairs(
  indices: readonly { first: number; second: number }[],
  { predictions }: StoredRun,
  whole: readonly PerMetric<number | null>[],
  resampled: readonly PerMetric<number | null>[][],
  placed: readonly (Placements | null)[][],
): GroupPair[] {
  const minus = (a: number | null, b: number | null): number | null =>
    a === null || b === null ? null : a - b;
  const tested = indices.map(({ first, second }) =>
    perMetric((metric) => ({
      difference: minus(whole[second][metric], whole[first][metric]),
      ...bootstrapDifference(
        resampled[second].map((values, i) => minus(values[metric], resampled[first][i][metric])),
      ),
    })),
  );
  const corrected = perMetric((metric) => holm(tested.map((pair) => pair[metric].p)));
  const songs = predictions.groupKind === 'song' ? numberGroups(predictions.groups) : undefined;
  return indices.map(({ first, second }, i) => ({
    first,
    second,
    metrics: perMetric((metric) => ({ ...tested[i][metric], pHolm: corrected[metric][i] })),
    labels: compareLabels(predictions.labels, placed[first], placed[second], songs),
  }));
}

function compareLabels(
  labels: readonly string[],
  first: readonly (Placements | null)[],
  second: readonly (Placements | null)[],
  songs: ReturnType<typeof numberGroups> | undefined,
): LabelDifference[] {
  const tested = labels.map((label, j) => {
    const [a, b] = [first[j], second[j]];
    if (!a || !b)
      return {
        label,
        positives: 0,
        first: null,
        second: null,
        difference: null,
        interval: null,
        p: null,
        pOfClips: null,
      };
    const ofClips = delongTest(a, b);
    const { difference, standardError, p } = songs ? delongTest(a, b, songs) : ofClips;
    const margin = standardError === null ? null : NORMAL_975 * standardError;
    return {
      label,
      positives: a.positives,
      first: a.rocAuc,
      second: b.rocAuc,
      difference,
      interval: margin === null ? null : ([difference - margin, difference + margin] satisfies Interval),
      p,
      pOfClips: ofClips.p,
    };
  });
  const corrected = holm(tested.map(({ p }) => p));
  return tested.map((one, j) => ({ ...one, pHolm: corrected[j] }));
}

function notesOn(groups: readonly RunGroup[]): string[] {
  const notes: string[] = [];
  const runs = groups.flatMap((group) => group.runs);
  const labels = runLabels(runs);
  const label = (run: StoredRun): string => labels[runs.indexOf(run)];
  for (const { label: name, runs: members } of groups) {
    const revisions = new Set(members.map(({ environment }) => environment.git_revision));
    if (revisions.size > 1)
      notes.push(`The runs of ${name} were computed by ${revisions.size} revisions of the code.`);
    const copy = members.find((run, i) => members.some((other, j) => j < i && sameScores(run, other)));
    if (copy)
      notes.push(
        `${label(copy)} has the same scores as another run of ${name} and adds nothing to the mean.`,
      );
  }
  const fingerprints = new Set(runs.map(({ dataset }) => dataset.fingerprint));
  if (fingerprints.size > 1)
    notes.push(
      'The runs share their test set, but not all of their data: the training or validation splits differ.',
    );
  const undefinedLabels = undefinedLabelsNote(runs[0].metrics);
  return undefinedLabels === null ? notes : [...notes, undefinedLabels];
}

/** Warns when the smallest p-value of the resamples cannot be significant after Holm's correction. */
function noteOnResolution(pairs: number, samples: number): string[] {
  const needed = Math.ceil((2 * pairs) / SIGNIFICANCE);
  return pairs === 0 || samples === 0 || samples >= needed
    ? []
    : [
        `${samples} resamples are too few for ${pairs} ${pairs === 1 ? 'pair' : 'pairs'}: no difference can reach p < ${SIGNIFICANCE} after Holm's correction; give --samples ${needed} or more.`,
      ];
}

function sameScores(a: StoredRun, b: StoredRun): boolean {
  return a.predictions.scores.every((score, i) => score === b.predictions.scores[i]);
}
