/** A voice that glides from note to note: a pulse train through formants, whose pitch is a curve. */
import type { RandomGenerator } from '../../../base/random.js';
import type { PitchCurve } from '../../pitch-curve.js';
import {
  amplitudeOf,
  exponential,
  frequencyOf,
  SAMPLE_RATE,
  saturate,
  sine,
  whiteNoise,
} from '../sound/portable.js';
import { readPeriod, wavetable } from '../sound/wavetable.js';
import type { Singer, SungNote } from './performance.js';

const GLOTTIS = wavetable(Array.from({ length: 44 }, (_, i) => 1 / (i + 1)));

/** First three formants of a man in Hz, with their gains: closed lips, and the vowels a, e, o, u. */
const CLOSED = { formants: [260, 1050, 2200], gains: [1, 0.12, 0.04] };
const VOWELS = [
  { formants: [730, 1090, 2440], gains: [1, 0.7, 0.4] },
  { formants: [530, 1840, 2480], gains: [1, 0.6, 0.45] },
  { formants: [570, 840, 2410], gains: [1, 0.6, 0.25] },
  { formants: [300, 870, 2240], gains: [1, 0.35, 0.15] },
];
const BANDWIDTHS = [80, 110, 170];
/** Seconds of a rise and a fall of loudness. */
const ATTACK = 0.03;
const RELEASE = 0.05;
/** Seconds before the vibrato sets in. */
const STRAIGHT = 0.2;
/** Samples from one value of the slow wavering of the pitch to the next, and semitones to either side. */
const WAVER_STEP = 800;
const WAVER = 0.06;

/** Formants as three resonators in parallel. */
function resonators({ formants, gains }: (typeof VOWELS)[number], tract: number): (x: number) => number {
  const count = formants.length;
  const turn = new Float64Array(count);
  const damping = new Float64Array(count);
  const gain = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const r = exponential((-Math.PI * BANDWIDTHS[k] * tract) / SAMPLE_RATE);
    turn[k] = 2 * r * sine((formants[k] * tract) / SAMPLE_RATE + 0.25);
    damping[k] = r * r;
    gain[k] = gains[k] * (1 - r) * 2;
  }
  const y1 = new Float64Array(count);
  const y2 = new Float64Array(count);
  return (x) => {
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const y = gain[k] * x + turn[k] * y1[k] - damping[k] * y2[k];
      y2[k] = y1[k];
      y1[k] = y;
      sum += y;
    }
    return sum;
  };
}

/** Frequency in Hz of a MIDI number with a fraction, in cents to a hundredth. */
function hertz(midi: number): number {
  const whole = Math.floor(midi);
  return frequencyOf(whole) * exponential(((midi - whole) * Math.LN2) / 12);
}

/** Samples from one value of the pitch curve to the next: 10 ms. */
const CURVE_STEP = SAMPLE_RATE / 100;

/** A hum and the pitch that was sung. */
export interface RenderedHum {
  /** At 16 kHz, at most 0.9. */
  samples: Float32Array;
  /** Every 10 ms, with vibrato and glides; 0 between notes. */
  pitch: PitchCurve;
}

/** So many seconds in which a singer sings some notes, with the noise of the room. */
export function renderHum(
  notes: readonly SungNote[],
  singer: Singer,
  seconds: number,
  random: RandomGenerator,
): RenderedHum {
  const hertzOf = new Float64Array(Math.ceil(Math.round(seconds * SAMPLE_RATE) / CURVE_STEP));
  const out = new Float32Array(Math.round(seconds * SAMPLE_RATE));
  const noise = whiteNoise(random.uniform());
  const vowel = singer.manner === 'hum' ? CLOSED : random.pick(VOWELS);
  const tract = resonators(vowel, singer.tract);
  let phase = random.uniform();
  let waver = 0;
  let nextWaver = random.between(-WAVER, WAVER);
  let before = 0;
  let current = 0;
  let gliding = 0;
  let level = 0;
  let loudness = 1;
  for (let i = 0; i < out.length; i++) {
    const t = i / SAMPLE_RATE;
    if (i % WAVER_STEP === 0) [waver, nextWaver] = [nextWaver, random.between(-WAVER, WAVER)];
    if (current < notes.length - 1 && t >= notes[current + 1].onset) {
      current++;
      loudness = random.between(0.7, 1);
    }
    const { onset, offset } = notes[current];
    const since = t - onset;
    const isSung = since >= 0 && t < offset;
    // Loudness follows its aim, so that notes without a gap run into one another but for a dip.
    const dip = singer.manner === 'syllables' && since >= 0 && since < 0.03 ? 0.25 : 1;
    const aim = isSung ? loudness * dip : 0;
    level += (aim - level) / ((aim > level ? ATTACK : RELEASE) * 0.4 * SAMPLE_RATE);
    // The glide has its middle where the note begins.
    if (gliding < notes.length - 1 && t >= notes[gliding + 1].onset - singer.glide / 2) gliding++;
    const from = notes[Math.max(0, gliding - 1)].midi;
    const gone = Math.min(1, Math.max(0, (t - notes[gliding].onset) / singer.glide + 0.5));
    const glide = from + (notes[gliding].midi - from) * gone * gone * (3 - 2 * gone);
    const swing = Math.min(1, Math.max(0, since - STRAIGHT) / 0.15) * singer.vibrato;
    const slow = waver + ((nextWaver - waver) * (i % WAVER_STEP)) / WAVER_STEP;
    const frequency = hertz(glide + swing * sine(t * singer.vibratoRate) + slow);
    if (isSung && i % CURVE_STEP === 0) hertzOf[i / CURVE_STEP] = frequency;
    phase += frequency / SAMPLE_RATE;
    if (phase >= 1) phase -= 1;
    const hiss = noise();
    const tone = tract(readPeriod(GLOTTIS.at(frequency), phase) + singer.breath * hiss);
    const consonant = dip < 1 ? 0.1 * (hiss - before) * loudness : 0;
    before = hiss;
    out[i] = tone * level + consonant;
  }
  const room = amplitudeOf(singer.room);
  const peak = out.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  const gain = random.between(0.25, 0.9) / peak;
  for (let i = 0; i < out.length; i++) out[i] = 0.9 * saturate((gain * out[i] + room * noise()) / 0.9);
  const times = Float64Array.from(hertzOf, (_, i) => (i * CURVE_STEP) / SAMPLE_RATE);
  return { samples: out, pitch: { times, hertz: hertzOf } };
}
