/** A singing voice: a pulse train through the formants of vowels (Klatt 1980; formants of Peterson and Barney 1952). */
import type { RandomGenerator } from '../../../base/random.js';
import type { Note } from './note.js';
import { audibleLength, heldGain } from './note.js';
import { exponential, frequencyOf, SAMPLE_RATE, sine, whiteNoise } from './portable.js';
import { readPeriod, wavetable } from './wavetable.js';

export type Singer = 'male' | 'female';

const GLOTTIS = wavetable(Array.from({ length: 44 }, (_, i) => 1 / (i + 1)));

/** First three formants in Hz of a, e, i, o, u. */
const VOWELS: Record<Singer, readonly (readonly [number, number, number])[]> = {
  male: [
    [730, 1090, 2440],
    [530, 1840, 2480],
    [270, 2290, 3010],
    [570, 840, 2410],
    [300, 870, 2240],
  ],
  female: [
    [850, 1220, 2810],
    [610, 2330, 2990],
    [310, 2790, 3310],
    [590, 920, 2710],
    [370, 950, 2670],
  ],
};
const BANDWIDTHS = [90, 110, 170];
const GAINS = [1, 0.7, 0.45];
/** Length of a consonant in samples. */
const CONSONANT = 1100;

/** Adds one sung note to `out`: a vowel with vibrato and a hissed consonant before it. */
export function sing(out: Float32Array, note: Note, singer: Singer, random: RandomGenerator): void {
  const formants = random.pick(VOWELS[singer]);
  const frequency = frequencyOf(note.midi);
  const period = GLOTTIS.at(frequency);
  const noise = whiteNoise(random.uniform());
  const rate = random.between(5, 6.3) / SAMPLE_RATE;
  const count = audibleLength(out, note.start, note.length + 0.09 * SAMPLE_RATE);
  const turn = new Float64Array(3);
  const radius = new Float64Array(3);
  const gain = new Float64Array(3);
  for (let k = 0; k < 3; k++) {
    const r = exponential((-Math.PI * BANDWIDTHS[k]) / SAMPLE_RATE);
    turn[k] = 2 * r * sine(formants[k] / SAMPLE_RATE + 0.25);
    radius[k] = r * r;
    gain[k] = GAINS[k] * (1 - r) * 2;
  }
  const y1 = new Float64Array(3);
  const y2 = new Float64Array(3);
  let phase = random.uniform();
  let before = 0;
  for (let i = 0; i < count; i++) {
    const hiss = noise();
    const source = readPeriod(period, phase) + 0.03 * hiss;
    let sum = 0;
    for (let k = 0; k < 3; k++) {
      const y = gain[k] * source + turn[k] * y1[k] - radius[k] * y2[k];
      y2[k] = y1[k];
      y1[k] = y;
      sum += y;
    }
    // The consonant does not pass the formants: a high-passed hiss before the vowel.
    const consonant = i < CONSONANT ? 0.4 * (hiss - before) * (1 - i / CONSONANT) : 0;
    before = hiss;
    out[note.start + i] += (sum * heldGain(i, note.length, 0.06, 0.08) + consonant) * note.velocity;
    const vibrato = Math.min(1, i / 4000) * sine(i * rate);
    phase += (frequency * (1 + 0.015 * vibrato)) / SAMPLE_RATE;
    if (phase >= 1) phase -= 1;
  }
}
