/** Clips on which one experiment is right and the other wrong. */
import { crossEntropy } from '../../eval/cross-entropy.js';
import { decide } from '../../eval/decisions.js';
import type { Metrics } from '../../eval/metrics.js';
import type { Predictions } from '../../eval/predictions.js';
import type { StoredRun } from '../read.js';
import type { RunGroup } from './groups.js';

/** Two experiments' scores of a label, as means over their runs. */
export interface ContrastedLabel {
  label: string;
  isTrue: boolean;
  better: number;
  worse: number;
  /** Whether each is right about it. */
  betterIsRight: boolean;
  worseIsRight: boolean;
}

/** A clip that one experiment predicts better than the other. */
export interface ContrastedClip {
  id: string;
  title: string;
  artist: string;
  /** Path of the audio file; null for lyrics alone. */
  audio: string | null;
  /** Mean loss of the worse experiment's runs minus that of the better one's. */
  margin: number;
  /** The labels that they disagree on, and the true ones: the largest differences first. */
  labels: ContrastedLabel[];
}

/** Clips of one direction of a pair. */
export interface ClipContrast {
  /** Indices of the experiments. */
  better: number;
  worse: number;
  clips: ContrastedClip[];
}

/** Pairs that clips are shown of, and clips of each direction. */
const MOST_PAIRS = 6;
const CLIPS = 3;

/** Labels that are shown of a clip. */
const LABELS = 6;

/** Scores are clipped to this distance from 0 and 1, so that no single clip outweighs all others. */
const LEAST_PROBABILITY = 1e-4;

/** An experiment's runs, as means over them. */
interface MeanRun {
  /** [examples × labels]. */
  scores: Float64Array;
  /** 0 or 1, by majority of the runs; of equal votes the first. */
  said: Uint8Array;
  /** Of each example. */
  loss: Float64Array;
}

/** A run of tags or classes. */
type LabelRun = StoredRun & { metrics: Metrics; predictions: Predictions };

function meanRun(group: RunGroup): MeanRun {
  const runs = group.runs as LabelRun[];
  const { labels, ids, scores: first } = runs[0].predictions;
  const votes = new Float64Array(first.length);
  const mean: MeanRun = {
    scores: new Float64Array(first.length),
    said: new Uint8Array(first.length),
    loss: new Float64Array(ids.length),
  };
  for (const run of runs) {
    const said = decide(run.predictions, run.metrics.per_label);
    for (let i = 0; i < votes.length; i++) {
      votes[i] += said[i] / runs.length;
      mean.scores[i] += run.predictions.scores[i] / runs.length;
    }
    for (let row = 0; row < ids.length; row++)
      mean.loss[row] +=
        crossEntropy(run.predictions, {
          from: row * labels.length,
          to: (row + 1) * labels.length,
          least: LEAST_PROBABILITY,
        }) / runs.length;
  }
  for (let i = 0; i < votes.length; i++) mean.said[i] = Number(votes[i] > 0.5);
  return mean;
}

/**
 * The clips with the largest paired difference of loss among those where one experiment is right and the other wrong:
 * about the class, or at least one tag. One clip per song. Both directions of each pair are given, or of many pairs
 * those with the first experiment; none of numbers, which are not right or wrong.
 */
export function contrastClips(
  groups: readonly RunGroup[],
  pairs: readonly { first: number; second: number }[],
): ClipContrast[] {
  if (groups[0].runs[0].predictions.task === 'regression') return [];
  const withFirst = pairs.filter(({ first }) => first === 0);
  const chosen = (pairs.length <= MOST_PAIRS ? pairs : withFirst).slice(0, MOST_PAIRS);
  const means = new Map<number, MeanRun>();
  const meanOf = (group: number): MeanRun => {
    const mean = means.get(group) ?? meanRun(groups[group]);
    means.set(group, mean);
    return mean;
  };
  return chosen
    .flatMap(({ first, second }) => [
      { better: second, worse: first },
      { better: first, worse: second },
    ])
    .map(({ better, worse }) => ({
      better,
      worse,
      clips: clipsOf(groups[better].runs[0] as LabelRun, meanOf(better), meanOf(worse)),
    }))
    .filter(({ clips }) => clips.length > 0);
}

function clipsOf({ predictions, clips }: LabelRun, better: MeanRun, worse: MeanRun): ContrastedClip[] {
  const { labels, ids, targets, groups: songs } = predictions;
  const rows = ids
    .map((_, row) => row)
    .filter((row) => worse.loss[row] > better.loss[row])
    .sort((a, b) => worse.loss[b] - better.loss[b] - (worse.loss[a] - better.loss[a]) || a - b);
  const found: ContrastedClip[] = [];
  const taken = new Set<string>();
  for (const row of rows) {
    if (found.length === CLIPS) break;
    const at = (j: number): number => row * labels.length + j;
    const isRight = (mean: MeanRun, j: number): boolean => mean.said[at(j)] === targets[at(j)];
    const decided = labels.some((_, j) => isRight(better, j) && !isRight(worse, j));
    if (!decided || taken.has(songs[row])) continue;
    taken.add(songs[row]);
    const shown = labels
      .map(
        (label, j): ContrastedLabel => ({
          label,
          isTrue: targets[at(j)] === 1,
          better: better.scores[at(j)],
          worse: worse.scores[at(j)],
          betterIsRight: isRight(better, j),
          worseIsRight: isRight(worse, j),
        }),
      )
      .filter(({ isTrue, betterIsRight, worseIsRight }) => isTrue || betterIsRight !== worseIsRight)
      .sort((a, b) => Math.abs(b.better - b.worse) - Math.abs(a.better - a.worse))
      .slice(0, LABELS);
    found.push({ id: ids[row], ...clips[row], margin: worse.loss[row] - better.loss[row], labels: shown });
  }
  return found;
}
