/** A page that plays a piece, as a string and in a browser. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeAudio } from '../../../src/audio/encode/encode.js';
import { readBank } from '../../../src/data/synth/instruments/banks.js';
import { accompany } from '../../../src/studio/arrangement/accompany.js';
import { projectPage } from '../../../src/studio/exchange/project-page.js';
import type { Project } from '../../../src/studio/project/schema.js';
import { playedNotes } from '../../../src/studio/project/timeline.js';
import { renderProject } from '../../../src/studio/render/render.js';
import { scoreSvg } from '../../../src/studio/score/score.js';
import { BROWSER, launchChromium, openDrawn } from '../../chromium.js';
import { folkTunes } from '../folk-tunes.js';
import { madeProject } from '../made-projects.js';

describe('the page', () => {
  const mp3 = Uint8Array.of(0xff, 0xfb, 1, 2, 3);

  it('escapes what a project names, and holds its sound', () => {
    const project = madeProject({ a: 1 }, [{ name: '<b>"x"</b>', notes: { a: [[0, 1, 60]] } }], {
      title: '</script><img src=x>',
      passages: [{ id: 'a', name: '<A>', bars: 1 }],
    });
    const page = projectPage({ project, mp3 });
    expect(page).not.toMatch(/<img|<b>"x|<A>/);
    expect(page).toContain('data:audio/mpeg;base64,//sBAgM=');
    expect(page.match(/class="note /g)).toHaveLength(1);
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  });

  it('of nothing that sounds is a page as well', () => {
    expect(projectPage({ project: madeProject({ a: 1 }, []), mp3 })).toContain('<svg viewBox');
  });
});

describe.skipIf(!BROWSER)('in a browser', () => {
  let browser: Browser;
  let folder: string;
  let project: Project;
  beforeAll(async () => {
    browser = await launchChromium();
    folder = await mkdtemp(join(tmpdir(), 'polytag-'));
    project = { ...accompany((await folkTunes())[7], 'folk'), tempo: 150 };
    const rendered = await renderProject(project, await readBank('sonivox'));
    const mp3 = await encodeAudio(rendered, 'mp3', { bitRate: 128, gapless: true });
    const score = await scoreSvg(project, { width: 900 });
    await writeFile(join(folder, 'piece.html'), projectPage({ project, mp3, score }));
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    [1280, 'light'],
    [1280, 'dark'],
    [400, 'light'],
    [400, 'dark'],
  ] as const)(
    '%i pixels wide, %s: plays, marks what sounds, and says nothing on the console',
    async (width, colorScheme) => {
      const { page, complaints } = await openDrawn(browser, join(folder, 'piece.html'), {
        width,
        colorScheme,
      });
      expect(await page.locator('.roll rect.note').count()).toBe(playedNotes(project).length);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      await page.evaluate(() => document.querySelector('audio')!.play());
      await page.waitForFunction(() => document.querySelector('audio')!.currentTime > 0.9, undefined, {
        timeout: 20_000,
      });
      expect(await page.locator('.roll rect.on').count()).toBeGreaterThan(0);
      expect(await page.locator('.score g.note.on').count()).toBeGreaterThan(0);
      await page.evaluate(() => document.querySelector('audio')!.pause());
      if (process.env.POLYTAG_SCREENSHOTS)
        await page.screenshot({
          path: join(process.env.POLYTAG_SCREENSHOTS, `piece-${width}-${colorScheme}.png`),
          fullPage: true,
        });
      const roll = page.locator('.roll svg');
      await roll.click({ position: { x: 200, y: 60 } });
      expect(await page.evaluate(() => document.querySelector('audio')!.currentTime)).toBeGreaterThan(1);
      expect(complaints).toEqual([]);
      await page.close();
    },
    60_000,
  );
});
