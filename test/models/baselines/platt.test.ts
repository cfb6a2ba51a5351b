import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import { minimise } from '../../../src/models/baselines/lbfgs.js';
import { calibrate, fitSigmoid } from '../../../src/models/baselines/platt.js';
import { fullRows } from '../../../src/models/baselines/rows.js';

describe('fitSigmoid', () => {
  it('minimises the cross-entropy of the smoothed targets', () => {
    const decisions = [-2, -1.5, -1, -0.2, 0.1, 0.3, 0.4, 1, 1.2, 2.5];
    const positive = Uint8Array.of(0, 0, 0, 1, 0, 1, 0, 1, 1, 1);
    const { slope, offset } = fitSigmoid(decisions, positive);
    const loss = (a: number, b: number): number =>
      decisions.reduce((sum, decision, i) => {
        const target = positive[i] ? 6 / 7 : 1 / 7;
        const p = 1 / (1 + Math.exp(a * decision + b));
        return sum - target * Math.log(p) - (1 - target) * Math.log(1 - p);
      }, 0);
    const lowest = loss(slope, offset);
    for (const [da, db] of [
      [0.01, 0],
      [-0.01, 0],
      [0, 0.01],
      [0, -0.01],
    ])
      expect(loss(slope + da, offset + db)).toBeGreaterThan(lowest);
    expect(slope).toBeLessThan(0);
  });
});

describe('calibrate', () => {
  it('takes each decision from a model that did not see the row', async () => {
    const random = randomGenerator(1, 'rows');
    const x = fullRows(
      Float32Array.from({ length: 20 }, () => random.uniform()),
      1,
    );
    const positive = Uint8Array.from({ length: 20 }, (_, row) => row % 2);
    const seen: number[] = [];
    const { heldOut } = await calibrate(
      x,
      { label: 0, positive, positives: 10 },
      1,
      async (train, answers, rest) => {
        expect(train.rows + rest.rows).toBe(20);
        expect([...rest.data].some((value) => train.data.includes(value))).toBe(false);
        expect(answers.reduce((sum, yes) => sum + yes, 0)).toBe(8);
        seen.push(...rest.data);
        return Float64Array.from(rest.data);
      },
    );
    expect(heldOut).toBe(true);
    expect(seen.sort()).toEqual([...x.data].sort());
  });

  it('says where there is only one example', async () => {
    const x = fullRows(Float32Array.of(0, 1, 2), 1);
    const question = { label: 0, positive: Uint8Array.of(0, 0, 1), positives: 1 };
    const { heldOut } = await calibrate(x, question, 1, async (_, __, rest) => Float64Array.from(rest.data));
    expect(heldOut).toBe(false);
  });
});

describe('minimise', () => {
  it('finds the minimum of a badly scaled convex function', () => {
    const scales = [1, 100, 10_000];
    const { point, converged } = minimise(
      (at, gradient) => {
        let value = 0;
        for (const [i, scale] of scales.entries()) {
          const off = at[i] - i - 1;
          value += Math.log(Math.cosh(off)) + (scale * off * off) / 2;
          gradient[i] = Math.tanh(off) + scale * off;
        }
        return value;
      },
      new Float64Array(3),
      { tolerance: 1e-9, maxIterations: 200 },
    );
    expect(converged).toBe(true);
    for (const i of [0, 1, 2]) expect(point[i]).toBeCloseTo(i + 1, 8);
  });
});
