import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Interrupted } from '../../src/base/errors.js';
import { randomGenerator } from '../../src/base/random.js';
import { loadConfig } from '../../src/config/load.js';
import { loadEngine } from '../../src/engine/engine.js';
import { findRate } from '../../src/runs/network/find-rate.js';
import { type RateRange, steepestRate } from '../../src/training/rate-finder.js';
import { availableEngines } from '../engine/available.js';
import { makeWorkplace, polytag, type Workplace } from '../workplace.js';

let workplace: Workplace;
const SETTINGS = ['~model.branches.waveform', '~model.branches.lyrics'];

beforeAll(async () => {
  workplace = await makeWorkplace();
});
afterAll(() => workplace.remove());

describe('the steepest descent', () => {
  const curve = (loss: (at: number) => number, steps = 101): { rate: number; smoothed: number }[] =>
    Array.from({ length: steps }, (_, i) => ({ rate: 10 ** ((6 * i) / (steps - 1) - 6), smoothed: loss(i) }));

  it('of a logistic fall is at its middle, also with noise', () => {
    const random = randomGenerator(1, 'noise');
    const fall = (i: number): number => 1 / (1 + Math.exp((i - 60) / 5));
    expect(steepestRate(curve(fall))).toBe(curve(fall)[60].rate);
    const noisy = steepestRate(curve((i) => fall(i) + 0.02 * random.normal()))!;
    expect(Math.abs(Math.log10(noisy / curve(fall)[60].rate))).toBeLessThan(0.3);
  });

  it('is measured over the logarithm of the rate', () => {
    // The loss falls as much over each decade, and twice as much over the fourth. Over the rate, the first is the steepest.
    const points = curve((i) => -i - Math.min(17, Math.max(0, i - 50)));
    const decade = Math.log10(steepestRate(points)!);
    expect(decade).toBeGreaterThan(-3);
    expect(decade).toBeLessThan(-2);
  });

  it('leaves out the first ten and the last five points, and is null where nothing falls', () => {
    const points = curve((i) => (i < 5 ? -100 * i : -400));
    expect(steepestRate(points)).toBeNull();
    expect(steepestRate(curve((i) => i))).toBeNull();
    expect(steepestRate([])).toBeNull();
  });
});

describe.each(availableEngines)('a test of learning rates on %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  const find = async (overrides: string[] = [], options: { signal?: AbortSignal; range?: RateRange } = {}) =>
    findRate({
      config: await loadConfig(workplace.config, [...SETTINGS, ...overrides]),
      ...options,
      log: () => undefined,
    });

  it('grows the rate by the same factor, suggests one inside the range, and repeats to the bit', async () => {
    const before = tf.memory().numTensors;
    const found = await find();
    const rates = found.points.map(({ rate }) => rate);
    expect(rates[0]).toBeCloseTo(1e-6, 12);
    for (const [i, rate] of rates.entries())
      if (i > 0) expect(Math.log(rate / rates[i - 1])).toBeCloseTo(Math.log(1e6) / 99, 6);
    expect(found.suggestion).toBeGreaterThan(1e-5);
    expect(found.suggestion).toBeLessThan(1);
    expect((await find()).points).toEqual(found.points);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('ends when the loss diverges, before it is no number', async () => {
    const range = { lowest: 1e-6, highest: 1e12, steps: 40 };
    const found = await find(['training.optimizer.kind=sgd', 'training.gradient_clip=null'], { range });
    expect(found.diverged).toBe(true);
    expect(found.points.length).toBeLessThan(40);
    expect(found.points.every(({ smoothed }) => Number.isFinite(smoothed))).toBe(true);
  });

  it('stops at once, and frees what it took', async () => {
    const before = tf.memory().numTensors;
    await expect(find([], { signal: AbortSignal.abort() })).rejects.toThrow(Interrupted);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('polytag run --find-lr', () => {
  const run = (...args: string[]) =>
    polytag(['run', workplace.config, ...SETTINGS, '--find-lr', ...args], { cwd: workplace.folder });

  it('writes a page, a table and a record, and no run', async () => {
    const out = join(workplace.folder, 'rates');
    const { code, stdout } = await run('--out', out, '--json');
    expect(code).toBe(0);
    expect((await readdir(out)).sort()).toEqual([
      'learning-rate.csv',
      'learning-rate.html',
      'learning-rate.json',
    ]);
    const record = JSON.parse(await readFile(join(out, 'learning-rate.json'), 'utf8'));
    expect(JSON.parse(stdout)).toEqual(record);
    const rows = (await readFile(join(out, 'learning-rate.csv'), 'utf8')).trimEnd().split('\n');
    expect(rows[0]).toBe('rate,loss,smoothed_loss');
    expect(rows).toHaveLength(record.steps + 1);
    expect(await readFile(join(out, 'learning-rate.html'), 'utf8')).toContain('Range test');
  });

  it.each([
    [['--resume'], '--find-lr and --resume exclude each other'],
    [
      [
        '~model.branches',
        '~model.fusion',
        'model.baseline.features.kind=mfcc',
        'model.baseline.classifier.kind=logistic-regression',
      ],
      'only a network has a learning rate',
    ],
  ])('refuses %s in a sentence', async (args, sentence) => {
    const { code, stderr } = await run(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
  });

  it('does not write into the folder of a run', async () => {
    const folder = await mkdtemp(join(workplace.folder, 'run-'));
    await writeFile(join(folder, 'config.yaml'), '');
    const { code, stderr } = await run('--out', folder);
    expect([code, stderr]).toEqual([2, expect.stringContaining('holds a run')]);
    await rm(folder, { recursive: true });
  });
});
