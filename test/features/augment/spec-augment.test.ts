import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import { specAugment } from '../../../src/features/augment/spec-augment.js';
import type { FeatureMatrix } from '../../../src/features/matrix.js';
import fc from '../../fast-check.js';

/** A spectrogram no value of which is its mean. */
const spectrogram = (frames: number, bands: number): FeatureMatrix => ({
  values: Float32Array.from({ length: frames * bands }, (_, i) => (i % 2 ? 1 + i / 1000 : -1)),
  frames,
  bands,
});

/** Rows and columns in which every value changed. */
function masked(before: FeatureMatrix, after: FeatureMatrix): { frames: number[]; bands: number[] } {
  const { frames, bands } = before;
  const changed = (t: number, b: number): boolean =>
    before.values[t * bands + b] !== after.values[t * bands + b];
  const all = (length: number): number[] => Array.from({ length }, (_, i) => i);
  return {
    frames: all(frames).filter((t) => all(bands).every((b) => changed(t, b))),
    bands: all(bands).filter((b) => all(frames).every((t) => changed(t, b))),
  };
}

describe('SpecAugment', () => {
  it('masks no more bands and frames than allowed, in one piece, with the mean, and leaves the rest', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 0, max: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seed, frequencyWidth, timeWidth, timeFraction) => {
          const before = spectrogram(24, 10);
          const settings = { frequencyMasks: 1, frequencyWidth, timeMasks: 1, timeWidth, timeFraction };
          const after = specAugment(before, settings, randomGenerator(seed));
          const { frames, bands } = masked(before, after);
          const mean = before.values.reduce((sum, v) => sum + v, 0) / before.values.length;
          if (frames.length < 24) expect(bands.length).toBeLessThanOrEqual(frequencyWidth);
          if (bands.length < 10)
            expect(frames.length).toBeLessThanOrEqual(Math.min(timeWidth, timeFraction * 24));
          for (const places of [frames, bands])
            for (let i = 1; i < places.length; i++) expect(places[i]).toBe(places[i - 1] + 1);
          for (let i = 0; i < after.values.length; i++) {
            const [t, b] = [Math.floor(i / 10), i % 10];
            if (frames.includes(t) || bands.includes(b)) expect(after.values[i]).toBeCloseTo(mean, 5);
            else expect(after.values[i]).toBe(before.values[i]);
          }
        },
      ),
    );
  });

  it('draws every width and place in its time', () => {
    const before = spectrogram(24, 10);
    const widths = new Set<number>();
    const begins = new Set<number>();
    for (let seed = 0; seed < 300; seed++) {
      const settings = { frequencyMasks: 0, frequencyWidth: 0, timeMasks: 1, timeWidth: 4 };
      const { frames } = masked(before, specAugment(before, settings, randomGenerator(seed)));
      widths.add(frames.length);
      if (frames.length > 0) begins.add(frames[0]);
    }
    expect([...widths].sort()).toEqual([0, 1, 2, 3, 4]);
    expect(begins.size).toBe(24);
  });

  it('repeats with the seed, leaves its input alone, and takes nothing', () => {
    const before = spectrogram(24, 10);
    const copy = before.values.slice();
    const settings = { frequencyMasks: 2, frequencyWidth: 3, timeMasks: 2, timeWidth: 5 };
    const once = specAugment(before, settings, randomGenerator(1));
    expect(specAugment(before, settings, randomGenerator(1))).toEqual(once);
    expect(specAugment(before, settings, randomGenerator(2))).not.toEqual(once);
    expect(before.values).toEqual(copy);
    expect(specAugment(spectrogram(0, 10), settings, randomGenerator(1)).values).toHaveLength(0);
    expect(() => specAugment(before, { ...settings, timeMasks: -1 }, randomGenerator(1))).toThrow(RangeError);
    expect(() => specAugment(before, { ...settings, timeFraction: 2 }, randomGenerator(1))).toThrow(
      RangeError,
    );
  });
});
