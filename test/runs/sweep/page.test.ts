import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../../src/config/schema.js';
import type { Metrics } from '../../../src/eval/metrics.js';
import { spread } from '../../../src/eval/spread.js';
import { packedPlotly } from '../../../src/report/kit/plotly.js';
import { numericAxis } from '../../../src/report/pages/sweep/axes.js';
import { type SweepReport, sweepPage } from '../../../src/report/pages/sweep/page.js';
import type { SweptResult } from '../../../src/runs/sweep/results.js';
import { sweepCsv } from '../../../src/runs/sweep/tables.js';

const BROWSER = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (!BROWSER) process.stderr.write('The sweep is not opened in a browser: Chromium is not installed.\n');

const SWITCHES =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

const HOSTILE = '<img src=x onerror="globalThis.broken=1">';
const RATE = 'training.optimizer.learning_rate';
const KEYS = [RATE, 'model.fusion', 'loss.alpha'];

/** Eighteen experiments with two seeds, of which one failed and some were paused. */
function report(): SweepReport {
  const results = Array.from({ length: 18 }, (_, i): SweptResult => {
    const setting = new Map([
      [RATE, String(10 ** (-4 + (i % 6) / 2))],
      ['model.fusion', i % 2 === 0 ? '{kind: concat, hidden: 64}' : HOSTILE],
      ...(i % 3 === 0 ? [] : [['loss.alpha', String(1 + (i % 3))] as const]),
    ]);
    const value = 0.6 + 0.02 * ((7 * i) % 13);
    const isFinished = i < 9;
    const runs = [0, 0.01].map((shift, j) => ({
      ...{ seed: j + 1, folder: `runs/${i}/seed-${j + 1}`, epochs: isFinished ? 9 : 3, seconds: 10 },
      status: i === 17 ? ('failed' as const) : isFinished ? ('finished' as const) : ('paused' as const),
      validation:
        i === 17 ? null : { metric: 'roc_auc', value: value + shift, epoch: 2, score: value + shift },
      metrics: isFinished
        ? ({
            roc_auc: { macro: value - shift },
            pr_auc: { macro: value / 2 },
            accuracy: value,
            majority_baseline: { accuracy: 0.7 },
          } as Metrics)
        : null,
      error: i === 17 ? `${HOSTILE} is not a number` : null,
    }));
    const test = (of: (metrics: Metrics) => number | null) =>
      spread(runs.map(({ metrics }) => metrics && of(metrics)));
    return {
      ...{ group: `experiment ${i} ${HOSTILE}`, setting, runs },
      validation: i === 17 ? null : spread([value, value + 0.01]),
      test: {
        roc_auc: test((metrics) => metrics.roc_auc.macro),
        pr_auc: test((metrics) => metrics.pr_auc.macro),
        accuracy: test((metrics) => metrics.accuracy),
      },
    };
  });
  const experiments = results.map(({ group, setting }) => ({ group, setting, config: {} as Config }));
  return {
    plan: { name: 'made', keys: KEYS, seeds: [1, 2], experiments, notes: [] },
    results,
    search: 'halving, made up',
    rungs: [
      { candidates: 18, epochs: 3 },
      { candidates: 9, epochs: 9 },
    ],
    jobs: { count: 2, threads: 1 },
    dataset: { name: 'made data', protocol: 'made', synthetic: 'Made up.' },
    comparison: 'compare/compare.html',
    notes: [HOSTILE],
  };
}

describe.runIf(BROWSER)('the page of a sweep in Chromium', () => {
  it('draws and redraws without an error and fits 1280 and 400 pixels', { timeout: 120_000 }, async () => {
    const out = await mkdtemp(join(tmpdir(), 'polytag-sweep-'));
    const text = sweepPage(report(), await packedPlotly());
    expect(text).not.toContain(HOSTILE);
    const path = join(out, 'sweep.html');
    await writeFile(path, text);
    const browser = await chromium.launch({ executablePath: BROWSER, args: SWITCHES.split(' ') });
    try {
      for (const width of [1280, 400]) {
        const page = await browser.newPage({ viewport: { width, height: 900 } });
        const errors: string[] = [];
        page.on('pageerror', (error) => errors.push(error.message));
        page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
        await page.goto(pathToFileURL(path).href);
        await page.waitForSelector('html[data-state=drawn]');
        const pictures = process.env.POLYTAG_SCREENSHOTS;
        if (pictures) await page.screenshot({ path: join(pictures, `sweep-${width}.png`), fullPage: true });
        // 18 experiments, and the axes as one trace.
        expect(await page.locator('.parallel .scatterlayer .trace').count()).toBe(19);
        // Each value has a point and the two caps of its interval.
        const points = async (): Promise<number> =>
          (await page.locator('#keys .plot').first().locator('.points .point').count()) / 3;
        expect(await points()).toBe(17);
        // Test metrics are there of the finished half alone.
        await page.selectOption('[name=metric]', '1');
        await expect.poll(points).toBe(9);
        await page.selectOption('[name=colour]', { index: 2 });
        await page.waitForTimeout(200);
        const seen = await page.evaluate(() => ({
          overflow: document.documentElement.scrollWidth - window.innerWidth,
          broken: 'broken' in globalThis,
        }));
        expect(errors).toEqual([]);
        expect(seen).toEqual({ overflow: 0, broken: false });
        await page.close();
      }
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
    const lines = sweepCsv(KEYS, report().results).trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 36);
    expect(lines[0]).toMatch(
      /^experiment,training\.optimizer\.learning_rate,model\.fusion,loss\.alpha,seed,/,
    );
    expect(lines[2]).toContain(
      ',"{kind: concat, hidden: 64}",,2,runs/0/seed-2,finished,9,roc_auc,0.61,2,0.59,0.3,0.6,0.7,10.0,',
    );
    expect(lines.at(-1)).toMatch(/,failed,3,,,,,,,,10\.0,"<img src=x onerror=""globalThis/);
  });
});
