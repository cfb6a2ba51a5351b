/** Frequency modulation (Chowning 1973): electric piano, chimes, trumpet. */
import type { Play } from './note.js';
import { audibleLength, heldGain } from './note.js';
import { decayFactor, frequencyOf, SAMPLE_RATE, sine } from './portable.js';

/** Index of modulation that keeps the sidebands of a carrier below the Nyquist frequency (Carson's rule). */
function safeIndex(index: number, carrier: number, modulator: number): number {
  return Math.max(0, Math.min(index, (0.48 * SAMPLE_RATE - carrier) / modulator - 1));
}

const TURNS_PER_RADIAN = 0.15915494309189535;

/** An electric piano: a body pair at 1:1 and a tine pair at 1:14 that dies away quickly. */
export const playPiano: Play = (out, note, tone) => {
  const frequency = frequencyOf(note.midi, tone.cents);
  const count = audibleLength(out, note.start, note.length + 0.25 * SAMPLE_RATE);
  const carrier = frequency / SAMPLE_RATE;
  const tine = Math.min(14, Math.floor((0.45 * SAMPLE_RATE) / frequency)) * carrier;
  const bodyIndex = safeIndex(1.6 * note.velocity * tone.brightness, frequency, frequency) * TURNS_PER_RADIAN;
  const level = decayFactor(note.midi > 66 ? 2.2 : 3.5);
  const indexFall = decayFactor(1.2);
  const tineFall = decayFactor(0.35);
  let amplitude = note.velocity;
  let index = bodyIndex;
  let tineLevel = 0.5 * note.velocity * tone.brightness;
  for (let i = 0; i < count; i++) {
    const modulator = sine(i * carrier);
    const body = sine(i * carrier + index * modulator);
    out[note.start + i] +=
      amplitude * heldGain(i, note.length, 0.002, 0.2) * (body + tineLevel * sine(i * tine));
    amplitude *= level;
    index *= indexFall;
    tineLevel *= tineFall;
  }
};

/** Chimes: an inharmonic pair at 1:1.4, struck and left to ring. */
export const playChimes: Play = (out, note, tone) => {
  const frequency = frequencyOf(note.midi, tone.cents);
  const count = audibleLength(out, note.start, 3 * SAMPLE_RATE);
  const carrier = frequency / SAMPLE_RATE;
  const modulator = 1.4 * carrier;
  const startIndex = safeIndex(4 * note.velocity * tone.brightness, frequency, 1.4 * frequency);
  const level = decayFactor(3);
  const indexFall = decayFactor(2.4);
  let amplitude = note.velocity;
  let index = startIndex * TURNS_PER_RADIAN;
  for (let i = 0; i < count; i++) {
    const rise = i < 16 ? i / 16 : 1;
    out[note.start + i] += rise * amplitude * sine(i * carrier + index * sine(i * modulator));
    amplitude *= level;
    index *= indexFall;
  }
};

/** A trumpet: a 1:1 pair whose brightness follows its loudness, with an overshoot at the attack. */
export const playTrumpet: Play = (out, note, tone) => {
  const frequency = frequencyOf(note.midi, tone.cents);
  const count = audibleLength(out, note.start, note.length + 0.07 * SAMPLE_RATE);
  const carrier = frequency / SAMPLE_RATE;
  const peak = safeIndex((3.5 + 2.5 * note.velocity) * tone.brightness, frequency, frequency);
  let phase = 0;
  for (let i = 0; i < count; i++) {
    const time = i / SAMPLE_RATE;
    const settle = time < 0.08 ? 1 : Math.max(0.72, 1 - (time - 0.08) * 4);
    const gain = heldGain(i, note.length, 0.045, 0.06) * settle;
    const vibrato = 1 + 0.003 * Math.min(1, time * 2.5) * sine(time * 5.5);
    phase += carrier * vibrato;
    out[note.start + i] += note.velocity * gain * sine(phase + peak * gain * TURNS_PER_RADIAN * sine(phase));
  }
};
