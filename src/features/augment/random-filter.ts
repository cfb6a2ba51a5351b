/** Filters drawn at random: other rooms, loudspeakers and recordings of the same music. */
import type { RandomGenerator } from '../../base/random.js';
import { type Biquad, highPass, highShelf, lowPass, lowShelf, peak } from './biquad.js';

/** Ranges that random filters are drawn from. */
export interface RandomFilterSettings {
  /** In Hz. */
  sampleRate: number;
  /** Least and largest change of an equaliser's band, in dB. */
  decibels: readonly [number, number];
}

/** Highest frequency that a filter is placed at, as a part of half the sample rate. */
const HIGHEST = 0.9;

const logUniform = (random: RandomGenerator, low: number, high: number): number =>
  low * (high / low) ** random.uniform();

/** A low shelf, two peaks and a high shelf, each at a random frequency of its range and by a random amount. */
function equalizer(random: RandomGenerator, { sampleRate, decibels }: RandomFilterSettings): Biquad[] {
  const top = (HIGHEST * sampleRate) / 2;
  const bands = [
    { make: lowShelf, low: 0.005, high: 0.05 },
    { make: peak, low: 0.02, high: 0.2 },
    { make: peak, low: 0.1, high: 0.6 },
    { make: highShelf, low: 0.3, high: 1 },
  ];
  return bands.map(({ make, low, high }) => {
    const frequency = logUniform(random, low * top, high * top);
    return make({ sampleRate, frequency, q: Math.SQRT1_2, decibels: random.between(...decibels) });
  });
}

/** A high-pass and a low-pass, at least two octaves apart: a telephone, a small radio, music behind a wall. */
function bandPass(random: RandomGenerator, { sampleRate }: RandomFilterSettings): Biquad[] {
  const top = (HIGHEST * sampleRate) / 2;
  const low = logUniform(random, 0.005 * top, 0.15 * top);
  const high = logUniform(random, Math.max(4 * low, 0.2 * top), top);
  return [highPass({ sampleRate, frequency: low }), lowPass({ sampleRate, frequency: high })];
}

/** Kinds of random filter by name; their frequencies scale with the sample rate. */
export const randomFilters = { equalizer, 'band-pass': bandPass };

/** Name of a kind. */
export type RandomFilterKind = keyof typeof randomFilters;
