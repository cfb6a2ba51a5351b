import { describe, expect, it } from 'vitest';
import type { FeatureMatrix } from '../../../src/features/matrix.js';
import { spectrogram } from '../../../src/features/stft.js';
import { spectralContrast } from '../../../src/features/timbre/spectral-contrast.js';
import { spectralFlatness } from '../../../src/features/timbre/spectral-flatness.js';
import { spectralBandwidth, spectralCentroid } from '../../../src/features/timbre/spectral-moments.js';
import { spectralRolloff } from '../../../src/features/timbre/spectral-rolloff.js';
import fc from '../../fast-check.js';
import { chord, EDGE_CASES, KNOWN_RATE, toneInNoise } from '../known-signals.js';
import { relativeError } from '../reference.js';

const magnitudeOf = (samples: Float32Array): FeatureMatrix =>
  spectrogram(samples, { nFft: 2048, hopLength: 512 }, 1);
const magnitude = magnitudeOf(toneInNoise());

/** librosa 0.11.0, frames 0, 10, 22 and 31 (silent). */
const FRAMES = [0, 10, 22, 31];
const LIBROSA = {
  centroid: [2556.661, 3229.627, 3183.756, 0],
  bandwidth: [2503.383, 2527.992, 2496.378, 0],
  bandwidth3: [2767.399, 2725.45, 2700.058, 0],
  rolloff: [5882.812, 6437.5, 6367.188, 0],
  flatness: [0.03190591, 0.02395372, 0.02550997, 1.000001],
  /** Frames 10 and 24. */
  contrast10: [12.54667, 9.985262, 29.46793, 12.1368, 15.76083, 12.10188, 12.93521],
  contrast24: [3.521869, 6.842101, 21.16046, 11.44636, 13.04651, 15.20608, 14.35982],
  /** Frame 10 of linear=True, n_bands=4, fmin=150, quantile=0.1. */
  linear10: [2.724852, 2.3814, 102.1775, 2.576626, 2.54042],
};

describe('spectral descriptors', () => {
  it.each([
    ['centroid', spectralCentroid(magnitude, KNOWN_RATE), LIBROSA.centroid],
    ['bandwidth', spectralBandwidth(magnitude, KNOWN_RATE), LIBROSA.bandwidth],
    ['bandwidth of exponent 3', spectralBandwidth(magnitude, KNOWN_RATE, 3), LIBROSA.bandwidth3],
    ['rolloff', spectralRolloff(magnitude, KNOWN_RATE), LIBROSA.rolloff],
    ['flatness', spectralFlatness(magnitude), LIBROSA.flatness],
  ])('%s has librosa’s numbers', (_, ours, expected) => {
    expect(ours.length).toBe(magnitude.frames);
    expect(
      relativeError(
        FRAMES.map((t) => ours[t]),
        expected,
      ),
    ).toBeLessThan(2e-6);
  });

  it('contrast has librosa’s numbers', () => {
    const contrast = spectralContrast(magnitude, KNOWN_RATE);
    expect(contrast.bands).toBe(7);
    expect(relativeError(contrast.values.subarray(70, 77), LIBROSA.contrast10)).toBeLessThan(1e-5);
    expect(relativeError(contrast.values.subarray(168, 175), LIBROSA.contrast24)).toBeLessThan(1e-5);
    const linear = spectralContrast(magnitude, KNOWN_RATE, {
      linear: true,
      nBands: 4,
      fMin: 150,
      quantile: 0.1,
    });
    expect(relativeError(linear.values.subarray(50, 55), LIBROSA.linear10)).toBeLessThan(1e-5);
  });

  it('a tone has its own frequency as centroid, is narrow and not flat', () => {
    const tone = magnitudeOf(chord([2000], 0.5));
    const middle = 15;
    expect(spectralCentroid(tone, KNOWN_RATE)[middle]).toBeCloseTo(2000, 0);
    expect(spectralBandwidth(tone, KNOWN_RATE)[middle]).toBeLessThan(10);
    expect(Math.abs(spectralRolloff(tone, KNOWN_RATE)[middle] - 2000)).toBeLessThan(10);
    expect(spectralFlatness(tone)[middle]).toBeLessThan(1e-6);
  });

  it('an even spectrum has its centre in the middle, is flat and has no contrast', () => {
    const even = { values: new Float32Array(1025).fill(3), frames: 1, bands: 1025 };
    expect(spectralCentroid(even, KNOWN_RATE)[0]).toBeCloseTo(4000, 2);
    expect(spectralBandwidth(even, KNOWN_RATE)[0]).toBeCloseTo(8000 / Math.sqrt(12), -1);
    expect(Math.abs(spectralRolloff(even, KNOWN_RATE, 0.25)[0] - 2000)).toBeLessThan(8);
    expect(spectralFlatness(even)[0]).toBeCloseTo(1, 5);
    expect(spectralContrast(even, KNOWN_RATE).values.every((value) => value === 0)).toBe(true);
  });

  it('does not depend on loudness', () => {
    const spectrum = fc.float32Array({
      min: Math.fround(0.01),
      max: 1,
      noNaN: true,
      minLength: 1025,
      maxLength: 1025,
    });
    fc.assert(
      fc.property(spectrum, fc.integer({ min: -4, max: 10 }), (values, exponent) => {
        const quiet = { values, frames: 1, bands: 1025 };
        const loud = { ...quiet, values: values.map((value) => value * 2 ** exponent) };
        expect(spectralCentroid(loud, KNOWN_RATE)).toEqual(spectralCentroid(quiet, KNOWN_RATE));
        expect(spectralBandwidth(loud, KNOWN_RATE)).toEqual(spectralBandwidth(quiet, KNOWN_RATE));
        expect(spectralRolloff(loud, KNOWN_RATE)).toEqual(spectralRolloff(quiet, KNOWN_RATE));
        const contrast = spectralContrast(quiet, KNOWN_RATE).values;
        expect(contrast.every((value) => value >= 0)).toBe(true);
        spectralContrast(loud, KNOWN_RATE).values.forEach((value, i) => {
          expect(value).toBeCloseTo(contrast[i], 3);
        });
      }),
      { numRuns: 20 },
    );
  });

  it.each(Object.keys(EDGE_CASES))('stays finite: %s', (name) => {
    const spectrum = magnitudeOf(EDGE_CASES[name]);
    for (const values of [
      spectralCentroid(spectrum, KNOWN_RATE),
      spectralBandwidth(spectrum, KNOWN_RATE),
      spectralRolloff(spectrum, KNOWN_RATE),
      spectralFlatness(spectrum),
      spectralContrast(spectrum, KNOWN_RATE).values,
    ])
      expect(values.every(Number.isFinite)).toBe(true);
  });

  it('refuses settings out of range', () => {
    expect(() => spectralBandwidth(magnitude, KNOWN_RATE, 0)).toThrow(RangeError);
    expect(() => spectralRolloff(magnitude, KNOWN_RATE, 1)).toThrow(RangeError);
    expect(() => spectralFlatness(magnitude, { amin: 0 })).toThrow(RangeError);
    expect(() => spectralContrast(magnitude, KNOWN_RATE, { quantile: 0 })).toThrow(RangeError);
    expect(() => spectralContrast(magnitude, KNOWN_RATE, { nBands: 0 })).toThrow(RangeError);
    expect(() => spectralContrast(magnitude, KNOWN_RATE, { fMin: 0 })).toThrow(RangeError);
    expect(() => spectralContrast(magnitude, KNOWN_RATE, { nBands: 7 })).toThrow(/half the sample rate/);
    const coarse = spectrogram(toneInNoise(), { nFft: 64, hopLength: 32 }, 1);
    expect(() => spectralContrast(coarse, KNOWN_RATE, { fMin: 20 })).toThrow(/no bins/);
  });
});
