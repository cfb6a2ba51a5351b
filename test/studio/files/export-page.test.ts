/** A project written as a page. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportProject } from '../../../src/studio/files/export-project.js';
import { madeProject } from '../made-projects.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('has its sound and its score, and without a track that sounds its sound alone', async () => {
  const track = { notes: { a: [[0, 1, 60]] as const } };
  const out = join(folder, 'piece.html');
  await exportProject(madeProject({ a: 1 }, [track]), out, 'html');
  const page = await readFile(out, 'utf8');
  expect(page).toContain('<h2>Score</h2>');
  expect(page).toMatch(/src="data:audio\/mpeg;base64,[A-Za-z0-9+/]{10000}/);
  await exportProject(madeProject({ a: 1 }, [{ ...track, mute: true }]), out, 'html');
  expect(await readFile(out, 'utf8')).not.toContain('<h2>Score</h2>');
}, 60_000);
