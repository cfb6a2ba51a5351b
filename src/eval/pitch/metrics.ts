/** The numbers of a run that finds pitch: its `metrics.json`. */
import type { Interval, SplitMetrics } from '../metrics.js';
import type { PerPitchMeasure, PitchMeasure } from './scores.js';

/** Measures of one recording; null where undefined. */
export interface RecordingScores extends PerPitchMeasure<number | null> {
  recording: string;
  frames: number;
  /** Frames that are voiced in truth. */
  voiced: number;
}

/** The content of `metrics.json` where the task is pitch: means over recordings, each with its interval under `<measure>_ci95`. */
export interface PitchMetrics
  extends SplitMetrics,
    PerPitchMeasure<number | null>,
    Record<`${PitchMeasure}_ci95`, Interval | null> {
  task: 'pitch';
  frames: number;
  voiced_frames: number;
  /** Of calling every frame unvoiced. */
  unvoiced_baseline: { overall_accuracy: number };
  per_recording: RecordingScores[];
}
