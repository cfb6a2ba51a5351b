/** Plucked strings: guitar and harp (Karplus and Strong 1983, with the extensions of Jaffe and Smith 1983). */
import type { Note, Play } from './note.js';
import { audibleLength } from './note.js';
import { decayFactor, frequencyOf, SAMPLE_RATE, saturate, whiteNoise } from './portable.js';

/** How a string is built and plucked. */
interface StringModel {
  /** Time to -60 dB in seconds of a note at 220 Hz, before damping. */
  sustain: number;
  /** How much of the loop filter is averaging: 0 keeps high frequencies, 0.5 loses them fastest. */
  loss: number;
  /** Low-pass of the excitation: 0 soft finger, 1 hard pick. */
  pick: number;
  /** Plucking point, as a fraction of the string's length. */
  position: number;
  /** Seconds that the string rings on after the note's end. */
  release: number;
}

const NYLON_AND_STEEL: StringModel = { sustain: 3, loss: 0.32, pick: 0.75, position: 0.13, release: 0.12 };
const HARP: StringModel = { sustain: 4.5, loss: 0.42, pick: 0.28, position: 0.45, release: 1.2 };

/**
 * Adds one plucked note to a buffer: a burst of noise, shaped by the pick and the place of plucking, that runs
 * around a delay line with a loss filter and an all-pass for the fraction of a sample.
 */
function pluck(
  out: Float32Array,
  note: Note,
  frequency: number,
  model: StringModel,
  brightness: number,
  seed: number,
): void {
  const period = SAMPLE_RATE / frequency;
  const loss = Math.min(0.5, model.loss / brightness);
  // The loss filter (1 - loss) + loss z^-1 delays by about `loss` samples; the all-pass makes up the rest.
  const exact = period - loss;
  const length = Math.floor(exact - 0.3);
  const fraction = exact - length;
  const allPass = (1 - fraction) / (1 + fraction);
  const line = new Float32Array(length);
  const noise = whiteNoise(seed);
  const hardness = Math.min(1, model.pick * brightness * (0.5 + 0.6 * note.velocity));
  let smooth = 0;
  let mean = 0;
  for (let i = 0; i < length; i++) {
    smooth += hardness * (noise() - smooth);
    line[i] = smooth;
    mean += smooth / length;
  }
  const comb = Math.max(1, Math.floor(model.position * length));
  const excited = line.map((value, i) => value - mean - (line[(i + length - comb) % length] - mean));
  line.set(excited);
  const ringing = decayFactor(model.sustain);
  const damped = decayFactor(model.release);
  let feedback = 1;
  for (let i = 0, held = 1; i < length; i++) feedback = held *= ringing;
  let releasedFeedback = 1;
  for (let i = 0, held = 1; i < length; i++) releasedFeedback = held *= damped;
  const count = audibleLength(out, note.start, note.length + model.release * SAMPLE_RATE);
  let previous = 0;
  let allPassIn = 0;
  let allPassOut = 0;
  let index = 0;
  for (let i = 0; i < count; i++) {
    const current = line[index];
    const filtered =
      (i < note.length ? feedback : releasedFeedback) * ((1 - loss) * current + loss * previous);
    previous = current;
    allPassOut = allPass * (filtered - allPassOut) + allPassIn;
    allPassIn = filtered;
    line[index] = allPassOut;
    if (++index === length) index = 0;
    out[note.start + i] += current * note.velocity;
  }
}

/** A guitar; `tone.drive` above 0 plays it through an overdriven amplifier. */
export const playGuitar: Play = (out, note, tone, random) => {
  pluck(out, note, frequencyOf(note.midi, tone.cents), NYLON_AND_STEEL, tone.brightness, random.uniform());
};

/** A harp: softly plucked near the middle, ringing on. */
export const playHarp: Play = (out, note, tone, random) => {
  pluck(out, note, frequencyOf(note.midi, tone.cents), HARP, tone.brightness, random.uniform());
};

/**
 * An overdriven amplifier, in place: gain, saturation, and the low-pass of a loudspeaker; `drive` is 0 (clean) to 1
 * (heavy).
 */
export function overdrive(samples: Float32Array, drive: number): void {
  if (drive <= 0) return;
  const gain = 3 + 30 * drive;
  let low = 0;
  for (let i = 0; i < samples.length; i++) {
    low += 0.65 * (saturate(samples[i] * gain) - low);
    samples[i] = low;
  }
}
