/** Masks on spectrograms. */
import type { RandomGenerator } from '../../base/random.js';
import type { FeatureMatrix } from '../matrix.js';

/** How many masks, and how wide; names as in the paper's table, in words. */
export interface SpecAugmentSettings {
  /** Masks over all frames, each of up to `frequencyWidth` bands (F in the paper). */
  frequencyMasks: number;
  frequencyWidth: number;
  /** Masks over all bands, each of up to `timeWidth` frames (T in the paper). */
  timeMasks: number;
  timeWidth: number;
  /** No time mask covers more than this part of the frames (p in the paper). Default: 1. */
  timeFraction?: number;
}

function checkSettings(settings: SpecAugmentSettings): void {
  for (const name of ['frequencyMasks', 'frequencyWidth', 'timeMasks', 'timeWidth'] as const)
    if (!Number.isInteger(settings[name]) || settings[name] < 0)
      throw new RangeError(`${name} must be a whole number from 0, not ${settings[name]}.`);
  const { timeFraction = 1 } = settings;
  if (!(timeFraction >= 0 && timeFraction <= 1))
    throw new RangeError(`timeFraction must be from 0 to 1, and is ${timeFraction}.`);
}

/** A mask's place: a width from 0 to `width`, and a beginning such that it lies inside `length`. */
function drawMask(random: RandomGenerator, width: number, length: number): [begin: number, end: number] {
  const covered = random.integer(Math.min(width, length) + 1);
  const begin = random.integer(length - covered + 1);
  return [begin, begin + covered];
}

/**
 * SpecAugment without time warping (Park et al. 2019) of frames × bands: masks get the spectrogram's mean, which is the
 * paper's zero on spectrograms of mean zero. Throws RangeError for a setting that is not a whole number from 0.
 */
export function specAugment(
  logMel: FeatureMatrix,
  settings: SpecAugmentSettings,
  random: RandomGenerator,
): FeatureMatrix {
  checkSettings(settings);
  const { frames, bands } = logMel;
  const values = logMel.values.slice();
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  for (let mask = 0; mask < settings.frequencyMasks; mask++) {
    const [begin, end] = drawMask(random, settings.frequencyWidth, bands);
    for (let t = 0; t < frames; t++) values.fill(mean, t * bands + begin, t * bands + end);
  }
  const widest = Math.min(settings.timeWidth, Math.floor((settings.timeFraction ?? 1) * frames));
  for (let mask = 0; mask < settings.timeMasks; mask++) {
    const [begin, end] = drawMask(random, widest, frames);
    values.fill(mean, begin * bands, end * bands);
  }
  return { values, frames, bands };
}
