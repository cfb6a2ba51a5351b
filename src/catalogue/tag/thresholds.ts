/** Least score of a top tag. */

/** For models without thresholds: a published model's scores are low, since most tags are rare. */
export const UNCALIBRATED_THRESHOLD = 0.2;

/** Thresholds and their source. */
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
