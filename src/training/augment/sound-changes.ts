/** The random changes of one chunk's sound. */
import type { Mp3RoundTrip } from '../../audio/encode/mp3-round-trip.js';
import type { RandomGenerator } from '../../base/random.js';
import { type Biquad, filterSignal } from '../../features/augment/biquad.js';
import {
  addNoise,
  applyGain,
  invertPolarity,
  type NoiseColour,
  noises,
} from '../../features/augment/level-and-noise.js';
import { randomFilters } from '../../features/augment/random-filter.js';
import { stretchAndShift, VOCODER_MARGIN } from '../../features/augment/time-and-pitch.js';
import type { AugmentSettings } from './schema.js';

/** Changes of a sound, in this order. */
export interface SoundChanges {
  /** Speed; 1 for none. */
  rate: number;
  /** Change of pitch; 0 for none. */
  semitones: number;
  /** In order; empty for none. */
  filters: Biquad[];
  noise: { colour: NoiseColour; snr: number; random: RandomGenerator } | null;
  /** Change of the level; 0 for none. */
  decibels: number;
  inverted: boolean;
  /** Bit rate in kbit/s of the MP3 file that the sound goes through; null for none. */
  bitRate: number | null;
  /** Seconds that are left in the middle; null for all. */
  seconds: number | null;
}

/**
 * Draws the changes, or null for none. Each kind of change has its own generator, so that turning one on or off leaves
 * the others' draws as they were.
 */
export function drawSoundChanges(
  settings: AugmentSettings,
  generatorOf: (kind: keyof AugmentSettings) => RandomGenerator,
  sampleRate: number,
): SoundChanges | null {
  /** What `draw` gives when the kind's turn has come, else `otherwise`. */
  const drawn = <Kind extends keyof AugmentSettings, T>(
    kind: Kind,
    otherwise: T,
    draw: (options: NonNullable<AugmentSettings[Kind]>, random: RandomGenerator) => T,
  ): T => {
    const options = settings[kind];
    if (!options) return otherwise;
    const random = generatorOf(kind);
    return random.uniform() < options.probability ? draw(options, random) : otherwise;
  };
  const changes: SoundChanges = {
    rate: drawn('time_stretch', 1, ({ rate }, random) => random.between(...rate)),
    semitones: drawn('pitch_shift', 0, ({ semitones }, random) => random.between(...semitones)),
    filters: drawn('filter', [], ({ kinds, decibels }, random) =>
      randomFilters[random.pick(kinds)](random, { sampleRate, decibels }),
    ),
    noise: drawn('noise', null, ({ snr, colours }, random) => ({
      snr: random.between(...snr),
      colour: random.pick(colours),
      random,
    })),
    decibels: drawn('gain', 0, ({ decibels }, random) => random.between(...decibels)),
    inverted: drawn('polarity', false, () => true),
    bitRate: drawn('mp3', null, ({ bit_rates }, random) => random.pick(bit_rates)),
    seconds: drawn('excerpt', null, ({ seconds }, random) => random.between(...seconds)),
  };
  const { rate, semitones, filters, noise, decibels, inverted, bitRate, seconds } = changes;
  const isAsBefore =
    rate === 1 && semitones === 0 && filters.length === 0 && noise === null && decibels === 0 && !inverted;
  return isAsBefore && bitRate === null && seconds === null ? null : changes;
}

/** A stretch of a recording, in samples; it may begin before the recording does, and end after its end. */
export interface SampleSpan {
  begin: number;
  count: number;
}

const usesVocoder = ({ rate, semitones }: SoundChanges): boolean => rate !== 1 || semitones !== 0;

/**
 * The samples of the recording that a changed `span` is made of, the span itself where neither speed nor pitch changes;
 * `origin` stays where it is when the speed changes.
 */
export function sourceSpan({ begin, count }: SampleSpan, origin: number, changes: SoundChanges): SampleSpan {
  if (!usesVocoder(changes)) return { begin, count };
  const { rate } = changes;
  return {
    begin: origin - Math.round((origin - begin + VOCODER_MARGIN) * rate),
    count: Math.round((count + 2 * VOCODER_MARGIN) * rate),
  };
}

/** Changes the samples of `sourceSpan` to `count` samples; `mp3` is needed for a bit rate alone. */
export function applySoundChanges(
  source: Float32Array,
  count: number,
  changes: SoundChanges,
  sampleRate: number,
  mp3: Mp3RoundTrip | null,
): Float32Array {
  const { rate, semitones, filters, noise, decibels, inverted, bitRate, seconds } = changes;
  let sound = source;
  if (usesVocoder(changes)) {
    const whole = stretchAndShift(source, rate, semitones);
    sound = whole.subarray(VOCODER_MARGIN, VOCODER_MARGIN + count);
  }
  if (filters.length > 0) sound = filterSignal(sound, filters);
  if (noise) sound = addNoise(sound, noises[noise.colour](count, noise.random), noise.snr);
  if (decibels !== 0) sound = applyGain(sound, decibels);
  if (inverted) sound = invertPolarity(sound);
  if (bitRate !== null) sound = mp3!(sound, sampleRate, bitRate);
  return seconds === null ? sound : middleOf(sound, seconds * sampleRate);
}

/** The same samples with silence before and after the middle ones. */
function middleOf(sound: Float32Array, count: number): Float32Array {
  const begin = Math.max(0, Math.round((sound.length - count) / 2));
  const excerpt = new Float32Array(sound.length);
  excerpt.set(sound.subarray(begin, sound.length - begin), begin);
  return excerpt;
}
