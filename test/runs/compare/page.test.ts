import { existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { writeComparison } from '../../../src/report/pages/compare/write.js';
import { compareRuns } from '../../../src/runs/compare/comparison.js';
import type { StoredRun } from '../../../src/runs/read.js';
import { madeTagging } from '../../eval/made.js';
import { madeRun } from './made-runs.js';

const BROWSER = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (!BROWSER) process.stderr.write('The comparison is not opened in a browser: Chromium is not installed.\n');

const SWITCHES =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

const HOSTILE = '<img src=x onerror="globalThis.broken=1">';

function runs(): StoredRun[] {
  const predictions = madeTagging(240, 40, 80);
  predictions.labels[3] = HOSTILE;
  predictions.labels[4] = 'a label with a name that is far too long to fit beside a bar';
  return [
    madeRun({ predictions, folder: 'baseline-seed1', noise: 0.6 }),
    madeRun({ predictions, folder: 'baseline-seed2', noise: 0.6, seed: 2 }),
    madeRun({
      predictions,
      folder: 'with-a-very-long-name-of-an-experiment-that-goes-on',
      noise: 0.3,
      alpha: 2,
    }),
    madeRun({ predictions, folder: HOSTILE, noise: 0.62, alpha: 3 }),
    madeRun({ predictions, folder: 'another', protocol: 'all' }),
  ];
}

describe.runIf(BROWSER)('the page of a comparison in Chromium', () => {
  it('draws and redraws without an error and fits 1280 and 400 pixels', { timeout: 180_000 }, async () => {
    const out = await mkdtemp(join(tmpdir(), 'polytag-compare-'));
    const audio = join(out, 'a.mp3');
    await writeFile(audio, 'no music, but bytes');
    const stored = runs().map((run) => ({ ...run, clips: run.clips.map((clip) => ({ ...clip, audio })) }));
    const { page: path } = await writeComparison(
      join(out, 'compare'),
      compareRuns(stored, { samples: 200, seed: 1 }),
    );
    expect(await readFile(path, 'utf8')).not.toContain(HOSTILE);
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
        if (pictures) await page.screenshot({ path: join(pictures, `compare-${width}.png`), fullPage: true });
        // Each value has a point and the two caps of its interval.
        const valuesOf = async (chart: string): Promise<number> =>
          (await page.locator(`${chart} .points .point`).count()) / 3;
        const bars = (): Promise<number> => valuesOf('#labels');
        expect(await bars()).toBe(40);
        await page.fill('[name=filter]', 'tag 1');
        await expect.poll(bars).toBe(11);
        const points = (): Promise<number> => valuesOf('#differences');
        expect(await points()).toBe(3);
        await page.selectOption('[name=against]', '2');
        await expect.poll(points).toBe(2);
        const players = (): Promise<number> =>
          page.locator('#clips audio[src^="data:audio/mpeg"]:visible').count();
        expect(await players()).toBe(3);
        await page.selectOption('[name=contrast]', '1');
        await expect.poll(players).toBe(3);
        await page.selectOption('[name=metric]', 'accuracy');
        await page.selectOption('[name=shown]', 'train_loss');
        await page.check('[name=sort]');
        await page.check('[name=certain]');
        await page.waitForTimeout(200);
        const seen = await page.evaluate(() => ({
          plots: document.querySelectorAll('.js-plotly-plot .main-svg').length,
          overflow: document.documentElement.scrollWidth - window.innerWidth,
          broken: 'broken' in globalThis,
        }));
        expect(errors).toEqual([]);
        expect(seen.plots).toBeGreaterThanOrEqual(4);
        expect(seen.overflow).toBeLessThanOrEqual(0);
        expect(seen.broken).toBe(false);
        await page.close();
      }
    } finally {
      await browser.close();
    }
  });
});
