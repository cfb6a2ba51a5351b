import { describe, expect, it } from 'vitest';
import { crossEntropy } from '../../src/eval/cross-entropy.js';
import { decide } from '../../src/eval/decisions.js';

const scores = Float32Array.of(0.75, 0.25, 0.5, 0.5);
const targets = Uint8Array.of(1, 0, 0, 1);

describe('crossEntropy', () => {
  it('sums every decision of tags', () => {
    const tags = { task: 'tagging', scores, targets } as const;
    expect(crossEntropy(tags, { to: 4, least: 0 })).toBeCloseTo(-2 * Math.log(0.75) - 2 * Math.log(0.5), 12);
    expect(crossEntropy(tags, { from: 2, to: 4, least: 0 })).toBeCloseTo(-2 * Math.log(0.5), 12);
  });

  it('sums the true classes alone', () => {
    const classes = { task: 'classification', scores, targets } as const;
    expect(crossEntropy(classes, { to: 4, least: 0 })).toBeCloseTo(-Math.log(0.75) - Math.log(0.5), 12);
  });

  it('stays finite for a score of zero', () => {
    const wrong = { task: 'tagging', scores: Float32Array.of(0), targets: Uint8Array.of(1) } as const;
    expect(crossEntropy(wrong, { to: 1, least: 1e-4 })).toBeCloseTo(-Math.log(1e-4), 12);
  });
});

describe('decide', () => {
  it('takes tags from their thresholds on, and none without one', () => {
    const labels = [{ threshold: 0.5 }, { threshold: null }];
    expect([...decide({ task: 'tagging', scores }, labels)]).toEqual([1, 0, 1, 0]);
  });

  it('takes the class with the highest score, the first of equal ones', () => {
    const labels = [{ threshold: null }, { threshold: null }];
    expect([...decide({ task: 'classification', scores }, labels)]).toEqual([1, 0, 1, 0]);
  });
});
