import { describe, expect, it } from 'vitest';
import { learningRateFactor, type Schedule, scheduleSchema } from '../../src/training/schedule.js';

const schedule = (options: Partial<Schedule>): Schedule => scheduleSchema.parse(options);

describe('learningRateFactor', () => {
  it('falls by half a cosine from 1 to the floor', () => {
    const cosine = schedule({ kind: 'cosine', floor: 0.1 });
    expect(learningRateFactor(cosine, 0, 10, 4)).toBe(1);
    expect(learningRateFactor(cosine, 20, 10, 4)).toBeCloseTo(0.55, 12);
    expect(learningRateFactor(cosine, 40, 10, 4)).toBeCloseTo(0.1, 12);
    const all = Array.from({ length: 40 }, (_, step) => learningRateFactor(cosine, step, 10, 4));
    expect(all.every((factor, i) => i === 0 || factor < all[i - 1])).toBe(true);
    expect(all[39]).toBeLessThan(0.102);
  });

  it('stays as it is when constant', () => {
    const constant = schedule({ kind: 'constant' });
    expect([0, 7, 39].map((step) => learningRateFactor(constant, step, 10, 4))).toEqual([1, 1, 1]);
  });

  it('falls by a factor every n epochs', () => {
    const steps = schedule({ kind: 'step', every_epochs: 2, factor: 0.5 });
    expect([0, 19, 20, 39, 40].map((step) => learningRateFactor(steps, step, 10, 5))).toEqual([
      1, 1, 0.5, 0.5, 0.25,
    ]);
  });

  it('rises linearly in the warm-up, never from zero, and is whole at its last step', () => {
    const warm = schedule({ kind: 'constant', warmup_steps: 4 });
    expect([0, 1, 2, 3, 4].map((step) => learningRateFactor(warm, step, 10, 5))).toEqual([
      0.25, 0.5, 0.75, 1, 1,
    ]);
  });
});
