import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { RunReport } from '../../src/eval/run-report.js';
import { writeReport } from '../../src/report/pages/run/write.js';
import { HOSTILE, madeClassReport, madeReport } from '../eval/made-report.js';

const BROWSER = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (!BROWSER) process.stderr.write('The report is not opened in a browser: Chromium is not installed.\n');

const SWITCHES =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

async function write(report: RunReport): Promise<{ folder: string; files: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'polytag-report-'));
  return { folder, files: await writeReport(folder, report) };
}

describe('writeReport', () => {
  it('writes page, figures and tables, and the page needs no other file', async () => {
    const { folder, files } = await write(madeReport({ rows: 80, labels: 12, songs: 40 }));
    expect(files.every((file) => existsSync(file.startsWith('/') ? file : join(folder, file)))).toBe(true);
    for (const end of ['report.html', '.svg', '.csv', '.tex'])
      expect(
        files.some((file) => file.endsWith(end)),
        end,
      ).toBe(true);
    const page = await readFile(join(folder, 'report.html'), 'utf8');
    expect(page).not.toMatch(/<(?:script|link|img|audio)[^>]+(?:src|href)=["']?https?:/);
    expect(page.length).toBeLessThan(15e6);
  });

  it('shows untrusted texts as text', async () => {
    const { folder } = await write(madeReport({ rows: 80, labels: 60, songs: 40 }));
    const page = await readFile(join(folder, 'report.html'), 'utf8');
    expect(page).not.toContain(HOSTILE);
    expect(page).not.toContain('<script>globalThis.broken=1');
  });

  it('says so where the corpus is synthetic, and nowhere else', async () => {
    const report = madeReport({ rows: 80, labels: 12, songs: 40 });
    const pages = await Promise.all(
      [null, 'A made-up corpus for this test.'].map(async (synthetic) => {
        const { folder } = await write({ ...report, synthetic });
        return readFile(join(folder, 'report.html'), 'utf8');
      }),
    );
    expect(pages.map((page) => page.includes('A made-up corpus for this test.'))).toEqual([false, true]);
  });
});

describe.runIf(BROWSER).each([
  ['tagging', () => madeReport({ rows: 200, labels: 56, songs: 90 })],
  ['classes', () => madeClassReport({ rows: 120, songs: 60 })],
])('the page of a %s run in Chromium', (_, make) => {
  it('draws every plot without an error and fits 1280 and 400 pixels', { timeout: 180_000 }, async () => {
    const { folder } = await write(make());
    const browser = await chromium.launch({ executablePath: BROWSER, args: SWITCHES.split(' ') });
    try {
      for (const width of [1280, 400]) {
        const page = await browser.newPage({ viewport: { width, height: 900 } });
        const errors: string[] = [];
        page.on('pageerror', (error) => errors.push(error.message));
        page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
        await page.goto(pathToFileURL(join(folder, 'report.html')).href);
        await page.waitForSelector('.js-plotly-plot .main-svg');
        // Plots may wait until they come into view.
        const height = await page.evaluate(() => document.documentElement.scrollHeight);
        for (let y = 0; y < height; y += 700) {
          await page.evaluate((top) => window.scrollTo(0, top), y);
          await page.waitForTimeout(80);
        }
        const seen = await page.evaluate(() => ({
          plots: [...document.querySelectorAll('.js-plotly-plot')].map(
            (plot) => plot.querySelectorAll('.main-svg').length,
          ),
          canvases: [...document.querySelectorAll('canvas')].map((canvas) => {
            const pixels = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data;
            return new Set(pixels).size;
          }),
          overflow: document.documentElement.scrollWidth - window.innerWidth,
          broken: 'broken' in globalThis,
        }));
        expect(errors).toEqual([]);
        expect(seen.plots.length).toBeGreaterThanOrEqual(4);
        expect(Math.min(...seen.plots)).toBeGreaterThan(0);
        expect(seen.canvases.length).toBeGreaterThan(0);
        expect(Math.min(...seen.canvases)).toBeGreaterThan(8);
        expect(seen.overflow).toBeLessThanOrEqual(0);
        expect(seen.broken).toBe(false);
        await page.close();
      }
    } finally {
      await browser.close();
    }
  });
});
