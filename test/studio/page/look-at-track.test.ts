/** What a tagger sees, computed in the page; and the verdict of a classifier with its votes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWav } from '../../../src/audio/encode/wav.js';
import { loadEngine } from '../../../src/engine/engine.js';
import { openPredictor } from '../../../src/hub/model-folder.js';
import { Tagger } from '../../../src/models/tagger.js';
import { BROWSER, launchChromium } from '../../chromium.js';
import { writeLittleModel } from '../../models/little-model.js';
import { sing, VOICE_RATE } from '../../transcription/voice.js';
import { type RunningStudio, startStudio } from '../server/running.js';
import { openStudio } from './fake-microphone.js';

/** Two notes. */
const SAMPLES = sing(
  [
    { onset: 0.2, offset: 2, pitch: 60 },
    { onset: 2.2, offset: 4, pitch: 67 },
  ],
  4.5,
);

describe.skipIf(!BROWSER)('a track in the studio', () => {
  let folder: string;
  let studio: RunningStudio;
  let browser: Browser;
  beforeAll(async () => {
    await loadEngine();
    folder = await mkdtemp(join(tmpdir(), 'polytag-studio-page-'));
    await writeLittleModel(join(folder, 'tagger'), ['slow', 'fast', 'loud'], 'tagging');
    await writeLittleModel(join(folder, 'piano'), ['other', 'piano'], 'classification');
    await writeFile(join(folder, 'song.wav'), encodeWav([SAMPLES], VOICE_RATE));
    studio = await startStudio({
      models: { tagger: join(folder, 'tagger'), piano: join(folder, 'piano') },
    });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await studio?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const choose = (page: Page, button: string): Promise<void> =>
    page.setInputFiles(`label:has-text("${button}") input`, join(folder, 'song.wav'));

  it('is tagged in the page as in Node, and not uploaded', async () => {
    const { page, complaints, requests } = await openStudio(browser, studio.link);
    const before = requests.length;
    await choose(page, 'See its tags');
    await page.waitForSelector('.top-tags', { timeout: 60_000 });
    const shown = await page.locator('.top-tags li').allInnerTexts();
    const predictor = await openPredictor(join(folder, 'tagger'));
    const tagger = new Tagger(predictor, []);
    const { tags } = tagger.tag({ samples: SAMPLES, sampleRate: VOICE_RATE });
    tagger.dispose();
    expect(shown.map((text) => text.split('\n').filter(Boolean))).toEqual(
      tags.map(({ label, score }) => [label, score.toFixed(2)]),
    );
    expect(await page.locator('main > p.muted').first().innerText()).toMatch(
      /on WebAssembly, in this page: nothing was uploaded/,
    );
    expect(await page.locator('figcaption').allInnerTexts()).toEqual([
      'Waveform',
      'Mel spectrogram',
      'Tags over time',
      'Attention on mel, 2 heads',
    ]);
    expect(requests.slice(before).some((address) => address.includes('/api/jobs'))).toBe(false);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('gets a verdict with votes second by second', async () => {
    const { page, complaints } = await openStudio(browser, studio.link, { width: 400, colorScheme: 'dark' });
    await choose(page, 'Choose a recording');
    await page.waitForSelector('.verdict', { timeout: 60_000 });
    expect(await page.locator('.verdict .class').innerText()).toMatch(/^(Other|Piano)$/);
    expect(await page.locator('.verdict p').nth(1).innerText()).toMatch(
      /^\d of 5 random snippets are for (other|piano); mean probability \d+ %/,
    );
    expect(await page.locator('.verdict canvas').getAttribute('aria-label')).toMatch(
      /Drawing of (other|piano)/,
    );
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('by a link that is refused is a sentence', async () => {
    const { page } = await openStudio(browser, studio.link);
    await page.fill('form:has-text("Check link") input', 'http://127.0.0.1:1/song.mp3');
    await page.click('button:has-text("Check link")');
    await page.waitForSelector('.error');
    expect(await page.locator('.error').innerText()).toMatch(/not a public address/);
    await page.close();
  });
});
