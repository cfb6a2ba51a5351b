/** Computes a comparison of runs. */
import { silentProgress, startProgress } from '../../base/progress.js';
import { clipped, numberGroups } from '../../eval/bootstrap.js';
import { type Calibration, calibrate } from '../../eval/calibration.js';
import { meanPlacements, placements } from '../../eval/difference/delong.js';
import { type LabelRanks, rankByLabel } from '../../eval/difference/label-ranks.js';
import {
  type PerMetric,
  perMetric,
  rankedRun,
  readMetrics,
  resampleMetrics,
} from '../../eval/difference/paired-bootstrap.js';
import { crossedInference, seedErrorOf } from '../../eval/difference/seeds.js';
import { undefinedLabelsNote } from '../../eval/format.js';
import { meanOfDefined, spread } from '../../eval/means.js';
import type { Interval } from '../../eval/metrics.js';
import type { BootstrapUnit } from '../../eval/predictions.js';
import { rankColumns } from '../../eval/ranking.js';
import type { StoredRun } from '../read.js';
import { type ClipContrast, contrastClips } from './clips.js';
import { comparableRuns, type LeftOut } from './comparable.js';
import { groupBySeed, type RunGroup, runLabels } from './groups.js';
import { comparePairs, type GroupPair, SIGNIFICANCE, type Side, seeded, seededValues } from './pairs.js';
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

export interface Comparison {
  /** Data set, protocol and split of all compared runs. */
  dataset: string;
  synthetic: string | null;
  protocol: string;
  split: string;
  examples: number;
  labels: string[];
  majorityAccuracy: number;
  bootstrap: { samples: number; seed: number; unit: BootstrapUnit; groups: number };
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
  const sides = groups.map((group, g): Side => {
    const members = membersOf(group);
    return {
      whole: wholeOfGroups[g],
      resampled: ofGroups[g],
      placed: placedOfGroups[g],
      seeded: perMetric((metric) => seededValues(group, whole, resampled, members, metric)),
      seededLabel: (label) =>
        seeded(
          group,
          members.map((i) => placed[i][label]?.rocAuc ?? null),
        ),
    };
  });
  const pairs = comparePairs(indices, runs[0], sides);
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
        interval: clipped(
          crossedInference(
            ofGroups[g].map((values) => values[metric]),
            seedErrorOf(sides[g].seeded[metric]),
          ).interval,
          [0, 1],
        ),
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
  for (const run of runs)
    if (run.seenClips)
      notes.push(
        `The model of ${label(run)} was trained or validated on ${run.seenClips} of the ${run.predictions.ids.length} test clips: its results do not measure how it generalizes.`,
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
