import { describe, expect, it } from 'vitest';
import { hpss, hpssMasks } from '../../../src/features/separation/hpss.js';
import { spectrogram } from '../../../src/features/stft.js';
import { EDGE_CASES, noise, toneWithClicks } from '../known-signals.js';
import { relativeError } from '../reference.js';

const samples = toneWithClicks();
const CLICKS = [1000, 3000, 5000];

/** librosa 0.11.0. */
const LIBROSA = {
  /** decompose.hpss(mask=True): [frame, bin, harmonic]. */
  masks: [
    [10, 56, 0.9999734],
    [2, 300, 0.1770569],
    [2, 56, 0.9999714],
    [10, 300, 0.186795],
  ],
  /** effects.hpss: the harmonic part at samples 4000, 4001 and 4010, the percussive at the first clicks. */
  harmonic: [-0.002203876, 0.06763396, 0.3952602],
  percussive: [0.7104695, 0.7096682, 0.7162986],
  rms: [0.2813364, 0.02142835],
  /** The same of kernel_size=(17, 24), power=1, margin=(1, 3). */
  harmonicMargin: [-0.001419064, 0.06778813, 0.3941158],
  percussiveMargin: [0.3355437, 0.3287146, 0.3168997],
};

const pick = (x: Float32Array, places: number[]): number[] => places.map((n) => x[n]);
const level = (x: Float32Array): number => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length);

describe('harmonic-percussive separation', () => {
  const parts = hpss(samples);

  it('has librosa’s masks', () => {
    const masks = hpssMasks(spectrogram(samples, { nFft: 2048, hopLength: 512 }, 1));
    for (const [frame, bin, expected] of LIBROSA.masks) {
      const at = frame * 1025 + bin;
      expect(masks.harmonic.values[at]).toBeCloseTo(expected, 5);
      expect(masks.percussive.values[at]).toBeCloseTo(1 - expected, 5);
    }
  });

  it('has librosa’s signals', () => {
    expect(relativeError(pick(parts.harmonic, [4000, 4001, 4010]), LIBROSA.harmonic)).toBeLessThan(1e-5);
    expect(relativeError(pick(parts.percussive, CLICKS), LIBROSA.percussive)).toBeLessThan(1e-5);
    expect(relativeError([level(parts.harmonic), level(parts.percussive)], LIBROSA.rms)).toBeLessThan(1e-5);
    const apart = hpss(samples, {
      kernelSize: { harmonic: 17, percussive: 24 },
      power: 1,
      margin: { harmonic: 1, percussive: 3 },
    });
    expect(relativeError(pick(apart.harmonic, [4000, 4001, 4010]), LIBROSA.harmonicMargin)).toBeLessThan(
      1e-5,
    );
    expect(relativeError(pick(apart.percussive, CLICKS), LIBROSA.percussiveMargin)).toBeLessThan(1e-5);
  });

  it('parts a tone from clicks, and the parts sum to the whole', () => {
    const sum = parts.harmonic.map((value, n) => value + parts.percussive[n]);
    expect(relativeError(sum, samples)).toBeLessThan(1e-5);
    expect(level(parts.harmonic)).toBeCloseTo(0.4 / Math.SQRT2, 2);
    const between = parts.percussive.filter((_, n) => Math.abs((n % 2000) - 1000) > 100);
    expect(level(between)).toBeLessThan(0.02);
  });

  it('hard masks are 0 or 1, and a margin leaves a rest', () => {
    const spectrum = spectrogram(noise(8000), { nFft: 512, hopLength: 128 }, 1);
    const hard = hpssMasks(spectrum, { power: Infinity });
    expect(hard.harmonic.values.every((m) => m === 0 || m === 1)).toBe(true);
    const apart = hpssMasks(spectrum, { margin: 3 });
    const sums = apart.harmonic.values.map((m, i) => m + apart.percussive.values[i]);
    expect(Math.max(...sums)).toBeLessThan(1);
    // Least where both parts are equal: 1 / (1 + 3²) each.
    expect(Math.min(...sums)).toBeGreaterThanOrEqual(0.2 - 1e-6);
    expect(Math.min(...sums)).toBeLessThan(0.21);
  });

  it.each(Object.keys(EDGE_CASES))('stays finite and of equal length: %s', (name) => {
    const { harmonic, percussive } = hpss(EDGE_CASES[name]);
    for (const part of [harmonic, percussive]) {
      expect(part.length).toBe(EDGE_CASES[name].length);
      expect(part.every(Number.isFinite)).toBe(true);
    }
  });

  it('refuses settings out of range', () => {
    const spectrum = { values: new Float32Array(4), frames: 2, bands: 2 };
    expect(() => hpssMasks(spectrum, { kernelSize: 0 })).toThrow(RangeError);
    expect(() => hpssMasks(spectrum, { margin: 0.5 })).toThrow(RangeError);
    expect(() => hpssMasks(spectrum, { power: 0 })).toThrow(RangeError);
  });
});
