/** The metrics of predicted pitch. */
import { randomGenerator } from '../../base/random.js';
import { clipped, numberGroups, percentileInterval, resampleGroups } from '../bootstrap.js';
import { bootstrapRecord } from '../groups.js';
import type { Interval } from '../metrics.js';
import { checkShape, type PitchPredictions } from '../predictions.js';
import type { PitchMetrics, RecordingScores } from './metrics.js';
import {
  meanScores,
  type PerPitchMeasure,
  PITCH_MEASURES,
  perPitchMeasure,
  recordingsOf,
  scoreRecording,
} from './scores.js';

/** How predicted pitch is evaluated. */
export interface PitchEvaluation {
  protocol: string;
  split: string;
  /** Seed of the bootstrap. */
  seed: number;
  /** Resamples for the intervals; 0 for none. */
  bootstrapSamples: number;
}

/**
 * mir_eval's melody measures at the frames of the network: of each recording, and their means with bootstrap intervals of
 * the groups. Throws UsageError when predictions do not fit; Failure when one is not finite.
 */
export function evaluatePitch(
  predictions: PitchPredictions,
  { protocol, split, seed, bootstrapSamples: samples }: PitchEvaluation,
): PitchMetrics {
  checkShape(predictions);
  const recordings = recordingsOf(predictions);
  const scores = recordings.map(scoreRecording);
  const intervals = intervalsOf(
    scores,
    recordings.map(({ group }) => group),
    samples,
    seed,
  );
  const voicedOf = (truth: Float64Array): number => truth.reduce((sum, hz) => sum + Number(hz > 0), 0);
  const per_recording = recordings.map(
    ({ id, truth }, i): RecordingScores => ({
      ...{ recording: id, frames: truth.length, voiced: voicedOf(truth) },
      ...scores[i],
    }),
  );
  const shares = per_recording.map(({ frames, voiced }) => 1 - voiced / frames);
  return {
    task: 'pitch',
    ...{ protocol, split, examples: recordings.length, frames: predictions.ids.length },
    voiced_frames: per_recording.reduce((sum, { voiced }) => sum + voiced, 0),
    ...meanScores(scores),
    ...(Object.fromEntries(
      PITCH_MEASURES.map((measure) => [`${measure}_ci95`, intervals[measure]]),
    ) as PerInterval),
    unvoiced_baseline: { overall_accuracy: shares.reduce((sum, share) => sum + share, 0) / shares.length },
    bootstrap: bootstrapRecord(byRecording(predictions), samples),
    per_recording,
  };
}

type PerInterval = Pick<PitchMetrics, `${keyof PerPitchMeasure<never>}_ci95`>;

/** One row per recording, for what counts them. */
function byRecording(predictions: PitchPredictions): PitchPredictions {
  const { ids, groups, groupKind, ungrouped } = predictions;
  const first = [...ids.keys()].filter((row) => row === 0 || ids[row] !== ids[row - 1]);
  const alone = ungrouped ? first.filter((row) => groups[row].startsWith('clip ')).length : 0;
  return {
    ...predictions,
    ids: first.map((row) => ids[row]),
    groups: first.map((row) => groups[row]),
    ungrouped: ungrouped === ids.length && groupKind === 'clip' ? first.length : alone,
  };
}

/** Percentile intervals from the same resamples for all; null where there is only one group or no samples. */
function intervalsOf(
  scores: readonly PerPitchMeasure<number | null>[],
  groups: readonly string[],
  samples: number,
  seed: number,
): PerPitchMeasure<Interval | null> {
  const grouping = numberGroups(groups);
  const means =
    grouping.groups < 2
      ? []
      : Array.from(resampleGroups(grouping, samples, randomGenerator(seed, 'bootstrap')), (weights) =>
          meanScores(scores, weights),
        );
  return perPitchMeasure((measure) => clipped(percentileInterval(means.map((own) => own[measure])), [0, 1]));
}
