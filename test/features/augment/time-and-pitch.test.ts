import { describe, expect, it } from 'vitest';
import { phaseVocoder } from '../../../src/features/augment/phase-vocoder.js';
import { playAtRate } from '../../../src/features/augment/playback-rate.js';
import { pitchShift, stretchAndShift, timeStretch } from '../../../src/features/augment/time-and-pitch.js';
import { istft, stft } from '../../../src/features/stft.js';
import fc from '../../fast-check.js';
import { relativeError } from '../reference.js';
import { peakNear } from './spectral-peak.js';

const SAMPLE_RATE = 16_000;
const sine = (hertz: number, length: number): Float32Array =>
  Float32Array.from({ length }, (_, n) => 0.5 * Math.sin((2 * Math.PI * hertz * n) / SAMPLE_RATE));
const middle = (samples: Float32Array): Float32Array => samples.subarray(4096, samples.length - 4096);
const cents = (hertz: number, expected: number): number => 1200 * Math.log2(hertz / expected);
const rootMeanSquare = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);

/** The vocoder's bins do not keep their phases to each other, which costs a tone up to a decibel, as it does in librosa. */
function expectLevelKept(changed: Float32Array, original: Float32Array): void {
  const ratio = rootMeanSquare(changed) / rootMeanSquare(original);
  expect(ratio).toBeGreaterThan(0.89);
  expect(ratio).toBeLessThan(1.02);
}

describe('playback at a rate', () => {
  it('gives the samples between the samples', () => {
    const tone = sine(700, 4000);
    for (const rate of [0.5, 0.9173, 1, 1.25, 1.8]) {
      const length = Math.floor(3000 / rate);
      const expected = sine(700 * rate, length);
      const played = playAtRate(tone, rate, length);
      const inside = (samples: Float32Array): Float32Array => samples.subarray(200, length - 200);
      expect(relativeError(inside(played), inside(expected))).toBeLessThan(2e-4);
    }
  });

  it('leaves out what would alias', () => {
    const played = playAtRate(sine(7000, 8000), 1.5, 5000);
    expect(rootMeanSquare(played.subarray(200, 4800))).toBeLessThan(1e-4);
  });

  it('gives silence beyond the ends, and refuses a rate of nothing', () => {
    expect([...playAtRate(new Float32Array(0), 1, 3)]).toEqual([0, 0, 0]);
    expect(playAtRate(Float32Array.of(1), 1, 100)[99]).toBe(0);
    expect(() => playAtRate(Float32Array.of(1), 0, 3)).toThrow(RangeError);
  });
});

describe('phase vocoder', () => {
  it('gives the signal back at rate 1', () => {
    const settings = { nFft: 512, hopLength: 128 };
    const samples = Float32Array.from({ length: 6000 }, (_, n) => Math.sin(n * n * 1e-4));
    const back = istft(phaseVocoder(stft(samples, settings), 1, 128), settings, 6000);
    expect(relativeError(back, samples)).toBeLessThan(1e-4);
  });

  it('has as many frames as librosa’s', () => {
    const spectrum = stft(new Float32Array(5000), { nFft: 512, hopLength: 128 });
    expect(spectrum.frames).toBe(40);
    for (const [rate, frames] of [
      [0.5, 80],
      [0.9, 45],
      [1.1, 37],
      [3, 14],
    ])
      expect(phaseVocoder(spectrum, rate, 128).frames).toBe(frames);
    expect(() => phaseVocoder(spectrum, 0, 128)).toThrow(RangeError);
  });
});

describe('time stretch', () => {
  it.each([0.7, 0.95, 1.1, 2])('changes the length by %s and keeps pitch and level', (rate) => {
    const tone = sine(440, 32_000);
    const stretched = timeStretch(tone, rate);
    expect(stretched).toHaveLength(Math.round(32_000 / rate));
    expect(Math.abs(cents(peakNear(middle(stretched), 440, SAMPLE_RATE), 440))).toBeLessThan(6);
    expectLevelKept(middle(stretched), tone);
  });

  it('moves events to their new time', () => {
    // Silence, then a tone from 1 s on.
    const samples = new Float32Array(32_000);
    samples.set(sine(440, 16_000), 16_000);
    const stretched = timeStretch(samples, 0.8);
    expect(rootMeanSquare(stretched.subarray(0, 18_500))).toBeLessThan(0.01);
    expect(rootMeanSquare(stretched.subarray(21_500, 30_000))).toBeGreaterThan(0.3);
  });
});

describe('pitch shift', () => {
  it.each([-12, -3.5, -1, 0.5, 2, 7])(
    'moves a tone by %s semitones and keeps length and level',
    (semitones) => {
      const tone = sine(500, 32_000);
      const shifted = pitchShift(tone, semitones);
      const expected = 500 * 2 ** (semitones / 12);
      expect(shifted).toHaveLength(32_000);
      expect(Math.abs(cents(peakNear(middle(shifted), expected, SAMPLE_RATE), expected))).toBeLessThan(6);
      expectLevelKept(middle(shifted), tone);
    },
  );

  it('goes together with a stretch', () => {
    const both = stretchAndShift(sine(440, 32_000), 1.25, 3);
    expect(both).toHaveLength(25_600);
    const expected = 440 * 2 ** (3 / 12);
    expect(Math.abs(cents(peakNear(middle(both), expected, SAMPLE_RATE), expected))).toBeLessThan(6);
  });

  it('changes nothing by nothing', () => {
    const tone = sine(440, 5000);
    expect(pitchShift(tone, 0)).toEqual(tone);
    expect(timeStretch(tone, 1)).toEqual(tone);
  });
});

it('takes signals of any length and silence, and gives numbers', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 3000 }),
      fc.double({ min: 0.5, max: 2, noNaN: true }),
      fc.double({ min: -12, max: 12, noNaN: true }),
      fc.constantFrom(0, 0.3),
      (length, rate, semitones, level) => {
        const result = stretchAndShift(new Float32Array(length).fill(level), rate, semitones);
        expect(result).toHaveLength(Math.round(length / rate));
        expect(result.every(Number.isFinite)).toBe(true);
        if (level === 0) expect(result.every((sample) => sample === 0)).toBe(true);
      },
    ),
    { numRuns: 40 },
  );
  expect(() => stretchAndShift(new Float32Array(3), 0, 0)).toThrow(RangeError);
});
