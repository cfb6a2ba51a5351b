import { describe, expect, it } from 'vitest';
import { autocorrelation } from '../../src/features/autocorrelation.js';
import fc from '../fast-check.js';

describe('autocorrelation', () => {
  it('equals its definition, whatever was correlated before', () => {
    const correlate = autocorrelation(13, 9);
    const result = new Float64Array(9);
    fc.assert(
      fc.property(
        fc.float64Array({ minLength: 13, maxLength: 13, min: -1, max: 1, noNaN: true }),
        (samples) => {
          correlate(samples, result);
          for (let lag = 0; lag < 9; lag++) {
            let sum = 0;
            for (let n = 0; n + lag < 13; n++) sum += samples[n] * samples[n + lag];
            expect(result[lag]).toBeCloseTo(sum, 12);
          }
        },
      ),
    );
  });

  it('has one lag at least and no more than samples', () => {
    for (const lags of [0, 14, 1.5]) expect(() => autocorrelation(13, lags)).toThrow(/from 1 to 13 lags/);
    const result = new Float64Array(1);
    autocorrelation(1, 1)(Float64Array.of(3), result);
    expect(result[0]).toBeCloseTo(9, 12);
  });
});
