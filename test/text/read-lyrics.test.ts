import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lyricsFileOf, readLyrics } from '../../src/text/files/read-lyrics.js';
import { tallyLyrics } from '../../src/text/lyrics-tally.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-lyrics-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('readLyrics', () => {
  it('reads text as it is', async () => {
    const lyrics = await readLyrics(await write('a.txt', 'one\r\ntwo [00:01.00]\n'));
    expect(lyrics).toMatchObject({
      text: 'one\r\ntwo [00:01.00]\n',
      lines: null,
      encoding: 'utf-8',
      problem: null,
    });
  });
  it('reads LRC and keeps its times', async () => {
    const lyrics = await readLyrics(
      await write('b.LRC', '\ufeff[ti:x]\n[00:02.00]two\n[00:01.00]one\n[00:xx]\n[00:03.00]'),
    );
    expect(lyrics.text).toBe('one\ntwo');
    expect(lyrics.lines?.map(({ seconds }) => seconds)).toEqual([1, 2, 3]);
    expect(lyrics.brokenStamps).toBe(1);
  });
  it('takes an empty file for no lyrics', async () => {
    expect(await readLyrics(await write('empty.txt', ''))).toMatchObject({ text: '', problem: null });
  });
  it('reads nothing of binary data, of a line of 10 MB and of a folder, and says so', async () => {
    await mkdir(join(folder, 'folder.txt'));
    const problems = [
      await readLyrics(await write('binary.txt', Uint8Array.of(1, 0, 2, 0))),
      await readLyrics(await write('long.txt', 'a'.repeat(10_000_000))),
      await readLyrics(join(folder, 'folder.txt')),
    ];
    expect(problems.map(({ text, problem }) => [text, problem])).toEqual([
      ['', 'binary data'],
      ['', 'longer than 1 MiB'],
      ['', 'no file'],
    ]);
  });
  it('says that a file is missing', async () => {
    expect((await readLyrics(join(folder, 'none.txt'))).problem).toBe('missing');
  });
});

describe('readLyrics for a reading', () => {
  const SONG =
    '[ti:x]\n[00:00.00]雨 - 某人\n[00:01.00]作词：某人\n[00:05.00]Rain\n[00:05.00]雨\n[00:09.00]again\n[00:09.00]又来';
  it('drops credits and counts them, and keeps them where it is not told', async () => {
    const path = await write('song.lrc', SONG);
    expect(await readLyrics(path, { credits: 'drop' })).toMatchObject({
      text: 'Rain\n雨\nagain\n又来',
      credits: 2,
      translated: true,
    });
    expect(await readLyrics(path)).toMatchObject({
      text: '雨 - 某人\n作词：某人\nRain\n雨\nagain\n又来',
      credits: 0,
    });
  });
  it('reads the original or the translation alone', async () => {
    const path = await write('both.lrc', SONG);
    const textOf = async (reading: Parameters<typeof readLyrics>[1]): Promise<string> =>
      (await readLyrics(path, reading)).text;
    expect(await textOf({ credits: 'drop', lines: 'original' })).toBe('Rain\nagain');
    expect(await textOf({ credits: 'drop', lines: 'translation' })).toBe('雨\n又来');
    expect(await textOf({ lines: 'translation' })).toBe('雨 - 某人\n作词：某人\n雨\n又来');
  });
  it('leaves a text as it is where nothing is left out', async () => {
    const text = 'one\r\n\r\n two \n';
    expect(
      (await readLyrics(await write('as-is.txt', text), { credits: 'drop', lines: 'original' })).text,
    ).toBe(text);
  });
});

describe('lyricsFileOf', () => {
  it('takes .txt before .lrc', () => {
    expect(lyricsFileOf('l', '1', new Set(['1.lrc', '1.txt']))).toBe(join('l', '1.txt'));
    expect(lyricsFileOf('l', '1', new Set(['1.lrc']))).toBe(join('l', '1.lrc'));
    expect(lyricsFileOf('l', '1', new Set(['11.lrc', '1.doc']))).toBeNull();
    expect(lyricsFileOf('l', '1', new Set(['1.LRC']))).toBe(join('l', '1.LRC'));
    expect(lyricsFileOf('l', '1', new Set(['1.lrc', '1.TXT']))).toBe(join('l', '1.TXT'));
  });
});

describe('tallyLyrics', () => {
  it('adds no note for UTF-8 files, and counts all others', async () => {
    const tally = tallyLyrics();
    const add = async (name: string, content: string | Uint8Array): Promise<void> => {
      const path = await write(name, content);
      tally.add(path, await readLyrics(path));
    };
    await add('1.txt', 'plain');
    expect(tally.notes()).toEqual([]);
    await add('2.txt', Buffer.from('Süße Grüße, größer als früher', 'latin1'));
    await add('3.txt', Buffer.from('\ufeffhello', 'utf16le'));
    await add('4.lrc', '[00:01.00]a\n[00:99.00]b');
    await add('5.txt', new Uint8Array(9));
    expect(tally.notes()).toEqual([
      `Of 5 lyrics files, these are not UTF-8 and were decoded: 1 Latin-1, 1 UTF-16; the first is ${join(folder, '2.txt')}.`,
      '1 of 5 lyrics files are LRC; 1 of their stamps name no time and were left out.',
      expect.stringMatching(
        /^1 of 5 lyrics files were not read and count as no lyrics; the first is .*5\.txt \(binary data\)\.$/,
      ),
    ]);
  });
});
