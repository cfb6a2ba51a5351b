/** A disk that is full while a person edits: nothing is lost, the page says why, and saving goes on once there is space. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { encodeWav } from '../../../src/audio/encode/wav.js';
import type { Project } from '../../../src/studio/project/schema.js';
import { BROWSER, launchChromium } from '../../chromium.js';
import { sing, VOICE_RATE } from '../../transcription/voice.js';
import { exampleProject } from '../example.js';
import { type RunningStudio, runJob, startStudio } from '../server/running.js';
import { openStudio } from './fake-microphone.js';

/** Whether the disk is full: files can be opened, but nothing is written into them. */
const disk = vi.hoisted(() => ({ isFull: false }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const open: typeof real.open = async (path, flags, mode) => {
    const file = await real.open(path, flags, mode);
    if (disk.isFull && flags === 'w') {
      const refuse = async (): Promise<never> => {
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      };
      Object.assign(file, { writeFile: refuse, write: refuse });
    }
    return file;
  };
  return { ...real, open };
});

const SENTENCE = 'The disk of the studio’s server is full; free some space there and try again.';
const HUM = Buffer.from(encodeWav([sing([{ onset: 0.2, offset: 1, pitch: 60 }], 1.2)], VOICE_RATE));
const ABC = 'X:1\nT:Tune\nM:4/4\nL:1/4\nK:G\nGABG|GABG|\n';

let studio: RunningStudio;
beforeAll(async () => {
  studio = await startStudio({ models: { tagger: 'none-here' } });
});
afterEach(() => {
  disk.isFull = false;
});
afterAll(() => studio?.stop());

const create = async (): Promise<{ id: string; revision: string }> => {
  const body = JSON.stringify(exampleProject('Before'));
  return (await fetch(`${studio.origin}/api/projects`, { method: 'POST', body })).json() as Promise<{
    id: string;
    revision: string;
  }>;
};

describe('a server whose disk is full', () => {
  it('answers 507 with a sentence, keeps what was saved, and saves again later', async () => {
    const { id, revision } = await create();
    const put = async (title: string): Promise<{ status: number; body: unknown }> => {
      const answer = await fetch(`${studio.origin}/api/projects/${id}`, {
        method: 'PUT',
        headers: { 'if-match': revision },
        body: JSON.stringify(exampleProject(title)),
      });
      return { status: answer.status, body: await answer.json() };
    };
    const before = await readFile(join(studio.folder, id, 'project.json'), 'utf8');
    disk.isFull = true;
    expect(await put('Lost?')).toEqual({ status: 507, body: { error: SENTENCE } });
    const added = await fetch(`${studio.origin}/api/projects`, {
      method: 'POST',
      body: JSON.stringify(exampleProject('New')),
    });
    expect([added.status, await added.json()]).toEqual([507, { error: SENTENCE }]);
    const hum = await runJob(studio.origin, '/api/jobs/recognise?name=hum.wav', { body: HUM });
    expect(hum).toEqual({ event: 'failed', data: { error: SENTENCE } });
    expect(await readdir(join(studio.folder, id))).toEqual(['project.json']);
    expect(await readFile(join(studio.folder, id, 'project.json'), 'utf8')).toBe(before);
    expect((await readdir(studio.folder)).filter((name) => name.startsWith('.new'))).toEqual([]);
    expect(await readdir(join(studio.folder, '.jobs'))).toEqual([]);
    disk.isFull = false;
    expect((await put('After')).status).toBe(200);
    expect(studio.said).toEqual([]);
  });
});

describe.skipIf(!BROWSER)('the page of a server whose disk is full', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  const saved = async (id: string): Promise<Project> => {
    const answer = await fetch(`${studio.origin}/api/projects/${id}`);
    return ((await answer.json()) as { project: Project }).project;
  };
  const rename = async (page: Page, title: string): Promise<void> => {
    await page.fill('input[name=title]', title);
    await page.keyboard.press('Enter');
  };

  it('says so, keeps every edit, and saves all of them once there is space', async () => {
    const { id } = await create();
    const { page } = await openStudio(browser, studio.link);
    await page.goto(`${studio.link}#/project/${id}`);
    await page.reload();
    await page.waitForSelector('.editor');
    disk.isFull = true;
    await rename(page, 'One');
    await page.waitForSelector(`.notices[role=alert]:has-text("not saved yet: ${SENTENCE}")`);
    await page.click('.styles button:has-text("folk")');
    await page.waitForSelector('.status:has-text("Not saved")');
    expect((await saved(id)).title).toBe('Before');
    disk.isFull = false;
    await page
      .locator('.status')
      .filter({ hasText: /\bSaved$/ })
      .waitFor({ timeout: 15_000 });
    expect(await page.locator('.notices').count()).toBe(0);
    const after = await saved(id);
    expect([after.title, after.tracks.length]).toEqual(['One', 4]);
    await page.close();
  });

  it('says so of a file that is opened, which can be opened again', async () => {
    const { page } = await openStudio(browser, studio.link);
    const choose = (): Promise<void> =>
      page.setInputFiles('input[type=file] >> nth=0', {
        name: 'tune.abc',
        mimeType: 'text/plain',
        buffer: Buffer.from(ABC),
      });
    disk.isFull = true;
    await choose();
    await page.waitForSelector(`.home .error:has-text("${SENTENCE}")`);
    disk.isFull = false;
    await choose();
    await page.waitForSelector('.editor');
    await page.close();
  });
});
