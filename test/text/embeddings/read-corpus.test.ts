/** Text files of every kind as a corpus for word vectors. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CorpusBuilder, type CorpusIds } from '../../../src/text/embeddings/id-corpus.js';
import { type ReadCorpus, readCorpus } from '../../../src/text/files/embeddings/read-corpus.js';
import { type TextLines, textLines } from '../../../src/text/files/embeddings/text-lines.js';
import { intlSegmenter } from '../../../src/text/segmenter.js';
import { type TextUnit, tokenize } from '../../../src/text/tokenize.js';
import fc from '../../fast-check.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-corpus-'));
  await mkdir(join(folder, 'folder.txt'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
async function write(ending: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, `${files++}${ending}`);
  await writeFile(path, content);
  return path;
}

const chinese = intlSegmenter(null, 'zh');
const read = (
  paths: string[],
  more: { unit?: TextUnit; lines?: boolean; minCount?: number } = {},
): Promise<ReadCorpus> =>
  readCorpus(paths, {
    tokens: (text) => tokenize(text, more.unit ?? 'auto', chinese),
    minCount: more.minCount ?? 1,
    lines: more.lines ?? false,
  });

/** The texts as words again. */
const textsOf = ({ ids, words }: CorpusIds): string[] =>
  [...ids]
    .map((id) => (id < 0 ? '\n' : words[id]))
    .join(' ')
    .split('\n')
    .map((text) => text.trim())
    .filter(Boolean);

// 我爱音乐 in GB18030, many times: one line of text.
const GB = Buffer.from([0xce, 0xd2, 0xb0, 0xae, 0xd2, 0xf4, 0xc0, 0xd6]);

describe('lyrics', () => {
  it('of every encoding and form become texts, and are counted', async () => {
    const { corpus, counts, notes } = await read(
      [
        await write('.txt', 'Love me\ndo'),
        await write('.txt', '\ufefflove'),
        await write('.txt', Buffer.concat([GB, Buffer.from('\n'), GB])),
        await write('.txt', Buffer.from('\ufefflove 音乐', 'utf16le')),
        await write('.lrc', '[00:02.00]two\n[00:01.00]one\n[xx:12]broken'),
        await write('.lrc', '[ti:x]\n[00:00.00]作曲 : 某人\n[00:01.00]纯音乐，请欣赏'),
        await write('.txt', '[Instrumental]'),
        await write('.txt', ''),
        await write(
          '.txt',
          Uint8Array.from({ length: 300 }, (_, i) => i % 7),
        ),
        await write('.lrc', 'a'.repeat(2_000_000)),
        join(folder, 'folder.txt'),
      ],
      { unit: 'character' },
    );
    expect(textsOf(corpus).slice(0, 2)).toEqual(['l o v e ▁ m e ▁ d o', 'l o v e']);
    expect(textsOf(corpus)).toContain('我 爱 音 乐 ▁ 我 爱 音 乐');
    expect(textsOf(corpus)).toContain('l o v e ▁ 音 乐');
    expect(counts).toMatchObject({
      files: 11,
      encodings: { 'utf-8': 6, gb18030: 1, 'utf-16le': 1 },
      lrc: 2,
      brokenStamps: 1,
      instrumental: 2,
      empty: 1,
      unread: 3,
      texts: 5,
      byLine: 0,
    });
    expect(notes.join(' ')).toMatch(/2 of 11 lyrics files say that they are instrumental/);
    expect(notes.join(' ')).toMatch(/1 of 11 files are empty/);
    expect(notes.join(' ')).toMatch(/3 of 11 lyrics files were not read/);
  });

  it('are cut into words as their scripts ask for', async () => {
    const { corpus } = await read([await write('.txt', "Don't stop 音乐 été\nДа")]);
    expect(textsOf(corpus)).toEqual(["don't stop 音乐 été да"]);
  });
});

describe('large text files', () => {
  it('are read line by line, and say so', async () => {
    const line = 'all you need is love\r\n';
    const path = await write('.txt', line.repeat(60_000));
    const { corpus, counts, notes } = await read([path]);
    expect(counts).toMatchObject({ texts: 60_000, tokens: 300_000, byLine: 1, bytes: 60_000 * line.length });
    expect([...corpus.counts]).toEqual(Array(5).fill(60_000));
    expect(notes).toEqual([expect.stringMatching(/1 of 1 files are larger than 1 MiB: in these every line/)]);
  });

  it('of other encodings are decoded across pieces', async () => {
    // An odd number of bytes a line puts the cuts between pieces into characters.
    const gb = await write(
      '.txt',
      Buffer.concat(Array(200_000).fill(Buffer.concat([GB, Buffer.from('\n')]))),
    );
    const latin = await write('.txt', Buffer.from('été déjà été\n'.repeat(100_000), 'latin1'));
    const wide = await write('.txt', Buffer.from(`\ufeff${'音乐 love\n'.repeat(100_000)}`, 'utf16le'));
    const { corpus, counts } = await read([gb, latin, wide], { unit: 'character' });
    expect(counts).toMatchObject({ encodings: { gb18030: 1, 'latin-1': 1, 'utf-16le': 1 }, damaged: 0 });
    const count = (word: string): number => corpus.counts[corpus.words.indexOf(word)];
    expect([count('我'), count('乐'), count('é'), count('à')]).toEqual([200_000, 300_000, 500_000, 100_000]);
  });

  it('of one line of 10 MB are cut into texts', async () => {
    const words = await read([await write('.txt', 'la lu '.repeat(1_700_000))]);
    expect(words.counts).toMatchObject({ tokens: 3_400_000, distinctWords: 2 });
    expect(words.counts.cutLines).toBeGreaterThan(30);
    expect(words.notes.join(' ')).toMatch(/a very long line was cut/);
    const characters = await read([await write('.txt', '我爱'.repeat(1_700_000))], { unit: 'character' });
    expect(characters.counts).toMatchObject({ tokens: 3_400_000, distinctWords: 2 });
  });

  it('of binary data are counted as not read', async () => {
    const binary = await write('.txt', Buffer.alloc(2_000_000, 0));
    const { counts, notes } = await read([binary, await write('.txt', 'one two')]);
    expect(counts).toMatchObject({ unread: 1, texts: 1 });
    expect(notes[0]).toMatch(/1 of 2 lyrics files were not read .*binary data/);
  });

  it('are read alike however they are cut into lines', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'é', '我', '𝄞', ' ', ','), maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.constantFrom('\n', '\r\n'), async (lines, end) => {
        const path = join(folder, 'lines.txt');
        await writeFile(path, lines.join(end));
        const found: TextLines = { encoding: null, replaced: 0, sure: true, cut: 0 };
        const all: string[] = [];
        for await (const some of textLines(path, found)) all.push(...some);
        expect(all.join('\n').trimEnd()).toBe(lines.join('\n').trimEnd());
        expect([found.replaced, found.cut]).toEqual([0, 0]);
      }),
      { numRuns: 50, seed: 1 },
    );
  });
});

it('takes every line of a small file for a text when asked to', async () => {
  const path = await write('.txt', 'one two\n\nthree one\n');
  const texts = async (lines: boolean): Promise<string[]> => textsOf((await read([path], { lines })).corpus);
  expect(await texts(true)).toEqual(['one two', 'three one']);
  expect(await texts(false)).toEqual(['one two three one']);
});

describe('ids', () => {
  it('are ranks by frequency, and rare words leave no trace', () => {
    const builder = new CorpusBuilder();
    for (const text of ['b a a', 'rare', 'c b a rare2 c']) builder.add(text.split(' '));
    const { words, counts, ids, tokens, distinct } = builder.finish(2);
    expect({ words, counts: [...counts], ids: [...ids], tokens, distinct }).toEqual({
      words: ['a', 'b', 'c'],
      counts: [3, 2, 2],
      ids: [1, 0, 0, -1, 2, 1, 0, 2, -1],
      tokens: 9,
      distinct: 5,
    });
  });
});

describe('refuses in a sentence', () => {
  it('a corpus without words', async () => {
    const empty = await write('.txt', ' \n--\n');
    await expect(read([empty])).rejects.toThrow(/The corpus of 1 files holds no words.*give lyrics/);
  });

  it('a corpus whose words are all rare', async () => {
    await expect(read([await write('.txt', 'one two three')], { minCount: 5 })).rejects.toThrow(
      /Of 3 words of the corpus less than two occur 5 times.*--min-count/,
    );
  });
});
