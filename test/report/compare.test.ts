import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeComparison } from '../../src/report/pages/compare/write.js';
import { compareRuns } from '../../src/runs/compare/comparison.js';
import { launchChromium, openDrawn } from '../chromium.js';
import { isMissing } from '../requirements.js';
import { madeRuns } from './made-pages.js';

const noChromium = await isMissing('chromium');

describe.skipIf(noChromium)('the page of a comparison in Chromium', () => {
  it('shows what is chosen, found and sorted', { timeout: 120_000 }, async () => {
    const out = await mkdtemp(join(tmpdir(), 'polytag-compare-'));
    const audio = join(out, 'a.mp3');
    await writeFile(audio, 'no music, but bytes');
    const comparison = compareRuns(madeRuns(audio), { samples: 200, seed: 1 });
    const { page: path } = await writeComparison(join(out, 'compare'), comparison);
    const browser = await launchChromium();
    try {
      const { page, complaints } = await openDrawn(browser, path, { width: 1280 });
      const dots = (figure: string): Promise<number> =>
        page.locator(`${figure} .points path:not([d*="M-7"]):not([d="M7,0H-7"])`).count();
      const rows = (figure: string): Promise<string[]> =>
        page.locator(`${figure} .ytick text`).allTextContents();
      expect(await rows('.labels')).toHaveLength(40);
      await page.fill('.labels [name=filter]', 'tag 1');
      await expect.poll(() => rows('.labels')).toHaveLength(11);
      expect(await page.textContent('.labels .count')).toMatch(/^11 of 40; significant: \d+ up, \d+ down$/);
      await page.selectOption('.labels [name=sort]', 'name');
      await expect.poll(() => rows('.labels').then(([first]) => first)).toBe('tag 1');
      await page.fill('.labels [name=filter]', '');
      await page.check('[name=flag]');
      await expect.poll(() => rows('.labels').then(({ length }) => length)).toBeLessThan(40);
      expect(await rows('.differences')).toHaveLength(3);
      await page.selectOption('[name=against]', '2');
      await expect.poll(() => rows('.differences')).toHaveLength(2);
      expect(await dots('.differences')).toBeGreaterThanOrEqual(2);
      const players = (): Promise<number> =>
        page.locator('#clips audio[src^="data:audio/mpeg"]:visible').count();
      expect(await players()).toBe(3);
      await page.selectOption('[name=contrast]', '1');
      await expect.poll(players).toBe(3);
      await page.selectOption('[name=metric]', { label: 'Accuracy' });
      await page.selectOption('[name=shown]', { label: 'loss, training' });
      await page.waitForTimeout(300);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      await rm(out, { recursive: true, force: true });
    }
  });
});
