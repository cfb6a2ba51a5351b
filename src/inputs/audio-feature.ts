/** An audio feature as inputs are made of: rows of a recording that comes in pieces, and of a changed sound. */
import type { RowStream } from '../features/stream.js';

/** Everything that decides the stored numbers of an audio feature, as plain JSON. */
export interface AudioSettings {
  /** In Hz; the mean of the channels, resampled. */
  sampleRate: number;
  [option: string]: unknown;
}

/** An audio feature under given settings. */
export interface AudioFeature {
  /** Samples from one step to the next; null for one row per recording. */
  hopLength: number | null;
  /** Numbers per step. */
  width: number;
  /** Value of digital silence; also used after the end of a recording. */
  silence: number;
  /** Computes the rows of a signal that comes in pieces; together they equal those of the whole signal, to the bit. */
  stream(): RowStream;
  /** Samples before the first and after the last step's instant that `rows` needs. Default: 0. */
  margin: number;
  /** Rows of a changed sound, row-major [steps × width]; `samples` begin `margin` before the first step. */
  rows(samples: Float32Array, steps: number): Float32Array;
}

/** Whether a feature is samples: one row for each, and no frames. */
export const isSamples = ({ hopLength }: AudioFeature): boolean => hopLength === 1;

/** Whether a feature has frames: it is neither samples nor one row per recording. */
export const hasFrames = ({ hopLength }: AudioFeature): boolean => (hopLength ?? 1) > 1;
