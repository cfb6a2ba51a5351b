/** What every page promises. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frame } from '../../src/report/kit/frame.js';
import { html } from '../../src/report/kit/html.js';
import { STYLE } from '../../src/report/kit/style.js';
import { launchChromium, openDrawn } from '../chromium.js';
import { HOSTILE } from '../eval/made-report.js';
import { isMissing } from '../requirements.js';
import { type MadePages, makePages } from './made-pages.js';

const noChromium = await isMissing('chromium');

const PAGES: (keyof MadePages)[] = [
  ...['run', 'classes', 'numbers', 'compare', 'compareNumbers', 'study', 'studyNumbers', 'sweep'],
  ...['catalogue', 'recording', 'voice'],
] as (keyof MadePages)[];

/** Pages over time, which have plots of their own and no sections. */
const isOverTime = (name: string): boolean => name === 'recording' || name === 'voice';

let folder: string;
let pages: MadePages;
const texts = new Map<keyof MadePages, string>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-pages-'));
  pages = await makePages(folder);
  for (const name of PAGES) texts.set(name, await readFile(pages[name], 'utf8'));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(PAGES)('the page %s', (name) => {
  it('has the one style', () => {
    expect(texts.get(name)!.split('<style>')[1].startsWith(STYLE)).toBe(true);
  });

  it('names no other file that it needs', () => {
    expect(texts.get(name)).not.toMatch(/<(?:script|link|img|audio)[^>]+(?:src|href)=["']?(?:https?:)?\/\//);
  });

  it('holds untrusted texts escaped', () => {
    expect(texts.get(name)).not.toContain(HOSTILE);
  });

  it('carries a part of Plotly, or none', () => {
    const packed = /id="plotly-packed">([^<]*)</.exec(texts.get(name)!)?.[1] ?? '';
    expect(packed.length === 0).toBe(isOverTime(name));
    expect(packed.length).toBeLessThan(800_000);
  });
});

it.each([
  ['en', 'Rock, Été, радость'],
  ['zh', 'Run on 情绪: 快乐, 悲伤'],
  ['ja', '喜び, 悲しみ'],
  ['ko', '기쁨, 슬픔'],
])('a page is in %s where its names are %s, so that a browser takes the right font', (lang, names) => {
  const page = frame({
    ...{ title: 'A', heading: 'A', lead: html``, main: html`<p>${names}</p>`, footer: html``, script: '' },
  });
  expect(page).toContain(`<html lang="${lang}">`);
  expect(STYLE).toMatch(/"Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif/);
});

/** What is seen of a page in a window. */
interface Seen {
  /** Of the links at the top. */
  lines: number;
  complaints: string[];
  overflow: number;
  broken: boolean;
  plots: { drawn: boolean; role: string | null; label: string | null }[];
  pictures: (string | null)[];
  tables: { headers: number; columns: number }[];
}

describe.skipIf(noChromium).each(PAGES)('the page %s in Chromium', (name) => {
  const seen: Seen[] = [];
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
    for (const [width, colorScheme] of [
      [1280, 'light'],
      [400, 'dark'],
    ] as const) {
      const { page, complaints } = await openDrawn(browser, pages[name], { width, colorScheme });
      const shown = await page.evaluate(() => ({
        overflow: document.documentElement.scrollWidth - window.innerWidth,
        broken: 'broken' in globalThis,
        lines: new Set(
          [...document.querySelectorAll('nav a')].map((link) => link.getBoundingClientRect().top),
        ).size,
        plots: [...document.querySelectorAll('.plot')].map((plot) => ({
          drawn: plot.querySelector('.main-svg') !== null,
          role: plot.getAttribute('role'),
          label: plot.getAttribute('aria-label'),
        })),
        pictures: [...document.querySelectorAll('canvas')].map((canvas) => canvas.getAttribute('aria-label')),
        tables: [...document.querySelectorAll('table:not(.record)')].map((table) => ({
          headers: table.querySelectorAll('thead th[scope=col]').length,
          columns: table.querySelector('tbody tr')!.children.length,
        })),
      }));
      seen.push({ complaints, ...shown });
      await page.close();
    }
  }, 120_000);
  afterAll(() => browser.close());

  it('draws without an error, a warning or a request', () => {
    expect(seen.map(({ complaints }) => complaints)).toEqual([[], []]);
  });

  it('draws every chart, each with a text alternative', () => {
    for (const { plots } of seen)
      for (const plot of plots)
        expect(plot).toEqual({ drawn: true, role: 'img', label: expect.stringMatching(/^\S.{8,}/) });
    expect(seen[0].plots.length > 0).toBe(!isOverTime(name));
  });

  it('gives every picture a text alternative', () => {
    for (const { pictures } of seen) for (const label of pictures) expect(label).toMatch(/\S/);
  });

  it('gives every column of every table a header', () => {
    for (const { tables } of seen) for (const { headers, columns } of tables) expect(headers).toBe(columns);
  });

  it('fits 1280 and 400 pixels', () => {
    expect(seen.map(({ overflow }) => overflow <= 0)).toEqual([true, true]);
  });

  it('has the links to its sections in one line', () => {
    for (const { lines } of seen) expect(lines).toBe(isOverTime(name) ? 0 : 1);
  });

  it('runs no code out of a text', () => {
    expect(seen.map(({ broken }) => broken)).toEqual([false, false]);
  });
});

describe.skipIf(noChromium)('charts in a page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  it('follow the colour scheme', async () => {
    const { page } = await openDrawn(browser, pages.study, { width: 1280 });
    const colour = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.querySelector('.plot .xtick text')!).fill);
    const light = await colour();
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(colour).not.toBe(light);
    await page.close();
  });

  it('are laid out anew for another width', async () => {
    const { page } = await openDrawn(browser, pages.sweep, { width: 1280 });
    const height = (): Promise<number> =>
      page.evaluate(() => document.querySelector('.parallel .plot')!.clientHeight);
    expect(await height()).toBe(420);
    await page.setViewportSize({ width: 400, height: 900 });
    await expect.poll(height).toBeGreaterThan(700);
    await page.close();
  });
});
