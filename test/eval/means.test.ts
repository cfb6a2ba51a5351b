import { expect, it } from 'vitest';
import { seedInterval } from '../../src/eval/means.js';

it('gives the 95 % interval of a mean over seeds by Student’s t', () => {
  // Mean .3, deviation .158114, 2.776 · .158114 / √5 = .19629.
  const [low, high] = seedInterval([0.1, 0.2, 0.3, 0.4, 0.5])!;
  expect(low).toBeCloseTo(0.3 - 0.19629, 4);
  expect(high).toBeCloseTo(0.3 + 0.19629, 4);
  // scipy.stats.t.ppf(.975, 20) is 2.08596, 21 values.
  const many = Array.from({ length: 21 }, (_, i) => i);
  const half = (2.08596 * Math.sqrt(38.5)) / Math.sqrt(21);
  expect(seedInterval(many)![1] - 10).toBeGreaterThan(0.99 * half);
  expect(seedInterval(many)![1] - 10).toBeLessThan(1.01 * half);
});

it('leaves undefined values out, and has no interval of a single one', () => {
  expect(seedInterval([0.4, null])).toBeNull();
  expect(seedInterval([])).toBeNull();
  expect(seedInterval([1, null, 3])![0]).toBeCloseTo(2 - 12.706, 3);
});
