/** What a person does not lose in the studio's page: a recording, edits, and what can be undone. */
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
import { type RunningStudio, startStudio } from '../server/running.js';
import { launchWithMicrophone, openStudio } from './fake-microphone.js';

const RATE = 48_000;
const TUNE = [60, 62, 64, 65].map((pitch, i) => ({ onset: 0.5 + 0.6 * i, offset: 1 + 0.6 * i, pitch }));
const ABC = 'X:1\nT:Tune\nM:4/4\nL:1/4\nK:G\nGABG|GABG|Bcd2|Bcd2|\n';

describe.skipIf(!BROWSER)('the page', () => {
  let folder: string;
  let studio: RunningStudio;
  let browser: Browser;
  let hum: Buffer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'polytag-studio-mishaps-'));
    hum = Buffer.from(encodeWav([sing(TUNE, 3.5, {}, RATE)], RATE));
    await writeFile(join(folder, 'hum.wav'), hum);
    studio = await startStudio({ models: { tagger: 'none-here' } });
    browser = await launchWithMicrophone(join(folder, 'hum.wav'));
  });
  afterAll(async () => {
    await browser?.close();
    await studio?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const choose = (page: Page, name: string, buffer: Buffer): Promise<void> =>
    page.setInputFiles('input[type=file] >> nth=0', { name, mimeType: 'application/octet-stream', buffer });

  const openTune = async (page: Page): Promise<string> => {
    await choose(page, 'tune.abc', Buffer.from(ABC));
    await page.waitForSelector('.editor');
    return /#\/project\/([0-9a-f]{16})$/.exec(page.url())![1];
  };
  const saved = async (id: string): Promise<Project> => {
    const answer = await fetch(`${studio.origin}/api/projects/${id}`);
    return ((await answer.json()) as { project: Project }).project;
  };
  const rename = async (page: Page, title: string): Promise<void> => {
    await page.fill('input[name=title]', title);
    await page.keyboard.press('Enter');
  };
  const record = async (page: Page, seconds: number): Promise<void> => {
    await page.click('button:has-text("Record")');
    await page.waitForSelector('.record.recording');
    await page.waitForTimeout(1000 * seconds);
    await page.click('button:has-text("Stop and make notes")');
  };

  it('ends the sending of a recording when it is cancelled', async () => {
    const { page } = await openStudio(browser, studio.link);
    let asked = 0;
    await page.route('**/api/jobs/recognise*', () => {
      asked++;
    });
    await choose(page, 'hum.wav', hum);
    await page.waitForSelector('.working:has-text("Sending")');
    await page.click('button:has-text("Cancel")');
    await page.waitForSelector('.home', { timeout: 3000 });
    expect(asked).toBe(1);
    expect(await page.locator('.error').count()).toBe(0);
    await page.close();
  });

  it('keeps a hum that the server did not take, to try again or to save', async () => {
    const { page } = await openStudio(browser, studio.link);
    await page.route('**/api/jobs/recognise*', (route) => route.abort());
    await page.check('label:has-text("Count me in") input[type=checkbox]');
    await page.fill('input[aria-label="Tempo of the count-in"]', '120');
    await record(page, 3);
    await page.waitForSelector('.home .error');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.click('button:has-text("Save the recording")'),
    ]);
    const bytes = await readFile(await file.path());
    expect(bytes.subarray(0, 4).toString()).toBe('RIFF');
    expect(bytes.length).toBeGreaterThan(2.5 * 44_100 * 3);
    await page.unroute('**/api/jobs/recognise*');
    const [request] = await Promise.all([
      page.waitForRequest('**/api/jobs/recognise*'),
      page.click('button:has-text("Try again")'),
    ]);
    // The tempo of the count-in is known, and not fitted to the notes.
    expect(JSON.parse(new URL(request.url()).searchParams.get('settings')!)).toEqual({ tempo: 120 });
    await page.waitForSelector('.editor', { timeout: 30_000 });
    await page.click('button:has-text("← Pieces")');
    await page.waitForSelector('.home');
    expect(await page.locator('button:has-text("Try again")').count()).toBe(0);
    await page.close();
  });

  it('opens no file that is dropped, but on the first view', async () => {
    const { page } = await openStudio(browser, studio.link);
    /** Drops a file on the body, beside all content. Returns whether the page has taken it from the browser. */
    const drop = (name: string, text: string): Promise<boolean> =>
      page.evaluate(
        ([fileName, content]) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([content], fileName));
          const at = { dataTransfer, bubbles: true, cancelable: true };
          const isOver = !document.body.dispatchEvent(new DragEvent('dragover', at));
          return isOver && !document.body.dispatchEvent(new DragEvent('drop', at));
        },
        [name, text],
      );
    expect(await drop('tune.abc', ABC)).toBe(true);
    await page.waitForSelector('.editor');
    const url = page.url();
    expect(await drop('other.abc', ABC)).toBe(true);
    await page.waitForTimeout(300);
    expect(page.url()).toBe(url);
    await page.close();
  });

  it('says before sending that a file is too large', async () => {
    const { page, requests } = await openStudio(browser, studio.link);
    const before = requests.length;
    await choose(page, 'huge.musicxml', Buffer.alloc(17e6, 32));
    await page.waitForSelector('.error:has-text("17.0 MB, and the studio takes 16.0 MB")');
    expect(requests.length).toBe(before);
    await page.close();
  });

  it('drops an old error when a recording begins', async () => {
    const { page } = await openStudio(browser, studio.link);
    await choose(page, 'song.mp3', Buffer.from('not a recording'));
    await page.waitForSelector('.error');
    await page.click('button:has-text("Record")');
    await page.waitForSelector('.record.recording');
    expect(await page.locator('.error').count()).toBe(0);
    await page.close();
  });

  it('can undo and redo after it was loaded again', async () => {
    const { page } = await openStudio(browser, studio.link);
    const id = await openTune(page);
    await rename(page, 'One');
    await rename(page, 'Two');
    await page.click('button:has-text("Undo")');
    await page.waitForSelector('.status:has-text("Saved")');
    await page.reload();
    await page.waitForSelector('.editor');
    expect(await page.inputValue('input[name=title]')).toBe('One');
    await page.click('button:has-text("Redo")');
    expect(await page.inputValue('input[name=title]')).toBe('Two');
    await page.click('button:has-text("Undo")');
    await page.click('button:has-text("Undo")');
    expect(await page.inputValue('input[name=title]')).toBe('Tune');
    await page.waitForSelector('.status:has-text("Saved")');
    expect((await saved(id)).title).toBe('Tune');
    // What was changed elsewhere since has no such history.
    const { revision, project } = (await (await fetch(`${studio.origin}/api/projects/${id}`)).json()) as {
      revision: string;
      project: Project;
    };
    await fetch(`${studio.origin}/api/projects/${id}`, {
      method: 'PUT',
      headers: { 'if-match': revision },
      body: JSON.stringify({ ...project, title: 'Elsewhere' }),
    });
    await page.reload();
    await page.waitForSelector('.editor');
    expect(await page.locator('button:has-text("Redo")').isDisabled()).toBe(true);
    await page.close();
  });

  it('does not leave a piece that cannot be saved, unless it is told to', async () => {
    const { page } = await openStudio(browser, studio.link);
    const id = await openTune(page);
    await page.route('**/api/projects/*', (route) =>
      route.request().method() === 'PUT' ? route.abort() : route.continue(),
    );
    await rename(page, 'Kept here');
    await page.click('button:has-text("← Pieces")');
    await page.waitForSelector('.notices:has-text("Your last changes are not saved")');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.click('.notices button:has-text("Save as a file")'),
    ]);
    expect((JSON.parse(await readFile(await file.path(), 'utf8')) as Project).title).toBe('Kept here');
    await page.click('button:has-text("Leave without saving")');
    await page.waitForSelector('.home');
    expect((await saved(id)).title).toBe('Tune');
    await page.close();
  });

  it('keeps a piece that was deleted elsewhere, as a copy', async () => {
    const { page } = await openStudio(browser, studio.link);
    const id = await openTune(page);
    await fetch(`${studio.origin}/api/projects/${id}`, { method: 'DELETE' });
    await rename(page, 'Mine');
    await page.waitForSelector('.notices:has-text("was deleted elsewhere")');
    expect(await page.locator('button:has-text("Open the other version")').count()).toBe(0);
    await page.click('button:has-text("Keep mine as a copy")');
    await page.waitForSelector('.status:has-text("Saved as a copy")');
    await page.click('button:has-text("← Pieces")');
    await page.waitForSelector('.projects:has-text("Mine (copy)")');
    await page.close();
  });

  it('shows the command that finds the notes again, and what is doubtful, whenever a piece is opened', async () => {
    const { page } = await openStudio(browser, studio.link);
    await page.click('summary:has-text("How notes are found")');
    await page.selectOption('label:has-text("--hold") select', '60');
    await choose(page, "my hum's.wav", hum);
    await page.waitForSelector('.editor', { timeout: 30_000 });
    const about = async (): Promise<string[]> => {
      await page.click('summary:has-text("What was recognised")');
      return page.locator('.about dl >> nth=0').locator('code, dd').allInnerTexts();
    };
    const first = await about();
    const command = first.find((text) => text.startsWith('npx'))!;
    expect(command).toMatch(/^npx polytag transcribe 'my hum'\\''s\.wav' --model pyin --hold 60 --grid 16 /);
    expect(first.some((text) => text.startsWith('The style stays folk'))).toBe(true);
    await page.reload();
    await page.waitForSelector('.editor');
    expect(await about()).toEqual(first);
    await page.click('button:has-text("← Pieces")');
    await page.click(`.projects .open:has-text("my hum's")`);
    await page.waitForSelector('.editor');
    expect(await about()).toEqual(first);
    await page.close();
  });

  it('gives a copy the recording too', async () => {
    const { page } = await openStudio(browser, studio.link);
    await choose(page, 'hum.wav', hum);
    await page.waitForSelector('.editor', { timeout: 30_000 });
    const id = /[0-9a-f]{16}$/.exec(page.url())![0];
    const { revision, project } = (await (await fetch(`${studio.origin}/api/projects/${id}`)).json()) as {
      revision: string;
      project: Project;
    };
    expect(playedNotes(project)).toHaveLength(4);
    await fetch(`${studio.origin}/api/projects/${id}`, {
      method: 'PUT',
      headers: { 'if-match': revision },
      body: JSON.stringify({ ...project, title: 'Theirs' }),
    });
    await rename(page, 'Mine');
    await page.click('button:has-text("Keep mine as a copy")');
    await page.waitForSelector('.status:has-text("Saved as a copy")');
    const entries = (await (await fetch(`${studio.origin}/api/projects`)).json()) as {
      id: string;
      title: string;
    }[];
    const copy = entries.find(({ title }) => title === 'Mine (copy)')!;
    const source = await fetch(`${studio.origin}/api/projects/${copy.id}/source`);
    expect(Buffer.from(await source.arrayBuffer()).equals(hum)).toBe(true);
    await page.close();
  });
});
