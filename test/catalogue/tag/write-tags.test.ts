import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { File as TaggedFile } from 'node-taglib-sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeAudio } from '../../../src/audio/decode.js';
import { copyPaths, writeTags } from '../../../src/catalogue/tag/write-tags.js';
import { filesOfEveryFormat } from '../../audio/made-files.js';

describe('writeTags', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'polytag-write-tags-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('tags a copy of every format, whose sound is the same; the original is not touched', async () => {
    for (const [name, bytes] of Object.entries(await filesOfEveryFormat())) {
      const [track, copy] = [join(folder, name), join(folder, 'copies', name)];
      await writeFile(track, bytes);
      await writeTags(track, ['guitar', 'female vocal', '吉他'], copy);
      const file = TaggedFile.createFromPath(copy);
      expect(file.tag.grouping, name).toBe('guitar, female vocal, 吉他');
      file.dispose();
      expect(new Uint8Array(await readFile(track)), name).toEqual(new Uint8Array(bytes));
      expect(await decodeAudio(copy), name).toEqual(await decodeAudio(track));
    }
  });

  it('leaves nothing behind where there is no metadata to write', async () => {
    const odd = join(folder, 'odd.xyz');
    await writeFile(odd, 'no audio');
    await expect(writeTags(join(folder, 'nowhere.mp3'), [], join(folder, 'none', 'x.mp3'))).rejects.toThrow(
      /nowhere\.mp3: its metadata cannot/,
    );
    await expect(writeTags(odd, [], join(folder, 'none', 'odd.xyz'))).rejects.toThrow(
      /odd\.xyz: its metadata cannot/,
    );
    expect((await readdir(join(folder, 'none'))).filter((name) => name.includes('part'))).toEqual([]);
  });
});

describe('copyPaths', () => {
  it('keeps folders apart below the common one', () => {
    const paths = copyPaths(['/m/a/1.mp3', '/m/b/1.mp3', '/m/a/c/2.mp3'], 'out');
    expect([...paths.values()]).toEqual(['a/1.mp3', 'b/1.mp3', 'a/c/2.mp3'].map((name) => join('out', name)));
  });
});
