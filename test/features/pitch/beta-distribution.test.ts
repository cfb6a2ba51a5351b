import { describe, expect, it } from 'vitest';
import { betaDistribution } from '../../../src/features/pitch/beta-distribution.js';
import fc from '../../fast-check.js';

const shape = fc.double({ min: 0.2, max: 60, noNaN: true });

describe('beta distribution', () => {
  it.each([
    [2, 18, 0.01, 0.015273761488896611],
    [2, 18, 0.1, 0.5797350211684026],
    [2, 18, 0.3, 0.9895781529733731],
    [0.5, 0.7, 0.4, 0.5290745979529031],
    [30, 400, 0.02, 5.753283747970707e-9],
  ])('has SciPy’s values: a %d, b %d, x %d', (a, b, x, expected) => {
    expect(betaDistribution(a, b)(x) / expected).toBeCloseTo(1, 9);
  });

  it('goes from 0 to 1, never down, and is the power that it is for b = 1', () => {
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        const upTo = betaDistribution(a, b);
        expect([upTo(0), upTo(1)]).toEqual([0, 1]);
        for (let i = 1; i <= 50; i++)
          expect(upTo(i / 50) - upTo((i - 1) / 50)).toBeGreaterThanOrEqual(-1e-12);
        expect(betaDistribution(a, 1)(0.3)).toBeCloseTo(0.3 ** a, 9);
      }),
    );
  });

  it('has a shape', () => {
    expect(() => betaDistribution(0, 1)).toThrow(RangeError);
    expect(() => betaDistribution(1, Number.NaN)).toThrow(RangeError);
  });
});
