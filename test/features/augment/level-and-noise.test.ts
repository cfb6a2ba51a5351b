import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import {
  addNoise,
  applyGain,
  invertPolarity,
  meanPower,
  noises,
  pinkNoise,
  whiteNoise,
} from '../../../src/features/augment/level-and-noise.js';
import { spectrogram } from '../../../src/features/stft.js';
import fc from '../../fast-check.js';

const tone = Float32Array.from({ length: 8000 }, (_, n) => 0.2 * Math.sin(n * 0.3));
const decibels = (ratio: number): number => 10 * Math.log10(ratio);

describe('gain and polarity', () => {
  it('changes the level by a number of dB', () => {
    for (const change of [-20, -3, 0, 6])
      expect(decibels(meanPower(applyGain(tone, change)) / meanPower(tone))).toBeCloseTo(change, 4);
  });

  it('turns every sample round', () => {
    expect([...invertPolarity(Float32Array.of(0.5, -0.25))]).toEqual([-0.5, 0.25]);
  });
});

describe('noise', () => {
  it('is added at the signal-to-noise ratio that was asked for', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -20, max: 60, noNaN: true }),
        fc.constantFrom(...(Object.keys(noises) as (keyof typeof noises)[])),
        fc.integer(),
        (snr, colour, seed) => {
          const noisy = addNoise(tone, noises[colour](tone.length, randomGenerator(seed)), snr);
          const difference = noisy.map((sample, n) => sample - tone[n]);
          expect(decibels(meanPower(tone) / meanPower(difference))).toBeCloseTo(snr, 1);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('falls by 3 dB an octave where it is pink, and not at all where it is white', () => {
    const slopeOf = (noise: Float32Array): number[] => {
      const { values, bands } = spectrogram(noise, { nFft: 1024, hopLength: 512 }, 2);
      const level = (low: number, high: number): number => {
        let sum = 0;
        for (let i = 0; i < values.length; i++)
          if (i % bands >= low && i % bands < high) sum += values[i] / (high - low);
        return decibels(sum);
      };
      return [8, 16, 32, 64, 128].map((bin) => level(2 * bin, 4 * bin) - level(bin, 2 * bin));
    };
    for (const fall of slopeOf(pinkNoise(200_000, randomGenerator(1)))) expect(fall).toBeCloseTo(-3.01, 0);
    for (const fall of slopeOf(whiteNoise(200_000, randomGenerator(1))))
      expect(Math.abs(fall)).toBeLessThan(0.4);
  });

  it('has a power near 1, comes from the generator alone, and any length', () => {
    for (const noise of Object.values(noises)) {
      expect(meanPower(noise(50_000, randomGenerator(3)))).toBeGreaterThan(0.5);
      expect(meanPower(noise(50_000, randomGenerator(3)))).toBeLessThan(2);
      expect(noise(100, randomGenerator(3))).toEqual(noise(100, randomGenerator(3)));
      expect(noise(100, randomGenerator(3))).not.toEqual(noise(100, randomGenerator(4)));
      for (const length of [0, 1, 5]) {
        const few = noise(length, randomGenerator(5));
        expect([few.length, few.every(Number.isFinite)]).toEqual([length, true]);
      }
    }
  });

  it('leaves silence silent, and refuses another length', () => {
    const silence = new Float32Array(10);
    expect(addNoise(silence, whiteNoise(10, randomGenerator(1)), 10)).toEqual(silence);
    expect(addNoise(tone, new Float32Array(tone.length), 10)).toEqual(tone);
    expect(() => addNoise(tone, silence, 10)).toThrow(RangeError);
  });
});
