/** The folder of a run, as an earlier command may have left it. */
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRunFolder } from '../../src/runs/folder.js';

const folderWith = async (...names: string[]): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'polytag-folder-'));
  for (const name of names) await writeFile(join(folder, name), '');
  return folder;
};

describe('the folder of a run', () => {
  it.each(['refuse', 'resume', 'overwrite'] as const)(
    'is free when a killed command left only temporary files and locks (%s)',
    async (existing) => {
      const out = await folderWith('.lock', 'config.yaml.0a1b2c3d.part', '.lock.0a1b2c3d.dead');
      await openRunFolder(out, existing);
      expect(await readdir(out)).toEqual(['.lock']);
    },
  );

  it('is in use when it holds a file of somebody else, whatever its name ends with', async () => {
    const out = await folderWith('download.part', 'x.0a1b2c3d.part');
    await expect(openRunFolder(out, 'resume')).rejects.toThrow(/is not empty and has no run/);
    expect((await readdir(out)).sort()).toEqual(['download.part', 'x.0a1b2c3d.part']);
  });
});
