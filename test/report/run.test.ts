import { existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunReport } from '../../src/eval/run-report.js';
import { writeReport } from '../../src/report/pages/run/write.js';
import { launchChromium, openDrawn } from '../chromium.js';
import { HOSTILE, madeClassReport, madeReport } from '../eval/made-report.js';
import { isMissing } from '../requirements.js';

const noChromium = await isMissing('chromium');

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

  it('links the files of the run, whose paths are relative, and says the command that makes it again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'polytag-report-'));
    await writeFile(join(folder, 'config.yaml'), 'name: made');
    await writeReport(folder, madeReport({ rows: 80, labels: 12, songs: 40 }));
    const page = await readFile(join(folder, 'report.html'), 'utf8');
    const section = page.slice(page.indexOf('<section id="files">'));
    const links = [...section.matchAll(/<a href="([^"]+)"/g)].map(([, href]) => href);
    expect(links).toContain('config.yaml');
    for (const href of links.filter((name) => name !== 'metrics.json'))
      expect(existsSync(join(folder, href)), href).toBe(true);
    expect(page).toContain(`polytag run ${folder}/config.yaml --out ${folder}-again`);
  });

  it('shows no tokens that are no words as lyrics', async () => {
    const report = madeReport({ rows: 80, labels: 12, songs: 40, clips: 2 });
    const tokens = ['<start>', 'hello', '<unknown>'];
    const attention = [
      { branch: 'lyrics', heads: 1, steps: 3, weights: Float32Array.of(0.2, 0.5, 0.3), tokens },
    ];
    const { folder } = await write({
      ...report,
      examples: report.examples.map((example) => ({ ...example, attention, title: '' })),
    });
    const page = await readFile(join(folder, 'report.html'), 'utf8');
    expect(page).toContain('<span>hello</span>');
    expect(page.includes('&lt;start&gt;')).toBe(false);
    expect(page.includes('&lt;unknown&gt;')).toBe(false);
    expect(page).toMatch(/<h3>Clip \S+ /);
  });

  it('draws how many examples each class has, and says how good the verdict on votes is', async () => {
    const report = madeClassReport({ rows: 80 });
    const counts = (label: string, train: number) => ({ label, train, validation: 10, test: 20 });
    const { folder, files } = await write({
      ...report,
      metrics: {
        ...report.metrics,
        confusing: { margin: 0.4, precision: 0.9, recall: null, mixes: 50, recordings: 50, snippets: 20 },
      },
      distribution: [counts('happy', 70), counts(HOSTILE, 1200), counts('sad', 70), counts('calm', 170)],
    });
    const page = await readFile(join(folder, 'report.html'), 'utf8');
    expect(page).toContain('1,630 examples of 4 classes; the rarest has 100, the most frequent 1,230.');
    expect(page).toMatch(/A vote of 20 snippets counts as confusing where its margin is below 0\.4/);
    expect(page).not.toContain(HOSTILE);
    const figure = files.find((file) => file.endsWith('classes.svg'))!;
    const svg = await readFile(figure.startsWith('/') ? figure : join(folder, figure), 'utf8');
    expect(svg).toContain('validation');
    const { files: others } = await write(madeReport({ rows: 80, labels: 12, songs: 40 }));
    expect(others.some((file) => file.endsWith('classes.svg'))).toBe(false);
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

describe.skipIf(noChromium)('the page of a run in Chromium', () => {
  it('shows the chosen metric, label and curves', { timeout: 120_000 }, async () => {
    const { folder } = await write(madeReport({ rows: 200, labels: 56, songs: 90 }));
    const browser = await launchChromium();
    try {
      const { page, complaints } = await openDrawn(browser, join(folder, 'report.html'), { width: 1280 });
      const count = (selector: string): Promise<number> => page.locator(selector).count();
      expect(await count('.labels .ytick')).toBe(56);
      await page.fill('.labels [name=filter]', 'voice');
      await expect.poll(() => count('.labels .ytick')).toBe(3);
      const title = (): Promise<string | null> => page.textContent('.labels .xtitle');
      expect(await title()).toBe('ROC-AUC');
      await page.selectOption('.labels [name=metric]', { label: 'F1' });
      await expect.poll(title).toBe('F1');
      // Five labels and the diagonal.
      expect(await count('.curves .plot >> nth=0 >> .scatterlayer path.js-line')).toBe(6);
      await page.click('.chooser summary');
      await page.click('[name=none]');
      await expect.poll(() => count('.curves .plot >> nth=0 >> .scatterlayer path.js-line')).toBe(1);
      await page.check('.boxes label:first-child input');
      await expect.poll(() => count('.curves .plot >> nth=0 >> .scatterlayer path.js-line')).toBe(2);
      await page.selectOption('.scores [name=label]', '3');
      const pictures = await page.evaluate(() =>
        [...document.querySelectorAll('canvas')].map((canvas) => {
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
          return new Set(data).size;
        }),
      );
      expect(pictures.length).toBeGreaterThan(0);
      expect(Math.min(...pictures)).toBeGreaterThan(8);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
