import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure, Interrupted } from '../../../src/base/errors.js';
import { randomGenerator } from '../../../src/base/random.js';
import { targetOf } from '../../../src/data/download/entries.js';
import { unpackParts } from '../../../src/data/download/unpack.js';
import { rename, type TestEntry, writeParts, zipOf } from './archive.js';

let root: string;
let out: string;
let archives: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'polytag-unpack-'));
  out = join(root, 'out');
  archives = join(root, 'archives');
  await mkdir(archives);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const songs: TestEntry[] = [
  { name: '0/one-a-01-song-0-29.mp3', content: randomBytes(5000) },
  { name: '0/one-a-02-song-0-29.mp3', content: Buffer.from('the same again '.repeat(4000)) },
  { name: '7/empty.mp3', content: Buffer.alloc(0) },
  { name: 'f/stored.mp3', content: randomBytes(700_000), compress: false },
  { name: 'f/ünïcode – 歌.mp3', content: randomBytes(50) },
];

async function expectSongs(except: readonly string[] = []): Promise<void> {
  for (const { name, content } of songs)
    if (!except.includes(name)) expect((await readFile(join(out, name))).equals(content), name).toBe(true);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
}

describe('unpackParts', () => {
  it('unpacks an archive in three parts', async () => {
    const parts = await writeParts(archives, await zipOf(songs), [100_000, 400_000]);
    const seen: [number, number][] = [];
    const summary = await unpackParts({ parts, out, onEntries: (done, total) => seen.push([done, total]) });
    const bytes = songs.reduce((sum, { content }) => sum + content.length, 0);
    expect(summary).toEqual({ entries: 5, unpacked: 5, present: 0, bytes });
    expect(seen[0]).toEqual([0, 5]);
    expect(seen.at(-1)).toEqual([5, 5]);
    await expectSongs();
    expect(await filesBelow(out)).toHaveLength(5);
  });

  it('reads headers, data and directory across cuts at any byte', async () => {
    const small = songs.filter(({ content }) => content.length < 100);
    const zip = await zipOf(small);
    for (let cut = 1; cut < zip.length - 1; cut++) {
      const parts = await writeParts(archives, zip, [cut, cut + 1]);
      const target = join(root, 'cuts', String(cut));
      await unpackParts({ parts, out: target });
      for (const { name, content } of small)
        expect((await readFile(join(target, name))).equals(content)).toBe(true);
    }
  });

  it('skips what is there with the right size and writes what is not', async () => {
    const parts = await writeParts(archives, await zipOf(songs), [1000, 2000]);
    await unpackParts({ parts, out });
    const kept = join(out, songs[0].name);
    const { mtimeMs } = await stat(kept);
    await rm(join(out, songs[1].name));
    await writeFile(join(out, songs[3].name), 'half');
    expect(await unpackParts({ parts, out })).toMatchObject({ unpacked: 2, present: 3 });
    expect((await stat(kept)).mtimeMs).toBe(mtimeMs);
    await expectSongs();
  });

  it.each([
    ['stored', 'f/stored.mp3', 'its checksum'],
    ['deflated', '0/one-a-02-song-0-29.mp3', 'its stream'],
  ])('names the part in which a %s entry is damaged, and unpacks the others', async (_, name) => {
    const zip = await zipOf(songs);
    const at = zip.indexOf(name) + name.length + 20;
    zip[at] ^= 0x55;
    const parts = await writeParts(archives, zip, [at - 2000 < 1 ? 1 : at - 200, at + 200]);
    const call = unpackParts({ parts, out });
    await expect(call).rejects.toThrow(Failure);
    await expect(call).rejects.toThrow(
      /mp3\.zip\.002.*damaged: 1 entry.*remove .*mp3\.zip\.002.* and run the same/,
    );
    await expect(call).rejects.toThrow(name);
    await expectSongs([name]);
    expect(await filesBelow(out)).toHaveLength(4);
    zip[at] ^= 0x55;
    await writeParts(archives, zip, [at - 200, at + 200]);
    expect(await unpackParts({ parts, out })).toMatchObject({ unpacked: 1, present: 4 });
    await expectSongs();
  });

  it('names the last part when the directory is missing', async () => {
    const zip = await zipOf(songs);
    const parts = await writeParts(archives, zip.subarray(0, zip.length - 60), [1000, 2000]);
    await expect(unpackParts({ parts, out })).rejects.toThrow(
      /mp3\.zip\.003 is damaged or not the archive's last part: its directory cannot be read .*remove that file/,
    );
  });

  it('names a missing part', async () => {
    const parts = await writeParts(archives, await zipOf(songs), [1000, 2000]);
    await rm(parts[1]);
    await expect(unpackParts({ parts, out })).rejects.toThrow(/mp3\.zip\.002.*cannot be read; download it/);
  });

  it('answers every damage of the directory with a Failure and writes nothing outside', async () => {
    const zip = await zipOf(songs.slice(0, 3));
    const start = zip.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    const random = randomGenerator(1, 'fuzz');
    for (let round = 0; round < 150; round++) {
      const damaged = Buffer.from(zip);
      for (let k = 0; k < 3; k++) damaged[start + random.integer(zip.length - start)] = random.integer(256);
      const parts = await writeParts(archives, damaged, [500, 600]);
      const target = join(root, 'fuzz', String(round));
      await unpackParts({ parts, out: target }).catch((error: unknown) => {
        expect(error, `round ${round}: ${String(error)}`).toBeInstanceOf(Failure);
      });
    }
    expect((await readdir(root)).sort()).toEqual(['archives', 'fuzz']);
    expect(await readdir(join(root, 'fuzz'))).toHaveLength(150);
  });

  it.each([
    ['aa/evil.mp3', '../evil.mp3'],
    ['aaaa/evil.mp3', '0/../../e.mp3'],
    ['a/absolute.mp3', '//absolute.mp3'],
    ['aa/back.mp3', '..\\back.mp3'],
    ['aa/back.mp3', '0\\\\back.mp3'],
    ['aa/drive.mp3', 'C:/drive.mp3'],
    ['a/line.mp3', 'a\nline.mp3'],
  ])('refuses %s renamed to %j before anything is written', async (name, evil) => {
    const zip = await zipOf([songs[0], { name, content: Buffer.from('evil') }]);
    const parts = await writeParts(archives, rename(zip, name, evil), [100, 200]);
    const call = unpackParts({ parts, out });
    await expect(call).rejects.toThrow(Failure);
    await expect(call).rejects.toThrow(/is unsafe: its entry .* nothing was unpacked/);
    expect(await filesBelow(root)).toHaveLength(3);
  });

  it('refuses symbolic links and special files', async () => {
    for (const mode of [0o120777, 0o060644, 0o010644]) {
      const zip = await zipOf([songs[0], { name: '0/link', content: Buffer.from('/etc/passwd'), mode }]);
      const parts = await writeParts(archives, zip, [100, 200]);
      await expect(unpackParts({ parts, out })).rejects.toThrow(/"0\/link" is a link or a special file/);
      expect(await readdir(out)).toEqual([]);
    }
  });

  it('refuses an entry that is there twice or that would overwrite what was downloaded', async () => {
    const twice = await zipOf([songs[0], { name: 'a/b.mp3', content: Buffer.from('b') }, songs[0]]);
    const parts = await writeParts(archives, twice, [100, 200]);
    await expect(unpackParts({ parts, out })).rejects.toThrow(/occurs twice/);
    const table = await zipOf([{ name: 'annotations_final.csv', content: Buffer.from('false') }]);
    const others = await writeParts(archives, table, [10, 20]);
    const reserved = [join(out, 'annotations_final.csv')];
    await expect(unpackParts({ parts: others, out, reserved })).rejects.toThrow(
      /has the name of one of the downloaded files/,
    );
  });

  it('stops when it is told to, and continues from there', async () => {
    const parts = await writeParts(archives, await zipOf(songs), [1000, 2000]);
    const stop = new AbortController();
    const onEntries = (done: number): void => {
      if (done === 2) stop.abort();
    };
    const call = unpackParts({ parts, out, signal: stop.signal, onEntries });
    await expect(call).rejects.toThrow(Interrupted);
    await expect(call).rejects.toThrow(/stopped after 2 of 5 files/);
    expect(await unpackParts({ parts, out })).toMatchObject({ unpacked: 3, present: 2 });
    await expectSongs();
  });

  it('says that a folder is in the way of a file, and a file in the way of a folder', async () => {
    const parts = await writeParts(archives, await zipOf(songs), [1000, 2000]);
    await mkdir(join(out, songs[0].name), { recursive: true });
    await expect(unpackParts({ parts, out })).rejects.toThrow(/is a folder where the archive has a file/);
    await rm(out, { recursive: true });
    await mkdir(out);
    await writeFile(join(out, '0'), 'a file');
    await expect(unpackParts({ parts, out })).rejects.toThrow(/a part of its path is a file/);
  });
});

describe('targetOf', () => {
  it('keeps names inside the folder, also the root', () => {
    expect(targetOf('0/a..b.mp3', '/data/mtat')).toBe('/data/mtat/0/a..b.mp3');
    expect(targetOf('0/a.mp3', '/')).toBe('/0/a.mp3');
    expect(() => targetOf('..', '/data/mtat')).toThrow(/leaves the target folder/);
  });
});
