/** The scores of a folder. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listTree } from '../../../src/data/audio-files.js';
import { readScores } from '../../../src/transcription/files/read-scores.js';
import { TUNE_ABC, TUNE_JSON } from './made-tunes.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-scores-'));
  await mkdir(join(folder, 'books'));
  const named = (title: string): string => TUNE_ABC.replace('Stars', title);
  await writeFile(
    join(folder, 'books', 'chinese.abc'),
    iconv.encode(named('茉莉花与小星星的歌曲集'), 'gb18030'),
  );
  await writeFile(
    join(folder, 'books', 'wide.abc'),
    iconv.encode(named('Schütz'), 'utf-16', { addBOM: true }),
  );
  await writeFile(join(folder, 'marked.json'), `\ufeff${TUNE_JSON}`);
  await writeFile(join(folder, '.hidden.abc'), TUNE_ABC);
  await writeFile(
    join(folder, 'bytes.abc'),
    Uint8Array.from({ length: 64 }, (_, i) => (i % 2 ? 0 : i)),
  );
  // A folder that holds itself.
  await symlink(folder, join(folder, 'books', 'again'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('a tree is listed without hidden files, and each folder once', async () => {
  expect(await listTree(folder)).toEqual([
    ...['bytes.abc', 'marked.json'],
    ...['chinese.abc', 'wide.abc'].map((name) => join('books', name)),
  ]);
  expect(await listTree(join(folder, 'none'))).toEqual([]);
});

it('scores are read in the encodings that text files have', async () => {
  const { songs, without } = await readScores(folder);
  expect(songs.map(({ title }) => title)).toEqual(['Stars', '茉莉花与小星星的歌曲集', 'Schütz']);
  expect(without.map(([id]) => id)).toEqual(['bytes.abc']);
});
