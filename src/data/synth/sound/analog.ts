/** Subtractive synthesis: a synthesizer with a swept filter, and a bass. */
import type { Play } from './note.js';
import { audibleLength, heldGain } from './note.js';
import { decayFactor, frequencyOf, SAMPLE_RATE, sine } from './portable.js';
import { readPeriod, wavetable } from './wavetable.js';

const SAW = wavetable(Array.from({ length: 40 }, (_, i) => 1 / (i + 1)));
const BASS = wavetable([1, 0.55, 0.35, 0.2, 0.12, 0.07]);

/** Two detuned saws through a resonant low-pass (state variable, Chamberlin 1985) that closes after the attack. */
export const playSynth: Play = (out, note, tone, random) => {
  const first = frequencyOf(note.midi, tone.cents - 6);
  const second = frequencyOf(note.midi, tone.cents + 7);
  const period = SAW.at(second);
  const long = note.length > 0.6 * SAMPLE_RATE;
  const attack = long ? 0.18 : 0.004;
  const release = long ? 0.3 : 0.05;
  const count = audibleLength(out, note.start, note.length + release * SAMPLE_RATE);
  const open = Math.min(3600, (700 + 2600 * note.velocity) * tone.brightness);
  const fall = decayFactor(long ? 5 : 0.5);
  const wobble = random.between(0.2, 0.5) / SAMPLE_RATE;
  let phase = random.uniform();
  let other = random.uniform();
  let sweep = 1;
  let low = 0;
  let band = 0;
  let tuning = 0;
  for (let i = 0; i < count; i++) {
    // The cutoff moves slowly: its sine is needed only now and then.
    if (i % 32 === 0) {
      const cutoff = 250 + open * sweep * (long ? 0.7 + 0.3 * sine(i * wobble) : 1);
      tuning = 2 * sine(cutoff / SAMPLE_RATE / 2);
    }
    const input = readPeriod(period, phase) + readPeriod(period, other);
    band += tuning * (input - low - 0.5 * band);
    low += tuning * band;
    out[note.start + i] += low * 0.5 * note.velocity * heldGain(i, note.length, attack, release);
    phase += first / SAMPLE_RATE;
    if (phase >= 1) phase -= 1;
    other += second / SAMPLE_RATE;
    if (other >= 1) other -= 1;
    sweep *= fall;
  }
};

/** A bass: a few harmonics with a plucked envelope. */
export const playBass: Play = (out, note, tone) => {
  const frequency = frequencyOf(note.midi, tone.cents);
  const period = BASS.at(frequency);
  const count = audibleLength(out, note.start, note.length + 0.05 * SAMPLE_RATE);
  const fall = decayFactor(2.5);
  let phase = 0;
  let level = note.velocity;
  for (let i = 0; i < count; i++) {
    out[note.start + i] += level * readPeriod(period, phase) * heldGain(i, note.length, 0.006, 0.04);
    phase += frequency / SAMPLE_RATE;
    if (phase >= 1) phase -= 1;
    level *= fall;
  }
};
