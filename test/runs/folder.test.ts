/** The folder of a run after a kill. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRunFolder } from '../../src/runs/folder.js';

it.each(['refuse', 'resume', 'overwrite'] as const)(
  'is empty where a kill left half-written files and dead locks alone (%s)',
  async (existing) => {
    const folder = await mkdtemp(join(tmpdir(), 'polytag-run-'));
    for (const name of ['.lock', 'config.yaml.0a1b2c3d.part', '.lock.908df1cc.dead'])
      await writeFile(join(folder, name), '');
    await openRunFolder(folder, existing);
    expect(await readdir(folder)).toEqual(['.lock']);
    await writeFile(join(folder, 'notes.part'), 'mine');
    await expect(openRunFolder(folder, existing)).rejects.toThrow(/is not empty and has no run/);
    expect(await readdir(folder)).toContain('notes.part');
    await rm(folder, { recursive: true });
  },
);

it('keeps every file of a folder that it refuses', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'polytag-run-'));
  for (const name of ['notes.txt', 'film.0a1b2c3d.part']) await writeFile(join(folder, name), 'mine');
  await expect(openRunFolder(folder, 'resume')).rejects.toThrow(/is not empty and has no run/);
  expect((await readdir(folder)).sort()).toEqual(['film.0a1b2c3d.part', 'notes.txt']);
  await rm(folder, { recursive: true });
});
