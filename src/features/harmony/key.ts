/** The key of a piece: the one whose profile its pitch classes resemble most. */
import type { FeatureMatrix } from '../matrix.js';

/**
 * How well each pitch class fits a key, from its tonic up: the ratings of listeners of Krumhansl and Kessler, Tracing the
 * Dynamic Changes in Perceived Tonal Organization (1982), as in Krumhansl 1990.
 */
const PROFILES = {
  major: [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
  minor: [6.33, 2.68, 3.52, 5.38, 2.6, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
} as const;

/** A key. */
export interface Key {
  /** Pitch class, 0 for C to 11 for B. */
  tonic: number;
  mode: keyof typeof PROFILES;
}

/** Tonics as keys are written, from C up: those with fewer accidentals. */
const TONICS = {
  major: ['C', 'D♭', 'D', 'E♭', 'E', 'F', 'F♯', 'G', 'A♭', 'A', 'B♭', 'B'],
  minor: ['C', 'C♯', 'D', 'E♭', 'E', 'F', 'F♯', 'G', 'G♯', 'A', 'B♭', 'B'],
} as const;

/** `F♯ minor`. */
export const keyName = ({ tonic, mode }: Key): string => `${TONICS[mode][tonic]} ${mode}`;

/** An estimated key. */
export interface KeyEstimate extends Key {
  /** Correlation of the pitch classes with the key's profile, from −1 to 1. */
  correlation: number;
  /** The second best key, often the relative or the parallel one, and its correlation. */
  next: Key & { correlation: number };
}

function correlate(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const mean = (values: ArrayLike<number>): number =>
    Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [product, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += (a[i] - meanA) * (b[i] - meanB);
    squaresA += (a[i] - meanA) ** 2;
    squaresB += (b[i] - meanB) ** 2;
  }
  return product / Math.sqrt(squaresA * squaresB);
}

/**
 * Estimates the key of a whole piece by the Krumhansl–Schmuckler algorithm: the correlation of the mean chroma with the
 * profiles of the 24 major and minor keys. Music that changes its key, or has none, gets the one that fits best.
 *
 * @param chroma - frames × 12, from C on, as of `chromaCqt`
 * @returns the best key; null for silence, and where all pitch classes are equally strong
 */
export function estimateKey({ values, frames, bands }: FeatureMatrix): KeyEstimate | null {
  if (bands !== 12) throw new RangeError(`A key is estimated from 12 pitch classes, not ${bands}.`);
  const mean = new Float64Array(12);
  for (let at = 0; at < frames * 12; at++) mean[at % 12] += values[at] / frames;
  const fits = (['major', 'minor'] as const).flatMap((mode) =>
    Array.from({ length: 12 }, (_, tonic) => {
      const profile = Array.from({ length: 12 }, (_, pitch) => PROFILES[mode][(pitch - tonic + 12) % 12]);
      return { tonic, mode, correlation: correlate(mean, profile) };
    }),
  );
  if (!fits.every(({ correlation }) => Number.isFinite(correlation))) return null;
  const [best, next] = fits.sort((a, b) => b.correlation - a.correlation);
  return { ...best, next };
}
