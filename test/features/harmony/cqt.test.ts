import { describe, expect, it } from 'vitest';
import { type CqtSettings, cqt, cqtFrequencies } from '../../../src/features/harmony/cqt.js';
import { halveRate } from '../../../src/features/harmony/half-band.js';
import type { FeatureMatrix } from '../../../src/features/matrix.js';
import { chord, EDGE_CASES, KNOWN_RATE, noise, toneInNoise } from '../known-signals.js';
import { errorTo, librosaSignal, relativeError, SIGNALS } from '../reference.js';

const SETTINGS: CqtSettings = { sampleRate: KNOWN_RATE, hopLength: 256 };

/** Bins first, first + by, … of a frame. */
const every = ({ values, bands }: FeatureMatrix, t: number, first: number, by: number): Float32Array =>
  values.subarray(t * bands, (t + 1) * bands).filter((_, b) => b >= first && (b - first) % by === 0);

/** librosa 0.11.0: abs(cqt) of the tone in noise. */
const LIBROSA = [
  {
    name: 'the default bins',
    settings: SETTINGS,
    frames: 63,
    at: { frame: 30, first: 40, by: 1 },
    expected: [
      0.02761342, 0.09564591, 0.1284621, 0.1452547, 2.483963, 4.986134, 2.464574, 0.08133452, 0.02251084,
      0.0287721, 0.04826505, 0.07891503,
    ],
  },
  {
    name: 'quarter tones, tuned, with short filters and a part of an octave',
    settings: {
      sampleRate: 22_050,
      nBins: 70,
      fMin: 55,
      binsPerOctave: 24,
      filterScale: 0.8,
      tuning: 0.25,
    },
    frames: 32,
    at: { frame: 12, first: 0, by: 10 },
    expected: [0.03880396, 0.048483, 0.0863289, 0.05606449, 0.01333392, 0.1321208, 0.0835515],
  },
  {
    name: 'a hop that is halved but twice',
    settings: { sampleRate: KNOWN_RATE, hopLength: 300, nBins: 36, fMin: 110 },
    frames: 54,
    at: { frame: 20, first: 0, by: 6 },
    expected: [0.09893166, 0.03553874, 0.09303816, 0.03486664, 5.021382, 0.07268396],
  },
  {
    name: 'a rate so high that it is halved before the first octave',
    settings: { sampleRate: 44_100, hopLength: 1024, nBins: 24, fMin: 220 },
    frames: 16,
    at: { frame: 8, first: 0, by: 4 },
    expected: [0.05060342, 0.07462792, 0.05405527, 0.05234772, 0.08015697, 0.03361457],
  },
];

describe('constant-Q transform', () => {
  it.each(LIBROSA)('has librosa’s numbers: $name', ({ settings, frames, at, expected }) => {
    const ours = cqt(toneInNoise(), settings);
    expect(ours.frames).toBe(frames);
    const picked = every(ours, at.frame, at.first, at.by).subarray(0, expected.length);
    expect(relativeError(picked, expected)).toBeLessThan(1e-3);
  });

  it.for(SIGNALS)('equals librosa’s within 1e-3 of the maximum: %s', async (name, ctx) => {
    const { samples, array } = await librosaSignal(name, ctx);
    expect(errorTo(array('cqt84'), cqt(samples, SETTINGS))).toBeLessThan(1e-3);
  });

  it('gives a sinusoid at any bin a / 2 · √(Q · sampleRate / f), and less to its neighbours', () => {
    const frequencies = cqtFrequencies();
    const q = 1 / ((2 ** (1 / 6) - 1) / (2 ** (1 / 6) + 1));
    for (const bin of [12, 29, 47, 48, 60, 71, 83]) {
      const { values, bands } = cqt(chord([frequencies[bin]], 0.5, 24_000), SETTINGS);
      const frame = values.subarray(47 * bands, 48 * bands);
      const expected = 0.25 * Math.sqrt((q * KNOWN_RATE) / frequencies[bin]);
      expect(Math.abs(frame[bin] / expected - 1)).toBeLessThan(0.02);
      expect(frame.indexOf(Math.max(...frame))).toBe(bin);
    }
  });

  it('keeps the highest bins of an octave that halving would cut into', () => {
    // 7.9 kHz reaches to half the rate of 16.6 kHz; an octave below, to half of half of it.
    const settings = { sampleRate: 16_600, hopLength: 256, nBins: 24, fMin: 2093, binsPerOctave: 12 };
    const frequencies = cqtFrequencies(settings);
    const scale = (bin: number): number => {
      const tone = Float32Array.from({ length: 8192 }, (_, n) =>
        Math.sin((2 * Math.PI * frequencies[bin] * n) / 16_600),
      );
      return cqt(tone, settings).values[16 * 24 + bin] * Math.sqrt(frequencies[bin]);
    };
    expect(Math.abs(scale(11) / scale(5) - 1)).toBeLessThan(0.01);
  });

  it('is linear in amplitude and moves with the signal', () => {
    // What rings ahead of a sound is cut off where the samples begin, so it begins after a pause.
    const samples = noise(12_000).map((value, n) => (n < 2048 ? 0 : value));
    const plain = cqt(samples, SETTINGS);
    const louder = samples.map((value) => 4 * value);
    const expected = plain.values.map((value) => 4 * value);
    expect(relativeError(cqt(louder, SETTINGS).values, expected)).toBeLessThan(1e-6);
    const later = new Float32Array(12_000 + 4 * 256);
    later.set(samples, 4 * 256);
    const moved = cqt(later, SETTINGS).values.subarray(4 * 84);
    expect(relativeError(moved, plain.values)).toBeLessThan(1e-3);
  });

  it.each(Object.keys(EDGE_CASES))('stays finite: %s', (name) => {
    const { values } = cqt(EDGE_CASES[name], { ...SETTINGS, tuning: 'estimated' });
    expect(values.length).toBeGreaterThan(0);
    expect(values.every(Number.isFinite)).toBe(true);
  });

  it('is zero for silence', () => {
    expect(cqt(EDGE_CASES['digital silence'], SETTINGS).values.every((value) => value === 0)).toBe(true);
  });

  it('refuses settings out of range', () => {
    const samples = noise(1000);
    expect(() => cqt(samples, { ...SETTINGS, nBins: 96 })).toThrow(/half the sample rate/);
    for (const wrong of [
      { hopLength: 0 },
      { nBins: 0 },
      { binsPerOctave: 1.5 },
      { fMin: 0 },
      { filterScale: 0 },
      { sparsity: 1 },
    ])
      expect(() => cqt(samples, { ...SETTINGS, ...wrong })).toThrow(RangeError);
  });
});

describe('halving of the rate', () => {
  it('leaves the pass band as it is and stops what would fold back into it', () => {
    const middle = (x: Float32Array): number => Math.max(...x.subarray(2000, 6000).map(Math.abs));
    for (const frequency of [50, 1000, 3000, 3650]) {
      const halved = halveRate(chord([frequency], 0.5));
      const expected = chord([2 * frequency], 0.5).subarray(0, 8000);
      const error = halved.map((value, n) => value - expected[n]);
      expect(middle(error)).toBeLessThan(1e-5);
    }
    for (const frequency of [4350, 5000, 7900])
      expect(middle(halveRate(chord([frequency], 0.5)))).toBeLessThan(1e-5);
  });

  it('halves lengths, rounding up', () => {
    for (const length of [0, 1, 2, 3, 1001])
      expect(halveRate(noise(length)).length).toBe(Math.ceil(length / 2));
  });
});
