import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import { type HeldOut, mixtureWeights, stackWeights } from '../../../src/models/fusion/late-weights.js';
import fc from '../../fast-check.js';

const [ROWS, LABELS] = [400, 3];

/** A branch that knows the truth and one that does not. */
function madeOutputs(head: HeldOut['head'], quality: number[], seed = 1, alpha = 1): HeldOut {
  const random = randomGenerator(seed, 'late weights');
  const targets = new Float32Array(ROWS * LABELS);
  for (let row = 0; row < ROWS; row++)
    if (head === 'softmax') targets[row * LABELS + random.integer(LABELS)] = 1;
    else for (let j = 0; j < LABELS; j++) targets[row * LABELS + j] = Number(random.uniform() < 0.3);
  const logits = quality.map((one) => targets.map((target) => one * (target - 0.5) + random.normal()));
  return { logits, targets, labels: LABELS, head, alpha };
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** Penalised binary cross-entropy of the weighted mean of two branches. */
function lossAt({ logits, targets, alpha }: HeldOut, weight: number): number {
  return targets.reduce((sum, target, i) => {
    const p = weight * sigmoid(logits[0][i]) + (1 - weight) * sigmoid(logits[1][i]);
    return sum - (target === 1 ? alpha * Math.log(p) : Math.log(1 - p));
  }, 0);
}

describe('mixtureWeights', () => {
  it('gives the branch that knows the truth (nearly) everything, which gradient descent on two scalars does not', () => {
    for (const head of ['sigmoid', 'softmax'] as const) {
      const [known, unknown] = mixtureWeights(madeOutputs(head, [6, 0]));
      expect(known).toBeGreaterThan(0.95);
      expect(known + unknown).toBeCloseTo(1, 12);
    }
  });

  it('is the minimum of the loss over the simplex', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 4, noNaN: true }),
        fc.integer({ min: 1, max: 99 }),
        (quality, seed) => {
          const outputs = madeOutputs('sigmoid', [quality, 1], seed, 1 + (seed % 3));
          const [chosen] = mixtureWeights(outputs);
          const best = lossAt(outputs, chosen);
          for (let weight = 0; weight <= 1; weight += 0.05)
            expect(best).toBeLessThanOrEqual(lossAt(outputs, weight) + 1e-4);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('leaves branches equal that say the same', () => {
    const outputs = madeOutputs('sigmoid', [2]);
    expect([...mixtureWeights({ ...outputs, logits: [outputs.logits[0], outputs.logits[0]] })]).toEqual([
      0.5, 0.5,
    ]);
  });
});

describe('stackWeights', () => {
  it('is the minimum of its penalised loss, and better than the plain mean', () => {
    const outputs = madeOutputs('sigmoid', [3, 0.5]);
    const { kernel, bias } = stackWeights(outputs);
    const lossOf = (
      factor: (branch: number, label: number) => number,
      shift: (label: number) => number,
    ): number => {
      let loss = 0;
      for (let row = 0; row < ROWS; row++)
        for (let j = 0; j < LABELS; j++) {
          const i = row * LABELS + j;
          const z = factor(0, j) * outputs.logits[0][i] + factor(1, j) * outputs.logits[1][i] + shift(j);
          loss += Math.log1p(Math.exp(z)) - outputs.targets[i] * z;
        }
      for (let j = 0; j < LABELS; j++)
        loss += ((factor(0, j) - 0.5) ** 2 + (factor(1, j) - 0.5) ** 2 + shift(j) ** 2) / 2;
      return loss;
    };
    const chosen = (branch: number, label: number): number =>
      kernel[(branch * LABELS + label) * LABELS + label];
    const least = lossOf(chosen, (j) => bias[j]);
    expect(least).toBeLessThan(
      lossOf(
        () => 0.5,
        () => 0,
      ),
    );
    for (const move of [-0.05, 0.05])
      for (const branch of [0, 1])
        expect(least).toBeLessThan(
          lossOf(
            (b, j) => chosen(b, j) + (b === branch && j === 1 ? move : 0),
            (j) => bias[j],
          ),
        );
    // Labels do not see one another's logits.
    expect(kernel.filter((value) => value !== 0)).toHaveLength(2 * LABELS);
  });

  it('takes classes together', () => {
    const outputs = madeOutputs('softmax', [4, 0]);
    const { kernel } = stackWeights(outputs);
    for (let j = 0; j < LABELS; j++)
      expect(kernel[j * LABELS + j]).toBeGreaterThan(kernel[(LABELS + j) * LABELS + j] + 0.3);
  });
});

describe('weights of numbers', () => {
  /** Two branches with errors of their own, and missing truth in every fifth place. */
  function madeNumbers(errors: number[]): HeldOut {
    const random = randomGenerator(3, 'late numbers');
    const targets = Float32Array.from({ length: ROWS * 2 }, () => random.normal());
    const logits = errors.map((error) => targets.map((target) => target + error * random.normal()));
    for (let i = 0; i < targets.length; i += 5) targets[i] = Number.NaN;
    return { logits, targets, labels: 2, head: 'linear', alpha: 1 };
  }

  const errorAt = ({ logits, targets }: HeldOut, weight: number): number =>
    targets.reduce((sum, target, i) => {
      const error = weight * logits[0][i] + (1 - weight) * logits[1][i] - target;
      return Number.isNaN(target) ? sum : sum + error ** 2;
    }, 0);

  it('have the least squared error over the simplex', () => {
    for (const errors of [
      [0.3, 0.6],
      [0.5, 0.5],
      [0.1, 3],
    ]) {
      const outputs = madeNumbers(errors);
      const [weight, other] = mixtureWeights(outputs);
      expect(weight + other).toBeCloseTo(1, 12);
      for (const away of [-0.02, 0.02]) {
        const moved = Math.min(1, Math.max(0, weight + away));
        expect(errorAt(outputs, moved)).toBeGreaterThanOrEqual(errorAt(outputs, weight) - 1e-9);
      }
    }
    // Of independent errors each weight goes with the inverse of the variance.
    expect(mixtureWeights(madeNumbers([0.3, 0.6]))[0]).toBeCloseTo(0.8, 1);
  });

  it('of a stack undo a branch’s scale and offset', () => {
    const { targets } = madeNumbers([0]);
    const logits = [targets.map((target) => (Number.isNaN(target) ? 0 : 0.5 * target - 1))];
    const { kernel, bias } = stackWeights({ logits, targets, labels: 2, head: 'linear', alpha: 1 });
    expect(kernel[0]).toBeCloseTo(2, 1);
    expect(bias[0]).toBeCloseTo(2, 1);
  });
});
