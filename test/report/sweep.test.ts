import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packedPlotly } from '../../src/report/kit/plotly.js';
import { numericAxis } from '../../src/report/pages/sweep/axes.js';
import { sweepPage } from '../../src/report/pages/sweep/page.js';
import { readableKeys } from '../../src/runs/compare/experiment-names.js';
import type { SweptRun } from '../../src/runs/sweep/results.js';
import { statusText, sweepCsv } from '../../src/runs/sweep/tables.js';
import { launchChromium, openDrawn } from '../chromium.js';
import { isMissing } from '../requirements.js';
import { KEYS, madeSweep } from './made-sweep.js';

const noChromium = await isMissing('chromium');

describe.skipIf(noChromium)('the page of a sweep in Chromium', () => {
  it('draws what is chosen', { timeout: 120_000 }, async () => {
    const out = await mkdtemp(join(tmpdir(), 'polytag-sweep-'));
    const path = join(out, 'sweep.html');
    await writeFile(path, sweepPage(madeSweep(), await packedPlotly()));
    const browser = await launchChromium();
    try {
      const { page, complaints } = await openDrawn(browser, path, { width: 1280 });
      // Eighteen experiments and seven axes.
      expect(await page.locator('.parallel path.js-line').count()).toBe(18 + 7);
      const points = (): Promise<number> =>
        page.locator('.keys .plot').first().locator('.scatter:last-child .points .point').count();
      expect(await points()).toBe(17);
      // Test metrics are there of the finished half alone.
      await page.selectOption('[name=metric]', '1');
      await expect.poll(points).toBe(9);
      await page.selectOption('[name=colour]', { index: 2 });
      await page.waitForTimeout(200);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      await rm(out, { recursive: true, force: true });
    }
  });
});

describe('an axis', () => {
  it('is logarithmic where numbers span orders of magnitude, and has a tick for each of a few values', () => {
    const axis = numericAxis('a', [0.0001, 0.01, null, 1]);
    expect(axis).toMatchObject({ kind: 'log', places: [0, 0.5, null, 1] });
    expect(axis.ticks.map(({ text }) => text)).toEqual(['0.0001', '0.01', '1']);
    expect(numericAxis('a', [1, 2, 5])).toMatchObject({ kind: 'linear', places: [0, 0.25, 1] });
    expect(numericAxis('a', [3, 3]).places).toEqual([0.5, 0.5]);
  });
});

describe('sweep.csv', () => {
  it('has one line per run, with quotes where a value needs them', () => {
    const lines = sweepCsv(KEYS, madeSweep().results).trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 36);
    expect(lines[0]).toMatch(
      /^experiment,training\.optimizer\.learning_rate,model\.fusion,loss\.alpha,seed,/,
    );
    expect(lines[2]).toContain(
      ',"{kind: concat, hidden: 64}",,2,runs/0/seed-2,finished,9,roc_auc,0.61,2,0.59,0.3,0.6,0.7,10.0,',
    );
    expect(lines.at(-1)).toMatch(/,failed,3,,,,,,,,10\.0,".*<img src=x onerror=""globalThis/);
  });
});

describe('the states of an experiment', () => {
  const runs = (...states: SweptRun['status'][]): SweptRun[] =>
    states.map((status, i) => ({
      ...{ seed: i + 1, folder: `runs/a/seed-${i + 1}`, status, epochs: 0, validation: null },
      ...{ metrics: null, seconds: 0, error: status === 'interrupted' ? 'Stopped by SIGINT.' : null },
    }));

  it('say how many seeds finished, and what never began', () => {
    expect(statusText(runs('finished', 'finished'))).toBe('');
    expect(statusText(runs('finished', 'finished', 'waiting'))).toBe('2 of 3 seeds; 1 not begun');
    expect(statusText(runs('waiting', 'waiting'))).toBe('2 not begun');
    expect(statusText(runs('finished', 'interrupted', 'failed'))).toBe(
      '1 of 3 seeds; 1 interrupted, 1 failed',
    );
  });

  it('list as failures what failed, not what the reader stopped', async () => {
    const made = madeSweep();
    const results = made.results.slice(0, 2).map((result) => ({ ...result, runs: runs('interrupted') }));
    const page = sweepPage({ ...made, results }, await packedPlotly());
    expect(page).toContain('1 interrupted');
    expect(page.includes('Failures')).toBe(false);
    expect(page.includes('Stopped by SIGINT')).toBe(false);
  });
});

it('the page of a sweep links its runs, names keys by what they are about, and says its command', async () => {
  const page = sweepPage(madeSweep(), await packedPlotly());
  expect(page).toContain('<a href="runs/0/seed-2/report.html">2</a>');
  expect(page).toContain('href="compare/compare.html"');
  expect(page).toContain('The command that makes this page again: <code>polytag sweep made.yaml');
  expect([...readableKeys(['model.fusion.kind', 'training.optimizer.kind', 'loss.alpha']).values()]).toEqual([
    ...['fusion.kind', 'optimizer.kind', 'alpha'],
  ]);
});
