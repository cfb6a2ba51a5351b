import { describe, expect, it } from 'vitest';
import { scoreMelody } from '../../../src/eval/harmony/melody-scores.js';
import { featureKinds, settingsFor } from '../../../src/features/kinds.js';
import { beatPitches } from '../../../src/features/melody/beat-pitch.js';
import { melody } from '../../../src/features/melody/melody.js';

const RATE = 16_000;
const HOP = 256;

interface Tone {
  /** MIDI number. */
  pitch: number;
  begin: number;
  end: number;
  gain: number;
}

/** Tones of ten harmonics. */
function played(tones: Tone[], seconds: number): Float32Array {
  const samples = new Float32Array(seconds * RATE);
  for (const { pitch, begin, end, gain } of tones) {
    const hertz = 440 * 2 ** ((pitch - 69) / 12);
    for (let n = Math.round(begin * RATE); n < end * RATE; n++) {
      const t = n / RATE;
      const envelope = Math.min(1, (t - begin) / 0.01, (end - t) / 0.01);
      for (let h = 1; h <= 10; h++)
        samples[n] += ((gain * envelope) / h) * Math.sin(2 * Math.PI * hertz * h * t);
    }
  }
  return samples;
}

const LINE = [67, 69, 71, 74, 72, 71, 67, 62].map(
  (pitch, i): Tone => ({ pitch, begin: 0.5 + 0.5 * i, end: 1 + 0.5 * i, gain: 0.2 }),
);
const CHORD = [43, 55, 59].map((pitch): Tone => ({ pitch, begin: 0.5, end: 4.5, gain: 0.05 }));
const TRUTH = (() => {
  const times = Array.from({ length: 500 }, (_, i) => i / 100);
  const hertz = times.map((time) => {
    const tone = LINE.find(({ begin, end }) => time >= begin && time < end);
    return tone ? 440 * 2 ** ((tone.pitch - 69) / 12) : 0;
  });
  return { times, hertz };
})();

const timesOf = (values: ArrayLike<number>): number[] =>
  Array.from({ length: values.length }, (_, t) => (t * HOP) / RATE);

describe('the melody', () => {
  it('is the line above an accompaniment, with rests before and after it', () => {
    const { hertz, salience } = melody(played([...LINE, ...CHORD], 5), { sampleRate: RATE, hopLength: HOP });
    const scores = scoreMelody(TRUTH, { times: timesOf(hertz), hertz });
    expect(scores.overall).toBeGreaterThan(0.9);
    expect(scores.rawPitch).toBeGreaterThan(0.95);
    expect(scores.voicingFalseAlarm).toBeLessThan(0.2);
    expect(salience.reduce((a, b) => Math.max(a, b))).toBe(1);
  });

  it('is within 10 cents of a held tone', () => {
    for (const pitch of [50, 57.3, 69, 80.6]) {
      const samples = played([{ pitch, begin: 0, end: 1, gain: 0.2 }], 1);
      const { hertz } = melody(samples, { sampleRate: RATE, hopLength: HOP });
      expect(Math.abs(69 + 12 * Math.log2(hertz[30] / 440) - pitch)).toBeLessThan(0.1);
    }
  });

  it('is 0 in silence, and for no samples', () => {
    const silence = melody(new Float32Array(RATE), { sampleRate: RATE, hopLength: HOP });
    expect(silence.hertz.every((value) => value === 0)).toBe(true);
    expect(melody(new Float32Array(0), { sampleRate: RATE, hopLength: HOP }).hertz).toHaveLength(1);
  });

  it('does not depend on the level', () => {
    const samples = played([...LINE, ...CHORD], 5);
    const [loud, quiet] = [1, 0.05].map(
      (gain) =>
        melody(
          samples.map((value) => gain * value),
          { sampleRate: RATE, hopLength: HOP },
        ).hertz,
    );
    const same = loud.reduce((sum, value, t) => sum + (Math.abs(value - quiet[t]) < 0.5 ? 1 : 0), 0);
    expect(same / loud.length).toBeGreaterThan(0.97);
  });
});

describe('the main pitch of a beat', () => {
  it('is the semitone with the most salience among the voiced frames', () => {
    const hertz = Float32Array.from([440, 441, 494, -440, 0, 0, -300, 0]);
    const salience = Float32Array.from([1, 1, 0.5, 1, 0, 0, 0.3, 0]);
    expect(beatPitches({ hertz, salience }, 0.1, [0, 0.4, 0.8])).toEqual([
      { begin: 0, end: 0.4, pitch: 69, share: 0.8 },
      { begin: 0.4, end: 0.8, pitch: null, share: 0 },
    ]);
  });

  it('of a recording is held over each beat', () => {
    const kind = featureKinds['beat-pitch'];
    const { shape, values, found } = kind.compute(played([...LINE, ...CHORD], 5), settingsFor(kind));
    expect(shape).toEqual([2, 1 + Math.floor((5 * RATE) / 256)]);
    const pitches = (found!.pitches as { pitch: number | null }[]).map(({ pitch }) => pitch);
    for (const pitch of pitches) if (pitch !== null) expect(LINE.map((tone) => tone.pitch)).toContain(pitch);
    expect(values[Math.round((2.25 * RATE) / 256)]).toBe(74);
  });
});
