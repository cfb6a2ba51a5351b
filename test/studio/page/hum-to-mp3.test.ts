/** The studio in Chromium, as a person uses it: hum, edit, accompany, play, and leave with an MP3 and a score. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeAudio } from '../../../src/audio/decode.js';
import { encodeWav } from '../../../src/audio/encode/wav.js';
import type { Project } from '../../../src/studio/project/schema.js';
import { playedNotes, secondsOf } from '../../../src/studio/project/timeline.js';
import { transcribe } from '../../../src/transcription/transcribe.js';
import { BROWSER } from '../../chromium.js';
import { sing } from '../../transcription/voice.js';
import { readScore } from '../read-score.js';
import { type RunningStudio, startStudio } from '../server/running.js';
import { launchWithMicrophone, openStudio, playedPeak } from './fake-microphone.js';

/** Frère Jacques, twice the first bar, twice the second, at 100 quarters a minute. */
const TUNE = [60, 62, 64, 60, 60, 62, 64, 60, 64, 65, 67].map((pitch, i) => ({
  onset: 0.6 + 0.6 * i,
  offset: 0.6 + 0.6 * i + 0.5,
  pitch: pitch + 0.2,
}));

const RATE = 48_000;
const SECONDS = 8;

describe.skipIf(!BROWSER)('the studio in Chromium', () => {
  let folder: string;
  let studio: RunningStudio;
  let browser: Browser;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'polytag-studio-page-'));
    const wav = join(folder, 'hum.wav');
    await writeFile(wav, encodeWav([sing(TUNE, SECONDS, { glide: 0.04, vibrato: 0.2 }, RATE)], RATE));
    studio = await startStudio();
    browser = await launchWithMicrophone(wav);
  });
  afterAll(async () => {
    await browser?.close();
    await studio?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The project as it is saved, once everything is. */
  const savedProject = async (page: Page): Promise<Project> => {
    await page.waitForSelector('.status:has-text("Saved")');
    const id = /#\/project\/([0-9a-f]{16})$/.exec(page.url())![1];
    const answer = await fetch(`${studio.origin}/api/projects/${id}`);
    return ((await answer.json()) as { project: Project }).project;
  };

  /** What a button of the last section writes. */
  const download = async (page: Page, name: string): Promise<Uint8Array> => {
    const [file] = await Promise.all([
      page.waitForEvent('download', { timeout: 60_000 }),
      page.click(`.leave button:has-text("${name}")`),
    ]);
    return new Uint8Array(await readFile(await file.path()));
  };

  it('makes an MP3 and a score of a hum', { timeout: 180_000 }, async () => {
    const { page, complaints, requests } = await openStudio(browser, studio.link);
    const scripts = new Set(requests.filter((address) => /\.(js|wasm|css)$/.test(address)));
    let compressed = 0;
    for (const address of scripts)
      compressed += gzipSync(new Uint8Array(await (await fetch(address)).arrayBuffer())).length;
    expect(compressed).toBeLessThan(400e3);

    await page.click('button:has-text("Record")');
    await page.waitForSelector('.record.recording');
    await page.waitForSelector('.record .pitch:has-text("C4")');
    expect(await page.locator('.record p.muted').innerText()).toMatch(/^Off: echo cancellation, noise/);
    await page.waitForTimeout(1000 * (TUNE.at(-1)!.offset + 0.3));
    await page.click('button:has-text("Stop and make notes")');
    await page.waitForSelector('.editor', { timeout: 60_000 });
    const hummed = await savedProject(page);
    expect(playedNotes(hummed).map(({ note }) => note.pitch)).toEqual(TUNE.map(({ pitch }) => pitch - 0.2));

    // The first note an octave lower by keys alone, and taken back, and done again.
    await page.focus('.scroller');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+Shift+z');
    await page.keyboard.press('ArrowDown');
    await page.click('.styles button:has-text("folk")');
    await page.selectOption('.track select >> nth=0', { label: 'Flute' });
    const edited = await savedProject(page);
    expect(edited.tracks.map(({ role }) => role)).toEqual(['melody', 'chords', 'bass', 'drums']);
    expect(edited.tracks[0].tone.program).toBe(73);
    const [first] = playedNotes(edited, [edited.tracks[0]]);
    expect(first.note.pitch).toBe(58);

    await page.click('button:has-text("▶ Play")');
    await page.waitForSelector('.transport .time:has-text("0:02")', { timeout: 20_000 });
    expect(await playedPeak(page)).toBeGreaterThan(0.01);
    await page.click('button:has-text("■ Stop")');
    // The better bank, of which the piece's instruments are unpacked first.
    if ((await page.locator('.transport option[value=fluid-r3-mono]').count()) > 0) {
      await page.selectOption('.transport select:has(option[value=sonivox])', 'fluid-r3-mono');
      await expect.poll(() => playedPeak(page), { timeout: 10_000 }).toBeLessThan(0.001);
      await page.click('button:has-text("▶ Play")');
      await page.waitForSelector('.transport .time:has-text("0:04")', { timeout: 60_000 });
      expect(await playedPeak(page)).toBeGreaterThan(0.01);
      await page.click('button:has-text("■ Stop")');
    }

    await page.click('.score summary');
    await page.waitForSelector('.sheet svg g.note', { timeout: 60_000 });
    await page.click('button:has-text("▶ Play")');
    await page.waitForSelector('.sheet g.sounding', { timeout: 20_000 });
    await page.click('button:has-text("■ Stop")');

    const score = readScore(new TextDecoder().decode(await download(page, 'MusicXML')));
    for (const [i, track] of edited.tracks.entries())
      expect(score[i].map(([start, , pitch]) => [start, pitch])).toEqual(
        playedNotes(edited, [track]).map(({ start, note }) => [start, note.pitch]),
      );

    // The melody alone, whose pitch can be followed, by the piano: over the soft beginnings of a flute the note before rings on.
    await page.selectOption('.track select >> nth=0', { label: 'Grand piano' });
    await page.click('button[aria-label="Solo Melody"]');
    await savedProject(page);
    expect(await shareInTune(await download(page, 'MP3'), edited)).toBeGreaterThanOrEqual(0.98);
    expect(complaints).toEqual([]);
    expect(
      requests.filter((address) => !address.startsWith(studio.origin) && !/^(blob|data):/.test(address)),
    ).toEqual([]);
    await page.close();
  });

  it.each([
    [1280, 'light'],
    [400, 'dark'],
  ] as const)('fits a window of %i pixels, %s', async (width, colorScheme) => {
    const { page, complaints } = await openStudio(browser, studio.link, { width, colorScheme });
    await page.setInputFiles('input[type=file] >> nth=0', {
      name: 'tune.abc',
      mimeType: 'text/plain',
      buffer: Buffer.from('X:1\nT:Tune\nM:4/4\nL:1/4\nK:G\nGABG|GABG|Bcd2|Bcd2|\n'),
    });
    await page.waitForSelector('.editor');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('says what is wrong with a file', async () => {
    const { page } = await openStudio(browser, studio.link);
    await page.setInputFiles('input[type=file] >> nth=0', {
      name: 'song.mp3',
      mimeType: 'audio/mpeg',
      buffer: Buffer.from('not a recording'),
    });
    await page.waitForSelector('.error');
    expect(await page.locator('.error').innerText()).toMatch(/song\.mp3/);
    expect(await page.locator('button:has-text("Record")').isEnabled()).toBe(true);
    await page.close();
  });

  it('does not overwrite what another page has saved', async () => {
    const { page: one } = await openStudio(browser, studio.link);
    await one.click('.projects .open >> nth=0');
    await one.waitForSelector('.editor');
    const { page: other } = await openStudio(browser, studio.link);
    await other.goto(one.url());
    await other.reload();
    await other.waitForSelector('.editor');
    await other.fill('input[name=title]', 'Theirs');
    await other.keyboard.press('Enter');
    expect((await savedProject(other)).title).toBe('Theirs');
    await one.fill('input[name=title]', 'Mine');
    await one.keyboard.press('Enter');
    await one.click('button:has-text("Keep mine as a copy")');
    await one.waitForSelector('.status:has-text("Saved as a copy")');
    expect((await savedProject(other)).title).toBe('Theirs');
    await one.close();
    await other.close();
  });
});

/** Share of the voiced frames of a recording, inside of notes, that lie within 20 cents of the project's melody. */
async function shareInTune(mp3: Uint8Array, project: Project): Promise<number> {
  const { channels, sampleRate } = await decodeAudio(mp3, { mono: true });
  const { f0 } = await transcribe({ samples: channels[0], sampleRate });
  const notes = playedNotes(project, [project.tracks[0]]).map(({ start, end, note }) => ({
    from: secondsOf(project, start),
    to: secondsOf(project, end),
    pitch: note.pitch,
  }));
  let [all, right] = [0, 0];
  for (const [t, hz] of f0.hz.entries()) {
    if (f0.voiced[t] !== 1) continue;
    const at = t * f0.hop;
    const sounding = notes.find(({ from, to }) => at >= from && at < to);
    if (!sounding) continue;
    all++;
    if (Math.abs(69 + 12 * Math.log2(hz / 440) - sounding.pitch) <= 0.2) right++;
  }
  expect(all).toBeGreaterThan(100);
  return right / all;
}
