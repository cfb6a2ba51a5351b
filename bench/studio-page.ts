/**
 * The studio's page in Chromium, as docs/studio.md has it: how much is loaded before a recording, when the page is first
 * painted, how many frames a second the piano roll of 10,000 notes scrolls and zooms at, and how long a recording takes to be
 * tagged in the page. Run it by `npm run bench:studio-page -- RECORDING`, after the set-up and
 * `npx polytag models pull musicnn-mtt`.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { randomGenerator } from '../src/base/random.js';
import { emptyProject } from '../src/studio/project/from-transcription.js';
import type { Project } from '../src/studio/project/schema.js';
import { launchChromium } from '../test/chromium.js';

const [recording] = process.argv.slice(2);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const NOTES = 10_000;
/** Frames that are drawn while the roll scrolls, and while it zooms. */
const FRAMES = 240;

/** Sixteenths over five octaves in 625 bars. */
function manyNotes(): Project {
  const random = randomGenerator(1, 'notes');
  const empty = emptyProject('Ten thousand notes', NOTES / 16);
  const notes = Array.from({ length: NOTES }, (_, i) => ({
    ...{ id: `n${i + 10}`, start: 120 * i, length: 240, pitch: 36 + random.integer(60), velocity: 90 },
  }));
  const [melody] = empty.tracks;
  const clips = [{ ...melody.clips[0], notes }];
  return { ...empty, tracks: [{ ...melody, clips }], next_id: NOTES + 10 };
}

const folder = await mkdtemp(join(tmpdir(), 'polytag-studio-'));
// npm runs this in the folder of the package.
const studio = spawn(process.execPath, ['bin/polytag.js', 'studio', '--port', '0', '--project', folder]);
const link = await new Promise<string>((resolve) =>
  studio.stdout.once('data', (text) => resolve(String(text).trim())),
);
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const loaded: Promise<number>[] = [];
  page.on('response', (response) => {
    if (/\.(js|css|wasm)$/.test(response.url()))
      loaded.push(response.body().then((body) => gzipSync(body).length));
  });
  await page.goto(link);
  await page.waitForSelector('.record');
  const paint = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0].startTime,
  );
  const bytes = (await Promise.all(loaded)).reduce((sum, size) => sum + size, 0);
  print(
    `first paint ${Math.round(paint)} ms; ${(bytes / 1000).toFixed(0)} kB of scripts, compressed, before a recording`,
  );

  const created = await fetch(`${link}api/projects`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(manyNotes()),
  });
  const { id } = (await created.json()) as { id: string };
  await page.goto(`${link}#/project/${id}`);
  await page.reload();
  await page.waitForSelector('.editor canvas');
  for (const what of ['scrolls', 'zooms'] as const) {
    const rate = await page.evaluate(
      async ({ frames, zooms }) => {
        const roll = document.querySelector('.scroller')!;
        const began = performance.now();
        for (let i = 0; i < frames; i++) {
          if (zooms)
            roll.dispatchEvent(
              new WheelEvent('wheel', { ctrlKey: true, deltaY: i % 80 < 40 ? 15 : -15, cancelable: true }),
            );
          else roll.scrollLeft = 60 * i;
          await new Promise((resolve) => requestAnimationFrame(resolve));
        }
        return (1000 * frames) / (performance.now() - began);
      },
      { frames: FRAMES, zooms: what === 'zooms' },
    );
    print(`${NOTES} notes: ${what} at ${rate.toFixed(1)} frames a second`);
  }

  if (recording !== undefined) {
    await page.goto(link);
    await page.waitForSelector('.record');
    await page.setInputFiles('label:has-text("See its tags") input', recording);
    await page.waitForSelector('.top-tags', { timeout: 300_000 });
    print(await page.locator('main > p.muted').first().innerText());
  }
} finally {
  await browser.close();
  studio.kill('SIGINT');
  await new Promise((resolve) => studio.once('exit', resolve));
  await rm(folder, { recursive: true, force: true });
}
