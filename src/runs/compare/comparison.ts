/** Computes a comparison of runs. */

import { silentProgress, startProgress } from '../../base/progress.js';
import { keysOf } from '../../base/registry.js';
import { clipped, numberGroups } from '../../eval/bootstrap.js';
import { type Calibration, calibrate } from '../../eval/calibration.js';
import {
  type ComparedMetric,
  type ConstantAnswer,
  constantAnswer,
  metricsOf,
  type PerMetric,
  perMetric,
  rangeOf,
} from '../../eval/difference/compared-metrics.js';
import { meanPlacements, placements } from '../../eval/difference/delong.js';
import { type LabelRanks, rankByLabel } from '../../eval/difference/label-ranks.js';
import {
  type ReadableRun,
  rankedRun,
  readMetrics,
  resampleMetrics,
} from '../../eval/difference/paired-bootstrap.js';
import { crossedInference, seedErrorOf } from '../../eval/difference/seeds.js';
import { targetNotes, undefinedLabelsNote } from '../../eval/format.js';
import { meanOfDefined, spread } from '../../eval/means.js';
import type { Interval, Metrics } from '../../eval/metrics.js';
import type { BootstrapUnit, ExamplePredictions } from '../../eval/predictions.js';
import { rankColumns } from '../../eval/ranking.js';
import { type MeasuredNumbers, measureNumbers } from '../../eval/regression/scores.js';
import type { Task } from '../../models/heads/index.js';
import type { StoredRun } from '../read.js';
import { type ClipContrast, contrastClips } from './clips.js';
import { selectRuns } from './common-labels.js';
import type { ComparedLabels, LeftOut } from './comparable.js';
import { groupBySeed, type RunGroup, runLabels } from './groups.js';
import { comparePairs, type GroupPair, SIGNIFICANCE, type Side, seeded, seededValues } from './pairs.js';
import { type DifferingSetting, differingSettings } from './settings.js';
import type { TargetSide } from './targets.js';

export interface ComparisonOptions {
  /** Bootstrap resamples; 0 for none. */
  samples: number;
  seed: number;
  /** Whether the bootstrap reports its progress on standard error. */
  progress?: boolean;
  /** Which pairs are tested, each difference being the second group minus the first. Default: all. */
  tests?: (first: RunGroup, second: RunGroup) => boolean;
  /** Name of the experiment that a run belongs to. Default: by the runs' folders. */
  nameOf?: (run: StoredRun) => string | undefined;
  /** Which labels are compared: those that all runs must have the same of, or those that they have in common. Default: same. */
  labels?: ComparedLabels;
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
  /** Null for numbers. */
  calibration: Calibration | null;
}

export interface Comparison {
  task: Task;
  /** The metrics of the task. */
  compared: readonly ComparedMetric[];
  /** Data set, protocol and split of all compared runs. */
  dataset: string;
  synthetic: string | null;
  protocol: string;
  split: string;
  examples: number;
  labels: string[];
  /** What a constant answer reaches on the split. */
  constant: ConstantAnswer;
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

/** Compares at least one run of `readRun`. Throws UsageError as `selectRuns` where the common labels are asked for. */
export function compareRuns(given: readonly StoredRun[], options: ComparisonOptions): Comparison {
  const { comparable, leftOut, onLabels } = selectRuns(given, options.labels);
  const groups = groupBySeed(comparable, options.nameOf);
  const runs = groups.flatMap((group) => group.runs);
  const [{ predictions, metrics, dataset }] = runs;
  const compared = metricsOf(predictions.task);
  const ranked = runs.map(readable);
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
  const placed = ranked.map((run) =>
    'rankings' in run ? run.rankings.map(placements) : predictions.labels.map(() => null),
  );
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
  const names = runLabels(comparable);
  const { tests = () => true } = options;
  const indices = groups
    .flatMap((_, second) => groups.slice(0, second).map((_, first) => ({ first, second })))
    .filter(({ first, second }) => tests(groups[first], groups[second]))
    .sort((a, b) => a.first - b.first || a.second - b.second);
  const targets = predictions.task === 'regression' ? readTargets(ranked, predictions, options) : null;
  const sides = groups.map((group, g): Side => {
    const members = membersOf(group);
    return {
      whole: wholeOfGroups[g],
      resampled: ofGroups[g],
      seeded: perMetric(compared, (metric) => seededValues(group, whole, resampled, members, metric)),
      labels: targets
        ? targets.map(
            (target): TargetSide => ({
              values: target.values,
              whole: meanMetrics(members.map((i) => [target.whole[i]]))[0],
              resampled: meanMetrics(members.map((i) => target.resampled[i])),
              seeded: seededValues(group, target.whole, target.resampled, members, 'ccc'),
            }),
          )
        : {
            placed: placedOfGroups[g],
            seededLabel: (label) =>
              seeded(
                group,
                members.map((i) => placed[i][label]?.rocAuc ?? null),
              ),
          },
    };
  });
  const pairs = comparePairs(indices, runs[0], sides);
  return {
    task: predictions.task,
    compared,
    dataset: dataset.name,
    synthetic: dataset.synthetic,
    protocol: metrics.protocol,
    split: metrics.split,
    examples: predictions.ids.length,
    labels: predictions.labels,
    constant: constantAnswer(metrics),
    bootstrap: {
      samples: options.samples,
      seed: options.seed,
      unit: predictions.groupKind,
      groups: numberGroups(predictions.groups).groups,
    },
    groups: groups.map((group, g) => ({
      ...group,
      runLabels: group.runs.map((run) => names[comparable.indexOf(run)]),
      metrics: perMetric(compared, (metric) => ({
        value: wholeOfGroups[g][metric],
        deviation: spread(membersOf(group).map((i) => whole[i][metric]))?.deviation ?? null,
        interval: clipped(
          crossedInference(
            ofGroups[g].map((values) => values[metric]),
            seedErrorOf(sides[g].seeded[metric]),
          ).interval,
          rangeOf(metric),
        ),
      })),
      calibration: calibrateTogether(group.runs),
    })),
    pairs,
    settings: differingSettings(runs),
    ranks: rankByLabel(placedOfGroups.map((labels) => labels.map((label) => label?.rocAuc ?? null))),
    clips: contrastClips(groups, indices),
    leftOut,
    notes: [
      ...(onLabels === null ? [] : [onLabels]),
      ...notesOn(groups),
      ...noteOnResolution(pairs.length, options.samples),
    ],
  };
}

/** A run's predictions as the bootstrap reads them. */
function readable({ predictions, metrics }: StoredRun): ReadableRun {
  if (predictions.task === 'regression') return measureNumbers(predictions);
  const { scores, targets, labels } = predictions;
  return rankedRun(predictions, rankColumns(scores, targets, labels.length), metrics as Metrics);
}

/** Every run read one target at a time, in the same resamples as the whole. */
function readTargets(
  runs: readonly ReadableRun[],
  { groups, labels }: ExamplePredictions,
  { samples, seed }: ComparisonOptions,
): { values: number; whole: PerMetric<number | null>[]; resampled: PerMetric<number | null>[][] }[] {
  return labels.map((_, j) => {
    const alone = (runs as MeasuredNumbers[]).map(({ columns, estimates, widths }) => ({
      ...{ columns: [columns[j]], estimates: [estimates[j]], widths: [widths[j]] },
    }));
    return {
      values: alone[0].columns[0].rows.length,
      whole: alone.map((run) => readMetrics(run)),
      resampled: resampleMetrics(alone, groups, samples, seed),
    };
  });
}

function meanMetrics(members: readonly PerMetric<number | null>[][]): PerMetric<number | null>[] {
  return members[0].map((_, sample) =>
    perMetric(keysOf(members[0][sample]), (metric) =>
      meanOfDefined(members.map((values) => values[sample][metric])),
    ),
  );
}

function calibrateTogether(runs: readonly StoredRun[]): Calibration | null {
  const [{ predictions: first }] = runs;
  if (first.task === 'regression') return null;
  const decisions = first.scores.length;
  const scores = new Float32Array(runs.length * decisions);
  const targets = new Uint8Array(scores.length);
  runs.forEach(({ predictions }, i) => {
    scores.set(predictions.scores, i * decisions);
    targets.set(predictions.targets, i * decisions);
  });
  return calibrate({ ...first, scores, targets });
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
  const imported = runs.filter(({ config }) => config.model.predictions);
  if (imported.length > 0)
    notes.push(
      `The scores of ${imported.map(label).join(', ')} were imported: what their models were trained on is not known, so leakage was not checked.`,
    );
  for (const run of runs)
    if (run.seenClips)
      notes.push(
        `The model of ${label(run)} was trained or validated on ${run.seenClips} of the ${run.predictions.ids.length} test clips: its results do not measure how it generalizes.`,
      );
  const [{ metrics }] = runs;
  if (metrics.task === 'regression') return [...notes, ...targetNotes(metrics)];
  const undefinedLabels = undefinedLabelsNote(metrics);
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
