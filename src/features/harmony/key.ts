/** The key of a piece: the one whose profile its pitch classes resemble most. */
import type { FeatureMatrix } from '../matrix.js';
import { DEFAULT_KEY_PROFILE, KEY_PROFILES, type KeyProfileName } from './key-profiles.js';

/** A key. */
export interface Key {
  /** Pitch class, 0 for C to 11 for B. */
  tonic: number;
  mode: 'major' | 'minor';
}

/** Tonics as keys are written, from C up: those with fewer accidentals. */
const TONICS = {
  major: ['C', 'D♭', 'D', 'E♭', 'E', 'F', 'F♯', 'G', 'A♭', 'A', 'B♭', 'B'],
  minor: ['C', 'C♯', 'D', 'E♭', 'E', 'F', 'F♯', 'G', 'G♯', 'A', 'B♭', 'B'],
} as const;

/** `F♯ minor`. */
export const keyName = ({ tonic, mode }: Key): string => `${TONICS[mode][tonic]} ${mode}`;

/** All 24 keys: major from C up, then minor. */
export const KEYS: readonly Key[] = (['major', 'minor'] as const).flatMap((mode) =>
  TONICS[mode].map((_, tonic): Key => ({ tonic, mode })),
);

/** An estimated key. */
export interface KeyEstimate extends Key {
  /** Correlation of the pitch classes with the key's profile, from −1 to 1. */
  correlation: number;
  /** The second best key, often the relative or the parallel one, and its correlation. */
  next: Key & { correlation: number };
}

const centred = (values: ArrayLike<number>): Float64Array => {
  const own = Float64Array.from(values);
  const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
  return own.map((value) => value - mean);
};

const norm = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

/**
 * Correlation of 12 pitch classes, from C, with the profile of each of the 24 `KEYS`: from −1 to 1, NaN where all classes
 * are equally strong.
 */
export function keyCorrelations(
  classes: ArrayLike<number>,
  profile: KeyProfileName = DEFAULT_KEY_PROFILE,
): Float64Array {
  const own = centred(classes);
  const size = norm(own);
  return Float64Array.from(KEYS, ({ tonic, mode }) => {
    const wanted = centred(KEY_PROFILES[profile][mode]);
    let product = 0;
    for (let pitch = 0; pitch < 12; pitch++) product += own[pitch] * wanted[(pitch - tonic + 12) % 12];
    return product / (size * norm(wanted));
  });
}

/**
 * Estimates the key of a whole piece by the Krumhansl–Schmuckler algorithm: the correlation of the mean chroma with the
 * profiles of the 24 major and minor keys. Music that changes its key, or has none, gets the one that fits best.
 *
 * @param chroma - frames × 12, from C on, as of `harmonicChroma` or `chromaCqt`
 * @param profile - Default: see `DEFAULT_KEY_PROFILE`.
 * @returns the best key; null for silence, and where all pitch classes are equally strong
 * @throws RangeError when the chroma has not 12 pitch classes
 */
export function estimateKey(
  { values, frames, bands }: FeatureMatrix,
  profile: KeyProfileName = DEFAULT_KEY_PROFILE,
): KeyEstimate | null {
  if (bands !== 12) throw new RangeError(`A key is estimated from 12 pitch classes, not ${bands}.`);
  const mean = new Float64Array(12);
  for (let at = 0; at < frames * 12; at++) mean[at % 12] += values[at] / frames;
  const correlations = keyCorrelations(mean, profile);
  if (!correlations.every(Number.isFinite)) return null;
  const fits = KEYS.map((key, i) => ({ ...key, correlation: correlations[i] }));
  const [best, next] = fits.sort((a, b) => b.correlation - a.correlation);
  return { ...best, next };
}
