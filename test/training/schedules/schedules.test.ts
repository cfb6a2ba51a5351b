/** Schedules against PyTorch's (test/golden/make_schedules.py), and what a config may write. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Schedule, scheduleAt, scheduleSchema } from '../../../src/training/schedules/index.js';

interface Golden {
  steps_per_epoch: number;
  epochs: number;
  schedules: [options: Record<string, unknown>, expected: { rates: number[]; momenta: number[] }][];
}

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'golden', 'schedules.json'), 'utf8'),
) as Golden;

const schedule = (options: unknown): Schedule => scheduleSchema.parse(options);

describe('scheduleAt', () => {
  it.each(
    golden.schedules.map(([options, expected]) => [JSON.stringify(options), options, expected] as const),
  )('is that of PyTorch: %s', (_, options, { rates, momenta }) => {
    const { steps_per_epoch: perEpoch, epochs } = golden;
    const own = schedule(options);
    for (const [step, rate] of rates.entries()) {
      const found = scheduleAt(own, step, perEpoch, epochs);
      expect(found.rate).toBeCloseTo(rate, 8);
      // Where the schedule leaves it alone, PyTorch's is the optimiser's own.
      if (own.kind === 'one-cycle') expect(found.momentum).toBeCloseTo(momenta[step], 8);
      else expect(found.momentum).toBeUndefined();
    }
  });

  it('leaves the momentum of one cycle alone where it is null', () => {
    const found = scheduleAt(schedule({ kind: 'one-cycle', momentum: null }), 3, 10, 4);
    expect(Object.keys(found)).toEqual(['rate']);
  });

  it('has the whole rate in the first of too few steps for a rise', () => {
    const one = schedule({ kind: 'one-cycle', pct_start: 0.1 });
    expect([0, 1, 2].map((step) => scheduleAt(one, step, 3, 1).rate)).toEqual([
      1,
      expect.closeTo(0.5, 3),
      expect.closeTo(1 / 250_000, 12),
    ]);
    expect(scheduleAt(one, 0, 1, 1).rate).toBe(1);
  });
});

describe('scheduleSchema', () => {
  it('is a cosine where nothing is written, and takes the name of a kind alone', () => {
    expect(schedule(undefined)).toEqual({ kind: 'cosine', floor: 0.01, warmup_steps: 0 });
    expect(schedule({ warmup_steps: 3 })).toEqual({ kind: 'cosine', floor: 0.01, warmup_steps: 3 });
    expect(schedule('constant')).toEqual({ kind: 'constant', warmup_steps: 0 });
  });

  it('reads what runs recorded when every kind had all options', () => {
    const before = { warmup_steps: 0, floor: 0.01, every_epochs: 10, factor: 0.3 };
    expect(schedule({ kind: 'cosine', ...before })).toEqual(schedule('cosine'));
    expect(schedule({ kind: 'constant', ...before })).toEqual(schedule('constant'));
    expect(schedule({ kind: 'step', ...before, factor: 0.5 })).toMatchObject({
      every_epochs: 10,
      factor: 0.5,
    });
  });

  it('refuses options of another kind, and kinds that are not known', () => {
    expect(() => schedule({ kind: 'constant', factor: 0.5 })).toThrow(/Unrecognized key: \\"factor\\"/);
    expect(() => schedule({ kind: 'sine' })).toThrow(/kind/);
  });
});
