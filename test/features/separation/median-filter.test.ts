import { describe, expect, it } from 'vitest';
import { medianFilter } from '../../../src/features/separation/median-filter.js';
import fc from '../../fast-check.js';

function filtered(line: Float32Array, size: number): number[] {
  const result = new Float32Array(line.length);
  medianFilter(line, size, result);
  return [...result];
}

/** The definition: a sort at each place of the line mirrored by writing it out forwards and backwards. */
function bySorting(line: Float32Array, size: number): number[] {
  const there = [...line];
  const period = [...there, ...there.toReversed()];
  const left = Math.floor(size / 2);
  return there.map((_, n) => {
    const window = Array.from({ length: size }, (_, i) => {
      const place = (n - left + i) % period.length;
      return period[place < 0 ? place + period.length : place];
    });
    return window.sort((a, b) => a - b)[left];
  });
}

describe('median filter', () => {
  it('equals the definition for any line and size, ties and windows longer than the line included', () => {
    const smooth = fc.float({ min: 0, max: 1, noNaN: true });
    const tied = fc.integer({ min: 0, max: 3 });
    const line = fc.oneof(fc.array(smooth, { maxLength: 60 }), fc.array(tied, { maxLength: 60 }));
    fc.assert(
      fc.property(line, fc.integer({ min: 1, max: 40 }), (values, size) => {
        const samples = Float32Array.from(values);
        expect(filtered(samples, size)).toEqual(bySorting(samples, size));
      }),
      { numRuns: 500 },
    );
  });

  it('has SciPy’s numbers', () => {
    // scipy.ndimage.median_filter(…, mode='reflect'), SciPy 1.17.
    const line = Float32Array.of(5, 1, 4, 2, 8, 7, 3, 6);
    expect(filtered(line, 3)).toEqual([5, 4, 2, 4, 7, 7, 6, 6]);
    expect(filtered(line, 4)).toEqual([5, 5, 4, 4, 7, 7, 7, 6]);
    expect(filtered(line, 21)).toEqual([5, 5, 5, 4, 4, 4, 4, 4]);
  });
});
