import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import {
  type Biquad,
  filterSignal,
  highPass,
  highShelf,
  lowPass,
  lowShelf,
  peak,
} from '../../../src/features/augment/biquad.js';
import { randomFilters } from '../../../src/features/augment/random-filter.js';
import fc from '../../fast-check.js';

const SAMPLE_RATE = 16_000;

/** Response of filters at a frequency in dB, from what they make of an impulse. */
function response(filters: Biquad[], hertz: number): number {
  const impulse = new Float32Array(16_384);
  impulse[0] = 1;
  let [re, im] = [0, 0];
  for (const [n, sample] of filterSignal(impulse, filters).entries()) {
    re += sample * Math.cos((2 * Math.PI * hertz * n) / SAMPLE_RATE);
    im += sample * Math.sin((2 * Math.PI * hertz * n) / SAMPLE_RATE);
  }
  return 10 * Math.log10(re * re + im * im);
}

describe('second-order filters', () => {
  const at = { frequency: 1000, sampleRate: SAMPLE_RATE };

  it('pass what they should, 3 dB down at the corner', () => {
    expect(response([lowPass(at)], 20)).toBeCloseTo(0, 2);
    expect(response([lowPass(at)], 1000)).toBeCloseTo(-3.01, 2);
    expect(response([lowPass(at)], 6000)).toBeLessThan(-35);
    expect(response([highPass(at)], 7900)).toBeCloseTo(0, 2);
    expect(response([highPass(at)], 1000)).toBeCloseTo(-3.01, 2);
    expect(response([highPass(at)], 100)).toBeLessThan(-35);
  });

  it.each([-9, 6])('raise by %s dB where they should, and by half of it at a shelf’s corner', (decibels) => {
    expect(response([peak({ ...at, decibels })], 1000)).toBeCloseTo(decibels, 2);
    expect(response([peak({ ...at, decibels, q: 3 })], 50)).toBeCloseTo(0, 1);
    expect(response([lowShelf({ ...at, decibels })], 20)).toBeCloseTo(decibels, 1);
    expect(response([lowShelf({ ...at, decibels })], 1000)).toBeCloseTo(decibels / 2, 2);
    expect(response([lowShelf({ ...at, decibels })], 7900)).toBeCloseTo(0, 1);
    expect(response([highShelf({ ...at, decibels })], 7900)).toBeCloseTo(decibels, 1);
    expect(response([highShelf({ ...at, decibels })], 1000)).toBeCloseTo(decibels / 2, 2);
    expect(response([highShelf({ ...at, decibels })], 20)).toBeCloseTo(0, 1);
  });

  it('leave silence and no samples as they are, and refuse frequencies beyond half the rate', () => {
    expect(filterSignal(new Float32Array(5), [lowPass(at)])).toEqual(new Float32Array(5));
    expect(filterSignal(new Float32Array(0), [lowPass(at)])).toHaveLength(0);
    expect(() => lowPass({ frequency: 8000, sampleRate: SAMPLE_RATE })).toThrow(RangeError);
    expect(() => peak({ ...at, q: 0 })).toThrow('q must be positive');
  });
});

describe('random filters', () => {
  it('stay within the decibels asked for, four bands together, at any rate', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(8000, 16_000, 48_000), (seed, sampleRate) => {
        const filters = randomFilters.equalizer(randomGenerator(seed), { sampleRate, decibels: [-6, 6] });
        expect(filters).toHaveLength(4);
        for (const hertz of [30, 300, 2000, 7000])
          expect(Math.abs(response(filters, hertz))).toBeLessThan(24);
      }),
      { numRuns: 20 },
    );
  });

  it('pass a band, and attenuate what is outside', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const filters = randomFilters['band-pass'](randomGenerator(seed), {
          sampleRate: SAMPLE_RATE,
          decibels: [0, 0],
        });
        const inside = Math.max(...[500, 1000, 1500, 2000].map((hertz) => response(filters, hertz)));
        expect(inside).toBeGreaterThan(-4);
        expect(response(filters, 5)).toBeLessThan(inside - 15);
        expect(response(filters, 7995)).toBeLessThan(inside - 15);
      }),
      { numRuns: 20 },
    );
  });
});
