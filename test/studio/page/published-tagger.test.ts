/** The studio with musicnn-mtt, the tagger that it has unless another is given: for hums, and in the page. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWav } from '../../../src/audio/encode/wav.js';
import { messageOf } from '../../../src/base/errors.js';
import { loadEngine } from '../../../src/engine/engine.js';
import { openPredictor } from '../../../src/hub/model-folder.js';
import { pullModels } from '../../../src/hub/pull.js';
import { cachedModels, findModel } from '../../../src/hub/store.js';
import { Tagger } from '../../../src/models/tagger.js';
import type { Project } from '../../../src/studio/project/schema.js';
import { BROWSER, launchChromium } from '../../chromium.js';
import { sing, VOICE_RATE } from '../../transcription/voice.js';
import { type RunningStudio, runJob, startStudio } from '../server/running.js';
import { openStudio } from './fake-microphone.js';

const MODEL = 'musicnn-mtt';

/** Says why the model is not here, once it could not be fetched. */
async function problemOf(): Promise<string | null> {
  if ((await cachedModels()).includes(MODEL)) return null;
  try {
    await pullModels([MODEL], { log: () => {} });
    return null;
  } catch (error) {
    return `${MODEL} cannot be fetched: ${messageOf(error)}`;
  }
}
const problem = await problemOf();
if (problem) process.stderr.write(`${problem}\n`);

/** A melody of eight notes, longer than a window of the model. */
const SAMPLES = sing(
  [60, 62, 64, 60, 64, 65, 67, 60].map((pitch, i) => ({ onset: 0.2 + i, offset: 1 + i, pitch })),
  8.5,
);

describe.skipIf(problem !== null)('the published tagger', () => {
  let studio: RunningStudio;
  let tags: { label: string; score: number }[];
  beforeAll(async () => {
    await loadEngine();
    const tagger = new Tagger(await openPredictor(await findModel(MODEL)), []);
    ({ tags } = tagger.tag({ samples: SAMPLES, sampleRate: VOICE_RATE }));
    tagger.dispose();
    studio = await startStudio();
  }, 120_000);
  afterAll(() => studio?.stop());

  it('decides the style of a hum by its tags', async () => {
    const body = Buffer.from(encodeWav([SAMPLES], VOICE_RATE));
    const { event, data } = await runJob(studio.origin, '/api/jobs/recognise?name=hum.wav', { body });
    expect(event).toBe('result');
    const { project, warnings } = data as unknown as { project: Project; warnings: string[] };
    expect(warnings).toEqual([]);
    expect(project.style.chosen_by).toBe('tagger');
    expect(project.style.tags).toHaveLength(10);
    for (const [i, { tag, score }] of project.style.tags.entries()) {
      expect(score).toBeCloseTo(tags.find(({ label }) => label === tag)!.score, 2);
      if (i > 0) expect(score).toBeLessThanOrEqual(project.style.tags[i - 1].score);
    }
  }, 120_000);

  it.skipIf(!BROWSER)(
    'gives a page the tags that it gives in Node',
    async () => {
      const browser: Browser = await launchChromium();
      try {
        const { page, complaints, requests } = await openStudio(browser, studio.link);
        const before = requests.length;
        await page.setInputFiles('label:has-text("See its tags") input', {
          name: 'song.wav',
          mimeType: 'audio/wav',
          buffer: Buffer.from(encodeWav([SAMPLES], VOICE_RATE)),
        });
        await page.waitForSelector('.top-tags', { timeout: 90_000 });
        const shown = await page.locator('.top-tags li').allInnerTexts();
        const known = new Map(tags.map(({ label, score }) => [label, score]));
        expect(shown).toHaveLength(12);
        for (const text of shown) {
          const [label, score] = text.split('\n').filter(Boolean);
          expect(Math.abs(Number(score) - known.get(label)!)).toBeLessThan(0.011);
        }
        expect(shown[0].split('\n')[0]).toBe(tags[0].label);
        expect(await page.locator('figcaption').allInnerTexts()).toEqual([
          'Waveform',
          'Mel spectrogram',
          'Tags over time',
        ]);
        expect(requests.slice(before).some((address) => address.includes('/api/jobs'))).toBe(false);
        expect(complaints).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    150_000,
  );
});
