/** The studio by keyboard alone, and what a screen reader is told. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWav } from '../../../src/audio/encode/wav.js';
import type { Project } from '../../../src/studio/project/schema.js';
import { playedNotes } from '../../../src/studio/project/timeline.js';
import { BROWSER } from '../../chromium.js';
import { sing } from '../../transcription/voice.js';
import { readScore } from '../read-score.js';
import { type RunningStudio, startStudio } from '../server/running.js';
import { launchWithMicrophone, openStudio, playedPeak } from './fake-microphone.js';

const RATE = 48_000;
const TUNE = [60, 62, 64, 65].map((pitch, i) => ({ onset: 0.6 + 0.6 * i, offset: 1.1 + 0.6 * i, pitch }));
const SCALE = 'X:1\nT:Scale\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|\n';

/** Most presses of Tab from one end of a view to the other. */
const MOST_TABS = 120;

/** What has the focus. */
interface Focused {
  role: string;
  name: string;
}

/** Role and name of what has the focus, as Chromium tells them to a screen reader. */
async function focused(page: Page): Promise<Focused> {
  const session = await page.context().newCDPSession(page);
  const { result } = await session.send('Runtime.evaluate', { expression: 'document.activeElement' });
  const { nodes } = await session.send('Accessibility.getPartialAXTree', {
    objectId: result.objectId,
    fetchRelatives: false,
  });
  await session.detach();
  return { role: String(nodes[0].role?.value ?? ''), name: String(nodes[0].name?.value ?? '') };
}

/** Presses Tab until something has the focus. Fails with what had it on the way where nothing does. */
async function tabTo(page: Page, role: string, name: RegExp, key = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < MOST_TABS; i++) {
    await page.keyboard.press(key);
    const now = await focused(page);
    if (now.role === role && name.test(now.name)) return;
    passed.push(`${now.role} "${now.name}"`);
  }
  throw new Error(`${key} does not lead to ${role} ${name}, only to: ${passed.join(', ')}.`);
}

/** Controls and pictures of a view with their roles and names, from Chromium's accessibility tree. */
async function told(page: Page): Promise<Focused[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes
    .filter(({ ignored }) => !ignored)
    .map(({ role, name }) => ({ role: String(role?.value ?? ''), name: String(name?.value ?? '') }));
}

/** Roles that say nothing without a name. */
const NAMED =
  /^(button|checkbox|combobox|image|link|meter|progressbar|radio|region|slider|spinbutton|textbox|toolbar)$/i;

describe.skipIf(!BROWSER)('the studio by keyboard', () => {
  let folder: string;
  let studio: RunningStudio;
  let browser: Browser;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'polytag-studio-keys-'));
    await writeFile(join(folder, 'hum.wav'), encodeWav([sing(TUNE, 3.5, { glide: 0.04 }, RATE)], RATE));
    studio = await startStudio({ models: { tagger: 'none-here' } });
    browser = await launchWithMicrophone(join(folder, 'hum.wav'));
  });
  afterAll(async () => {
    await browser?.close();
    await studio?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const openScale = async (page: Page): Promise<void> => {
    const buffer = Buffer.from(SCALE);
    await page.setInputFiles('input[type=file] >> nth=0', { name: 's.abc', mimeType: 'text/plain', buffer });
    await page.waitForSelector('.editor');
  };
  const saved = async (page: Page): Promise<Project> => {
    await page.waitForSelector('.status:has-text("Saved")');
    const [id] = /[0-9a-f]{16}$/.exec(page.url())!;
    const answer = await fetch(`${studio.origin}/api/projects/${id}`);
    return ((await answer.json()) as { project: Project }).project;
  };
  /** What a press of Enter on a button downloads. */
  const downloaded = async (page: Page): Promise<Uint8Array> => {
    const [file] = await Promise.all([
      page.waitForEvent('download', { timeout: 60_000 }),
      page.keyboard.press('Enter'),
    ]);
    return new Uint8Array(await readFile(await file.path()));
  };

  it('records, edits, accompanies, plays and leaves with files', { timeout: 180_000 }, async () => {
    const { page, complaints } = await openStudio(browser, studio.link);
    await tabTo(page, 'button', /^Record$/);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.record.recording');
    await page.waitForTimeout(1000 * (TUNE.at(-1)!.offset + 0.3));
    // The button that starts is the one that stops.
    expect(await focused(page)).toEqual({ role: 'button', name: 'Stop and make notes' });
    await page.keyboard.press('Enter');
    await page.waitForSelector('.editor', { timeout: 60_000 });
    expect(await focused(page)).toMatchObject({ role: 'heading', name: expect.stringMatching(/^hum-/) });
    expect(playedNotes(await saved(page)).map(({ note }) => note.pitch)).toEqual([60, 62, 64, 65]);

    // The second note a third higher and longer, and one more after the last.
    await tabTo(page, 'region', /^Piano roll of hum-.* No note selected\.$/);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect((await focused(page)).name).toMatch(/D4, bar 1, beat 2, 1 quarter\.$/);
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowUp');
    for (let i = 0; i < 2; i++) await page.keyboard.press('Tab');
    await page.keyboard.press('n');
    await page.keyboard.press('ArrowUp');
    const edited = playedNotes(await saved(page)).map(({ note }) => note.pitch);
    expect(edited).toEqual([60, 65, 64, 65, 66]);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+Shift+z');

    // Escape lets the keyboard go on without a step through every note.
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect((await focused(page)).name).not.toMatch(/^Piano roll/);
    await tabTo(page, 'button', /^folk$/, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.styles button[aria-pressed=true]');
    const accompanied = await saved(page);
    expect(accompanied.tracks.map(({ role }) => role)).toEqual(['melody', 'chords', 'bass', 'drums']);

    await tabTo(page, 'button', /^▶ Play$/, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.transport .time:has-text("0:01")', { timeout: 20_000 });
    expect(await playedPeak(page)).toBeGreaterThan(0.01);
    expect((await focused(page)).name).toMatch(/Stop$/);
    await page.keyboard.press('Enter');

    await tabTo(page, 'button', /^MP3$/);
    const mp3 = await downloaded(page);
    expect([...mp3.subarray(0, 3)].map((code) => String.fromCharCode(code)).join('')).toBe('ID3');
    expect(await focused(page)).toMatchObject({ role: 'button', name: 'MP3' });
    await tabTo(page, 'button', /^MusicXML$/);
    const [melody] = readScore(new TextDecoder().decode(await downloaded(page)));
    expect(melody.map(([, , pitch]) => pitch)).toEqual(edited);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('leaves the roll by Tab after the last note, and before the first', async () => {
    const { page } = await openStudio(browser, studio.link);
    await openScale(page);
    await tabTo(page, 'region', /^Piano roll of Scale/);
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press('Tab');
      expect((await focused(page)).name).toMatch(/^Piano roll of Scale.*, 1 quarter\.$/);
    }
    await page.keyboard.press('Tab');
    expect((await focused(page)).name).toBe('Score');
    await page.keyboard.press('Shift+Tab');
    for (let i = 0; i < 8; i++) await page.keyboard.press('Shift+Tab');
    expect((await focused(page)).name).toMatch(/C4, bar 1, beat 1, 1 quarter\.$/);
    await page.keyboard.press('Shift+Tab');
    expect((await focused(page)).name).not.toMatch(/^Piano roll/);
    await page.close();
  });

  it('adds a note after the last of a full bar, and the piece grows with it', async () => {
    const { page } = await openStudio(browser, studio.link);
    await openScale(page);
    await tabTo(page, 'region', /^Piano roll of Scale/);
    for (let i = 0; i < 8; i++) await page.keyboard.press('Tab');
    await page.keyboard.press('n');
    await page.keyboard.press('ArrowUp');
    const grown = await saved(page);
    expect(grown.passages.map(({ bars }) => bars)).toEqual([3]);
    expect(playedNotes(grown).map(({ note }) => note.pitch)).toEqual([60, 62, 64, 65, 67, 69, 71, 72, 73]);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    expect((await saved(page)).passages.map(({ bars }) => bars)).toEqual([2]);
    await page.close();
  });

  it('has a heading, and a name for all that needs one, in every view', { timeout: 90_000 }, async () => {
    const { page } = await openStudio(browser, studio.link);
    const expectNames = async (view: string): Promise<void> => {
      const nodes = await told(page);
      expect([view, nodes.filter(({ role, name }) => NAMED.test(role) && name.trim() === '')]).toEqual([
        view,
        [],
      ]);
      expect([view, nodes.filter(({ role }) => role === 'main').length]).toEqual([view, 1]);
      expect([view, await page.locator('h1').count()]).toEqual([view, 1]);
      // Names that are the same say nothing about which is which.
      const buttons = nodes.filter(({ role }) => role === 'button').map(({ name }) => name);
      const twice = buttons.filter((name, i) => buttons.indexOf(name) !== i);
      expect([view, twice]).toEqual([view, []]);
    };
    await page.click('summary:has-text("How notes are found")');
    await expectNames('home');
    await page.click('button:has-text("Record")');
    await page.waitForSelector('.record.recording');
    await expectNames('recording');
    await page.click('button:has-text("Discard")');
    await page.setInputFiles('input[type=file] >> nth=0', join(folder, 'hum.wav'));
    await page.waitForSelector('.editor', { timeout: 30_000 });
    await page.click('.styles button:has-text("pop")');
    for (const summary of await page.locator('summary').all()) await summary.click();
    await page.waitForSelector('.sheet svg', { timeout: 60_000 });
    await expectNames('editor');
    await page.click('button:has-text("← Pieces")');
    await page.setInputFiles('label:has-text("See its tags") input', join(folder, 'hum.wav'));
    await page.waitForSelector('.error', { timeout: 60_000 });
    await expectNames('tags');
    await page.close();
  });

  it('prints the score with its title where it is open, and the page where it is not', async () => {
    const { page } = await openStudio(browser, studio.link, { colorScheme: 'dark' });
    await openScale(page);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.editor header').isVisible()).toBe(true);
    await page.emulateMedia({ media: 'screen' });
    await page.click('.score summary');
    await page.waitForSelector('.sheet svg', { timeout: 60_000 });
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.editor header').isVisible()).toBe(false);
    expect(await page.locator('.sheet').isVisible()).toBe(true);
    expect(await page.locator('.sheet').innerText()).toContain('Scale');
    await page.close();
  });
});
