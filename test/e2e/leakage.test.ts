/** A test split that the model has seen is no test, as a person types it. */
import { copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/sets/index.js';
import type { Leakage, Metrics } from '../../src/eval/metrics.js';
import { MODEL_FILES } from '../../src/models/description.js';
import { readConfig } from '../../src/runs/read.js';
import { readSeen } from '../../src/runs/seen.js';
import { makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';

let workplace: Workplace;
const type = (...words: string[]): Promise<Outcome> => polytag(words, { cwd: workplace.folder });
const place = (...names: string[]): string => join(workplace.folder, ...names);

beforeAll(async () => {
  workplace = await makeWorkplace();
  const { code } = await type('run', workplace.config, 'training.epochs=1', '--out', 'official');
  expect(code).toBe(0);
});
afterAll(() => workplace.remove());

const metricsOf = async (folder: string): Promise<Metrics> =>
  JSON.parse(await readFile(place(folder, 'metrics.json'), 'utf8')) as Metrics;

describe('a model carries what it has seen', () => {
  it('lists every training and validation example with the hash of its recording', async () => {
    const { examples } = await loadDataset((await readConfig(place('official'))).data);
    const seen = (await readSeen(place('official', 'model')))!;
    const expected = examples.filter(({ split }) => split !== 'test');
    expect(seen.map(({ id, split }) => `${split} ${id}`)).toEqual(
      expected.map(({ id, split }) => `${split} ${id}`),
    );
    for (const { content, artist } of seen) {
      expect(content).toMatch(/^[0-9a-f]{64}$/);
      expect(artist).toBeTruthy();
    }
    expect((await metricsOf('official')).leakage).toMatchObject({
      checked: true,
      clips: 0,
      copies: 0,
      shared: {},
    });
  });

  it('refuses a test split of another protocol that holds training clips, and says how many', async () => {
    const { code, stderr } = await type('evaluate', 'official', 'data.split=artist-disjoint');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /trained or validated on (\d+) of \d+ test clips, and the artists of (\d+) of \d+ test clips, which this protocol keeps apart, so this is no test;.*--allow-seen/,
    );
  });

  it('counts them with --allow-seen', async () => {
    const { code, stderr } = await type(
      ...['evaluate', 'official', 'data.split=artist-disjoint', '--allow-seen', '--out', 'leaky'],
    );
    expect(code).toBe(0);
    expect(stderr).toContain('the metrics do not measure how it generalizes');
    const { leakage, examples } = (await metricsOf('leaky')) as { leakage: Leakage; examples: number };
    const seen = new Set((await readSeen(place('official', 'model')))!.map(({ id }) => id));
    const { data } = await readConfig(place('official'), ['data.split=artist-disjoint']);
    const test = (await loadDataset(data)).examples.filter(({ split }) => split === 'test');
    expect(leakage).toMatchObject({
      checked: true,
      of: examples,
      clips: test.filter(({ id }) => seen.has(id)).length,
    });
    expect(leakage.clips).toBeGreaterThan(0);
    expect(leakage.shared.artist).toBeGreaterThanOrEqual(leakage.clips);
  });

  it('evaluates its own test split, more clips of it, and its training split, which is named', async () => {
    for (const overrides of [[], ['data.protocol=all']])
      expect((await type('evaluate', 'official', ...overrides)).code).toBe(0);
    const training = await type('evaluate', 'official', '--split', 'train');
    expect([training.code, training.stdout]).toEqual([0, expect.stringContaining('train examples')]);
    expect(training.stderr).toMatch(/trained or validated on (\d+) of \1 train clips/);
  });

  it('says that nothing was checked for a model without a list', async () => {
    const list = place('official', 'model', MODEL_FILES.seen);
    await copyFile(list, place('kept.parquet'));
    await rm(list);
    try {
      const { code, stderr } = await type(
        'evaluate',
        'official',
        'data.split=artist-disjoint',
        '--out',
        'older',
      );
      expect([code, stderr]).toEqual([0, expect.stringContaining('leakage was not checked')]);
      expect((await metricsOf('older')).leakage).toMatchObject({ checked: false, clips: 0 });
    } finally {
      await copyFile(place('kept.parquet'), list);
    }
  });

  it('a recording under another name is still the same recording', async () => {
    const run = await type(
      'run',
      workplace.config,
      'training.epochs=1',
      '--overfit',
      '4',
      '--out',
      'overfit',
    );
    expect(run.code).toBe(0);
    expect((await metricsOf('overfit')).leakage).toMatchObject({ clips: 0, copies: 4, of: 4 });
    expect(await readFile(place('overfit', 'report.html'), 'utf8')).toContain(
      'trained or validated on the recordings of 4 of 4 test clips',
    );
  });
});
