import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.js';
import { readDictionary, storeDictionary } from '../../src/text/files/dictionary.js';
import { STOP_WORD_LANGUAGES, stopWordsOf } from '../../src/text/stop-words.js';
import { loadTokenizer } from '../../src/text/tokenizer.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-dictionary-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('loadTokenizer', () => {
  it('leaves out the stop words of the languages that are named, and no others', async () => {
    const both = await loadTokenizer({ unit: 'word', stop_words: ['en', 'zh'] });
    const english = await loadTokenizer({ unit: 'word', stop_words: ['en'] });
    expect(both.tokens('The rain and the 我的 音乐')).toEqual(['rain', '音乐']);
    expect(english.tokens('The rain and the 我的 音乐')).toEqual(expect.arrayContaining(['我', '的']));
  });
  it('is tokenize itself for the settings of older models, and names its segmenter', async () => {
    const words = await loadTokenizer({ unit: 'word' });
    expect(words.tokens('The rain')).toEqual(['the', 'rain']);
    expect(words.segmenter).toMatch(/nodejieba|intl/);
    const characters = await loadTokenizer({ unit: 'character' });
    expect([characters.segmenter, characters.note]).toEqual([null, null]);
  });
});

describe('stopWordsOf', () => {
  it.each(STOP_WORD_LANGUAGES)('has a list for %s', async (language) => {
    expect((await stopWordsOf([language])).size).toBeGreaterThan(40);
  });
});

describe('readDictionary', () => {
  const write = async (content: string | Uint8Array): Promise<string> => {
    const path = join(folder, 'words.txt');
    await writeFile(path, content);
    return path;
  };
  it("reads jieba's form", async () => {
    expect(await readDictionary(await write('云计算 5 n\r\n\n 区块链\t10 \n小星星 nz\n'), 'key')).toEqual([
      '云计算 5 n',
      '区块链 10',
      '小星星 nz',
    ]);
  });
  it.each([
    ['a b c d', /line 1: an entry is a word/],
    ['云\n云 0 n', /line 2: an entry/],
    [new Uint8Array(10), /not a text file/],
    ['\n \n', /holds no words/],
    [
      Uint8Array.of(0xbf, 0xec, 0xc0, 0xd6, 10),
      /^key: .*words\.txt is not UTF-8, and its encoding is not certain \(perhaps /,
    ],
    [`云\n山\ufffd\n${'水'.repeat(3)}\n`, /^key: .*words\.txt, line 2: a character is lost/],
  ])('refuses %j in a sentence', async (content, message) => {
    await expect(readDictionary(await write(content), 'key')).rejects.toThrow(message);
  });
  it('says that a file is missing', async () => {
    await expect(readDictionary(join(folder, 'none'), 'inputs.lyrics.dictionary')).rejects.toThrow(
      /inputs\.lyrics\.dictionary: .*there is no such file/,
    );
  });
  it('is stored once under a name that follows from its content', async () => {
    process.env.POLYTAG_CACHE = folder;
    try {
      const path = await storeDictionary(['云 1 n']);
      expect(await readDictionary(path, 'key')).toEqual(['云 1 n']);
      expect(await storeDictionary(['云 1 n'])).toBe(path);
      expect(await storeDictionary(['云 2 n'])).not.toBe(path);
    } finally {
      delete process.env.POLYTAG_CACHE;
    }
  });
});

describe('inputs.lyrics', () => {
  const parse = (lyrics: object): ReturnType<ReturnType<typeof configSchema>['safeParse']> =>
    configSchema().safeParse({ inputs: { lyrics }, model: { branches: { lyrics: {} } } });
  it('has words, no dictionary and no stop words by default', () => {
    expect(parse({}).data?.inputs.lyrics).toMatchObject({ unit: 'word', dictionary: null, stop_words: [] });
  });
  it('refuses words for a model of characters, and unknown languages', () => {
    expect(parse({ unit: 'character', stop_words: ['en'] }).error?.issues[0].message).toMatch(
      /knows no words/,
    );
    expect(parse({ stop_words: ['xx'] }).success).toBe(false);
    expect(parse({ unit: 'character' }).success).toBe(true);
  });
});
