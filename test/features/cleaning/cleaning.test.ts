/** Noise reduction and levels of recordings. */
import { describe, expect, it } from 'vitest';
import { normaliseLevel } from '../../../src/features/cleaning/normalise-level.js';
import {
  measureNoise,
  reduceNoise,
  type SpectralGateOptions,
} from '../../../src/features/cleaning/spectral-gate.js';
import { LoudnessMeter } from '../../../src/features/loudness.js';
import { readGoldenJson } from '../../golden/read.js';
import { GOLDEN_RATE, melody } from '../../golden/signals.js';
import { noise } from '../known-signals.js';

/** A melody whose first quarter is silent, in white noise. */
function noisyMelody(): { clean: Float32Array; noisy: Float32Array } {
  const clean = melody();
  clean.fill(0, 0, clean.length / 4);
  const hiss = noise(clean.length);
  return { clean, noisy: clean.map((sample, i) => sample + 0.05 * hiss[i]) };
}

describe('a spectral gate', () => {
  const { cases } = readGoldenJson<{
    cases: { options: SpectralGateOptions & { noise_alone?: true }; at: number[]; samples: number[] }[];
  }>('cleaning');

  it.each(cases)('equals the same gate of librosa and SciPy: $options', ({ options, at, samples }) => {
    const { noise_alone: isProfiled, ...own } = options;
    const alone = noise(8000).map((sample) => 0.05 * sample);
    const cleaned = reduceNoise(noisyMelody().noisy, GOLDEN_RATE, {
      ...own,
      ...(isProfiled && { profile: measureNoise(alone) }),
    });
    for (const [i, wanted] of samples.entries()) expect(cleaned[at[i]]).toBeCloseTo(wanted, 5);
  });

  it('takes noise away where nothing else is, and leaves most of the music', () => {
    const { clean, noisy } = noisyMelody();
    const cleaned = reduceNoise(noisy, GOLDEN_RATE);
    const power = (values: Float32Array, from: number, to: number): number =>
      values.subarray(from, to).reduce((sum, value) => sum + value * value, 0);
    const quiet = [1000, clean.length / 4 - 4000] as const;
    expect(power(cleaned, ...quiet) / power(noisy, ...quiet)).toBeLessThan(0.02);
    const loud = [clean.length / 4 + 4000, clean.length] as const;
    expect(power(cleaned, ...loud) / power(clean, ...loud)).toBeGreaterThan(0.3);
  });

  it('with a profile takes noise away that never stands alone in the recording', () => {
    const clean = melody();
    const hiss = noise(clean.length).map((sample) => 0.05 * sample);
    const noisy = clean.map((sample, i) => sample + hiss[i]);
    const error = (values: Float32Array): number =>
      values.reduce((sum, value, i) => sum + (value - clean[i]) ** 2, 0);
    const profile = measureNoise(noise(8000, 7).map((sample) => 0.05 * sample));
    expect(error(reduceNoise(noisy, GOLDEN_RATE, { profile }))).toBeLessThan(
      error(reduceNoise(noisy, GOLDEN_RATE)),
    );
    expect(() => measureNoise(hiss.subarray(0, 1000))).toThrow('at least 1024 samples');
  });

  it('returns what is shorter than a frame, and silence, as they are', () => {
    const short = Float32Array.of(0.1, -0.1);
    expect(reduceNoise(short, 16_000)).toEqual(short);
    expect(reduceNoise(new Float32Array(4000), 16_000).every((value) => value === 0)).toBe(true);
  });
});

describe('a level', () => {
  it('is the peak’s', () => {
    const scaled = normaliseLevel(Float32Array.of(0.1, -0.25, 0.2), 16_000, { kind: 'peak', level: -6 });
    expect(scaled[1]).toBeCloseTo(-(10 ** (-6 / 20)), 6);
    expect(scaled[0] / scaled[1]).toBeCloseTo(0.1 / -0.25, 6);
  });

  it('is the loudness of the whole', () => {
    const scaled = normaliseLevel(melody(), GOLDEN_RATE, { kind: 'loudness' });
    const meter = new LoudnessMeter(GOLDEN_RATE, 1);
    meter.add([scaled]);
    expect(meter.integrated()).toBeCloseTo(-23, 4);
  });

  it('leaves silence, and what is too short to have a loudness', () => {
    const silence = new Float32Array(100);
    expect(normaliseLevel(silence, 16_000, { kind: 'peak' })).toBe(silence);
    const short = Float32Array.of(0.5, 0.5);
    expect(normaliseLevel(short, 16_000, { kind: 'loudness' })).toBe(short);
  });
});
