import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { letterNames } from '../../src/report/kit/letters.js';
import { writeComparison } from '../../src/report/pages/compare/write.js';
import { compareRuns } from '../../src/runs/compare/comparison.js';
import { readableNames } from '../../src/runs/compare/experiment-names.js';
import { launchChromium, openDrawn } from '../chromium.js';
import { isMissing } from '../requirements.js';
import { madeRuns } from './made-pages.js';

const noChromium = await isMissing('chromium');

describe.skipIf(noChromium)('the page of a comparison in Chromium', () => {
  it('shows what is chosen, found and sorted', { timeout: 120_000 }, async () => {
    const out = await mkdtemp(join(tmpdir(), 'polytag-compare-'));
    const audio = join(out, 'a.mp3');
    await writeFile(audio, 'no music, but bytes');
    const [linked, ...others] = madeRuns(audio);
    const reported = join(out, 'with-report');
    await mkdir(reported);
    await writeFile(join(reported, 'report.html'), 'a report');
    const runs = [{ ...linked, folder: reported }, ...others];
    const comparison = compareRuns(runs, { samples: 200, seed: 1 });
    const { page: path } = await writeComparison(join(out, 'compare'), comparison);
    const browser = await launchChromium();
    try {
      const { page, complaints } = await openDrawn(browser, path, { width: 1280 });
      // Letters stand for the long names, and the key says for which.
      expect(await page.locator('#differences .letters div').count()).toBe(3);
      expect(await page.locator('#results a[href="../with-report/report.html"]').count()).toBe(2);
      const first = (): Promise<string | null> => page.textContent('#results tbody tr:first-child th');
      await page.click('#results thead button:has-text("ROC-AUC")');
      const values = await page
        .locator('#results table')
        .first()
        .locator('tbody tr')
        .evaluateAll((rows) =>
          rows.map((row) => [
            row.hasAttribute('data-last'),
            Number.parseFloat((row as HTMLTableRowElement).cells[2].textContent!),
          ]),
        );
      const known = values.filter(([isLast]) => !isLast).map(([, value]) => Number(value));
      expect(known).toEqual([...known].sort((a, b) => b - a));
      expect(values.at(-1)![0]).toBe(true);
      await page.focus('#results thead th:first-child button');
      await page.keyboard.press('Space');
      expect(await page.getAttribute('#results thead th:first-child', 'aria-sort')).toBe('ascending');
      expect(await first()).toMatch(/^A: /);
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

describe('names of experiments', () => {
  it('keep the settings in which folders of a sweep differ, with as much of a key as says what it is', () => {
    const names = ['kind=concat,learning_rate=0.1,alpha=2', 'kind=gated,learning_rate=0.1,alpha=2'];
    const settings = ['concat', 'gated'].map(
      (kind) =>
        new Map([
          ['model.fusion.kind', kind],
          ['loss.alpha', '2'],
        ]),
    );
    expect(readableNames(names, settings)).toEqual(['fusion.kind=concat', 'fusion.kind=gated']);
    expect(readableNames(['mel', 'kind=gated'], settings)).toEqual(['mel', 'kind=gated']);
  });

  it('are letters where they are long', () => {
    expect(letterNames(['mel', 'lyrics'])).toEqual({
      names: ['mel', 'lyrics'],
      short: ['mel', 'lyrics'],
      key: null,
    });
    const long = Array.from({ length: 28 }, (_, i) => `a name that is long enough for a letter ${i}`);
    const { names, short } = letterNames(long);
    expect([short[0], short[25], short[26], short[27]]).toEqual(['A', 'Z', 'AA', 'AB']);
    expect(names[1]).toBe(`B: ${long[1]}`);
  });
});
