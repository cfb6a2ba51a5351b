import { describe, expect, it } from 'vitest';
import { bracket, promote } from '../../../src/runs/sweep/halving.js';
import { bestValidation } from '../../../src/runs/sweep/results.js';
import fc from '../../fast-check.js';

describe('bracket', () => {
  it("is Hyperband's first bracket for its own example (Li et al. 2018, table 1: R = 81, eta = 3)", () => {
    expect(bracket(81, 81, 3)).toEqual([
      { candidates: 81, epochs: 1 },
      { candidates: 27, epochs: 3 },
      { candidates: 9, epochs: 9 },
      { candidates: 3, epochs: 27 },
      { candidates: 1, epochs: 81 },
    ]);
  });

  it('has rungs that get longer and narrower, and ends with full training', () => {
    const counts = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(
        counts,
        counts,
        fc.double({ min: 1.5, max: 10, noNaN: true }),
        (candidates, epochs, eta) => {
          const rungs = bracket(candidates, epochs, eta);
          expect(rungs[0].candidates).toBe(candidates);
          expect(rungs.at(-1)!.epochs).toBe(epochs);
          for (const [i, rung] of rungs.slice(1).entries()) {
            expect(rung.candidates).toBeLessThan(rungs[i].candidates);
            expect(rung.epochs).toBeGreaterThanOrEqual(rungs[i].epochs);
            expect(rung.candidates).toBeGreaterThanOrEqual(1);
          }
        },
      ),
    );
  });
});

describe('promote', () => {
  it('takes the best in their order, the first of equal ones, and none without a score', () => {
    const scored = [0.5, null, 0.7, 0.7, 0.9].map((score, candidate) => ({ candidate, score }));
    expect(promote(scored, 1)).toEqual([4]);
    expect(promote(scored, 2)).toEqual([2, 4]);
    expect(promote(scored, 9)).toEqual([0, 2, 3, 4]);
  });
});

describe('bestValidation', () => {
  const history = (metric: string, values: (number | null)[]) =>
    values.map((value, i) => ({
      ...{ epoch: i + 1, train_loss: 1, validation_loss: 1, learning_rate: 1, seconds: 1 },
      ...{ metric, validation_metric: value },
    }));

  it('takes the first of the best epochs, of as many as are asked for', () => {
    expect(bestValidation(history('roc_auc', [0.5, 0.7, 0.7, 0.9]), 3)).toMatchObject({
      epoch: 2,
      value: 0.7,
    });
    expect(bestValidation(history('roc_auc', [0.5, null, 0.9]))).toMatchObject({ epoch: 3, score: 0.9 });
    expect(bestValidation(history('roc_auc', [null]))).toBeNull();
  });

  it('takes the lowest loss', () => {
    expect(bestValidation(history('loss', [0.5, 0.3, 0.4]))).toMatchObject({
      epoch: 2,
      value: 0.3,
      score: -0.3,
    });
  });
});
