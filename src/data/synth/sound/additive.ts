/** Instruments made of harmonics: organ, flute, bowed strings. */
import type { Play } from './note.js';
import { audibleLength, heldGain } from './note.js';
import { frequencyOf, SAMPLE_RATE, sine, whiteNoise } from './portable.js';
import { readPeriod, wavetable } from './wavetable.js';

/** Drawbars 8', 4', 2 2/3', 2', 1 3/5', 1 1/3', 1' of an electric organ. */
const ORGAN = wavetable([1, 0.8, 0.6, 0.5, 0.25, 0.3, 0, 0.35]);
const FLUTE = wavetable([1, 0.25, 0.12, 0.04]);
const BRIGHT_FLUTE = wavetable([1, 0.5, 0.3, 0.12, 0.05]);
/** Bowed strings: 1/n with the body's resonances on top. */
const BOWED = wavetable(Array.from({ length: 24 }, (_, i) => [1, 1.3, 0.8, 1.1, 0.7][i % 5] / (i + 1)));
const SOFT_BOWED = wavetable([1, 0.6, 0.3, 0.22, 0.12, 0.08, 0.05, 0.03]);

/** An organ: steady harmonics, a slow rotor, key click. */
export const playOrgan: Play = (out, note, tone, random) => {
  const frequency = frequencyOf(note.midi, tone.cents);
  const period = ORGAN.at(frequency);
  const count = audibleLength(out, note.start, note.length + 0.05 * SAMPLE_RATE);
  const step = frequency / SAMPLE_RATE;
  let phase = random.uniform();
  for (let i = 0; i < count; i++) {
    const rotor = 1 + 0.12 * sine((i + note.start) * (6.1 / SAMPLE_RATE));
    out[note.start + i] +=
      readPeriod(period, phase) * rotor * note.velocity * heldGain(i, note.length, 0.008, 0.04);
    phase += step;
    if (phase >= 1) phase -= 1;
  }
};

/** A flute: few harmonics, breath noise around the tone, vibrato that sets in late. */
export const playFlute: Play = (out, note, tone, random) => {
  const frequency = frequencyOf(note.midi, tone.cents);
  const soft = FLUTE.at(frequency);
  const hard = BRIGHT_FLUTE.at(frequency);
  const blend = Math.min(1, note.velocity * tone.brightness);
  const noise = whiteNoise(random.uniform());
  const count = audibleLength(out, note.start, note.length + 0.08 * SAMPLE_RATE);
  const step = frequency / SAMPLE_RATE;
  let phase = random.uniform();
  let low = 0;
  let band = 0;
  const tuning = 2 * sine(Math.min(0.16, frequency / SAMPLE_RATE / 1.6));
  for (let i = 0; i < count; i++) {
    const vibrato = Math.min(1, i / 4800) * sine(i * (5.2 / SAMPLE_RATE));
    band += tuning * (noise() - low - 0.3 * band);
    low += tuning * band;
    const breath = 0.12 * band + (i < 800 ? 0.35 * (1 - i / 800) * band : 0);
    const tonePart = (1 - blend) * readPeriod(soft, phase) + blend * readPeriod(hard, phase);
    out[note.start + i] +=
      (tonePart * (1 + 0.18 * vibrato) + breath) * note.velocity * heldGain(i, note.length, 0.05, 0.07);
    phase += step * (1 + 0.004 * vibrato);
    if (phase >= 1) phase -= 1;
  }
};

/** A string section: three players a little out of tune with each other, slow attack, vibrato. */
export const playStrings: Play = (out, note, tone, random) => {
  const count = audibleLength(out, note.start, note.length + 0.18 * SAMPLE_RATE);
  const attack = 0.13 - 0.08 * note.velocity;
  const blend = Math.min(1, 0.3 + 0.6 * note.velocity * tone.brightness);
  for (const cents of [-7, 0, 8]) {
    const frequency = frequencyOf(note.midi, tone.cents + cents);
    const hard = BOWED.at(frequency);
    const soft = SOFT_BOWED.at(frequency);
    const rate = random.between(4.8, 6.2) / SAMPLE_RATE;
    const step = frequency / SAMPLE_RATE;
    let phase = random.uniform();
    for (let i = 0; i < count; i++) {
      const sample = blend * readPeriod(hard, phase) + (1 - blend) * readPeriod(soft, phase);
      out[note.start + i] += sample * 0.5 * note.velocity * heldGain(i, note.length, attack, 0.16);
      phase += step * (1 + 0.0035 * sine(i * rate));
      if (phase >= 1) phase -= 1;
    }
  }
};
