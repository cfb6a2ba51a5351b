/** polytag text tfidf in the test's own process. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpz } from '../../src/hub/formats/npz.js';
import { countTerms } from '../../src/text/term-counts.js';
import { tfidf } from '../../src/text/tfidf.js';
import { scikitTokens } from '../../src/text/tokenize.js';
import { expectSentence, runHere } from './in-process.js';

const SONGS = {
  'a.txt': 'The rain and the moon, the rain',
  'b.lrc': '[00:01.00]The sun\n[00:02.00]我爱音乐',
};

let folder: string;
let lyrics: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-text-'));
  lyrics = join(folder, 'lyrics');
  await mkdir(join(lyrics, 'inner'), { recursive: true });
  await mkdir(join(folder, 'empty'));
  await writeFile(join(lyrics, 'a.txt'), SONGS['a.txt']);
  await writeFile(join(lyrics, 'a.lrc'), '[00:01.00]not read, since there is a text');
  await writeFile(join(lyrics, 'b.lrc'), SONGS['b.lrc']);
  await writeFile(join(lyrics, 'inner', 'c.txt'), new Uint8Array(20));
  await writeFile(join(lyrics, 'inner', 'notes.md'), 'not lyrics');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('polytag text tfidf', () => {
  it('writes a sparse matrix for scipy, its terms and its documents', async () => {
    const out = join(folder, 'out.npz');
    const { code, stderr, stdout } = await runHere(
      'text',
      'tfidf',
      lyrics,
      '--out',
      out,
      '--unit',
      'scikit-learn',
    );
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('1 of 3 lyrics files were not read and count as no lyrics');
    const counts = countTerms([SONGS['a.txt'], 'The sun\n我爱音乐', ''].map(scikitTokens));
    const expected = tfidf(counts);
    const arrays = await readNpz(out);
    expect([...arrays.keys()].sort()).toEqual(['data', 'format', 'indices', 'indptr', 'shape']);
    const numbers = (name: string): number[] => [...arrays.get(name)!.read()];
    expect(numbers('data')).toEqual([...expected.data]);
    expect(numbers('indices')).toEqual([...expected.indices]);
    expect(numbers('indptr')).toEqual([...expected.indptr]);
    expect(numbers('shape')).toEqual([3, counts.terms.length]);
    expect(arrays.get('format')?.shape).toEqual([]);
    const terms = (await readFile(join(folder, 'out.terms.csv'), 'utf8')).trimEnd().split('\n');
    expect(terms[0]).toBe('column,term,documents,idf');
    expect(terms.slice(1).map((line) => line.split(',')[1])).toEqual(counts.terms);
    expect(await readFile(join(folder, 'out.documents.csv'), 'utf8')).toBe(
      `row,path\n0,${join(lyrics, 'a.txt')}\n1,${join(lyrics, 'b.lrc')}\n2,${join(lyrics, 'inner', 'c.txt')}\n`,
    );
  });

  it('writes one line per document and term as CSV', async () => {
    const out = join(folder, 'out.csv');
    expect((await runHere('text', 'tfidf', join(lyrics, 'a.txt'), '--out', out, '--norm', 'none')).code).toBe(
      0,
    );
    const lines = (await readFile(out, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => line.split(',').slice(1).join(' '))).toEqual([
      'term weight',
      'and 1',
      'moon 1',
      'rain 2',
      'the 3',
    ]);
  });

  it('prints the most characteristic terms, without stop words', async () => {
    const { stdout } = await runHere(
      ...['text', 'tfidf', lyrics, '--top', '2', '--json', '--stop-words', 'en', 'zh', '--tf', 'log'],
    );
    const tops = JSON.parse(stdout) as { document: string; terms: { term: string }[] }[];
    expect(tops.map(({ terms }) => terms.map(({ term }) => term))).toEqual([
      ['rain', 'moon'],
      ['sun', expect.stringMatching(/爱|音乐/)],
      [],
    ]);
    expect((await runHere('text', 'tfidf', lyrics, '--top', '1')).stdout).toMatch(/c\.txt: no terms\n$/);
  });

  it.each([
    [[], /--out FILE\.npz, --top N/],
    [['--out', 'x.txt'], /must end in \.npz or \.csv/],
    [['--out', join('nowhere', 'x.npz')], /--out: there is no folder/],
    [['--top', '0'], /--top must be a whole number/],
    [['--top', '1', '--min-documents', 'x'], /--min-documents must be/],
    [['--json', '--out', 'x.csv'], /--json needs --top/],
    [['--top', '1', '--unit', 'character', '--stop-words', 'en'], /takes neither/],
    [['--top', '1', '--dictionary', 'none.txt'], /--dictionary: none\.txt: there is no such file/],
    [['--top', '1', '--tf', 'cube'], /^--tf must be one of .*, not "cube"\./],
  ])('refuses %j in a sentence', async (args, sentence) => {
    expectSentence(await runHere('text', 'tfidf', lyrics, ...args), 2, sentence);
  });

  it('says which path holds nothing', async () => {
    expectSentence(await runHere('text', 'tfidf', join(folder, 'empty'), '--top', '1'), 2, /holds no lyrics/);
    expectSentence(await runHere('text', 'tfidf', join(folder, 'none'), '--top', '1'), 2, /There is no file/);
  });
});

describe('polytag text tokens', () => {
  const song = (name: string): string => join(folder, 'songs', name);
  beforeAll(async () => {
    await mkdir(join(folder, 'songs'));
    await writeFile(
      song('a.LRC'),
      '[00:00.00]Rain - Someone\n[00:01.00]作词：某人\n[00:02.00]The rain ❤️\n[00:02.00]雨\n',
    );
    await writeFile(song('b.TXT'), 'sun\n\nthe moon\n');
  });

  it('shows the tokens of each line, and says what was left out', async () => {
    const { code, stdout, stderr } = await runHere('text', 'tokens', song('a.LRC'));
    expect([code, stdout]).toEqual([0, 'the rain ❤\n雨\n']);
    expect(stderr).toContain('2 lines that name who made the song');
    expect(stderr).toContain('have a translation beside the original, and both are read');
  });

  it('reads files whose ending is in capitals, and prints JSON of the part that is wanted', async () => {
    const { stdout } = await runHere(
      ...['text', 'tokens', join(folder, 'songs'), '--part', 'original', '--stop-words', 'en', '--json'],
    );
    expect(JSON.parse(stdout)).toEqual([
      { file: song('a.LRC'), lines: [['rain', '❤']] },
      { file: song('b.TXT'), lines: [['sun'], ['moon']] },
    ]);
  });

  it('leaves out marks of structure, unless they are to be kept', async () => {
    const path = join(folder, 'genius.txt');
    await writeFile(path, '[Verse 1: Someone]\nrain\n[Hook]\nsun\n');
    const dropped = await runHere('text', 'tokens', path);
    expect(dropped.stdout).toBe('rain\nsun\n');
    expect(dropped.stderr).toContain('2 marks of structure');
    expect((await runHere('text', 'tokens', path, '--sections', 'keep')).stdout).toBe(
      'verse 1 someone\nrain\nhook\nsun\n',
    );
  });

  it('leaves out the words of a list of stop words', async () => {
    const list = join(folder, 'stop.txt');
    await writeFile(list, 'Rain\n雨\n');
    const { stdout } = await runHere('text', 'tokens', song('a.LRC'), '--stop-word-list', list);
    expect(stdout).toBe('the ❤\n');
  });

  it('reads the encoding that it is told', async () => {
    const path = join(folder, 'gbk.txt');
    await writeFile(path, Uint8Array.of(0xbf, 0xec, 0xc0, 0xd6));
    const words = ['text', 'tokens', path, '--unit', 'character'];
    expect((await runHere(...words, '--encoding', 'GBK')).stdout).toBe('快 乐\n');
    expect((await runHere(...words, '--encoding', 'euc-kr')).stdout).toBe('우 있\n');
    expectSentence(await runHere(...words, '--encoding', 'klingon'), 2, /--encoding/);
  });

  it('has no parts of speech for units that are not words', async () => {
    const words = ['text', 'tokens', song('a.LRC'), '--tags', '--unit', 'character'];
    expectSentence(await runHere(...words), 2, /--unit character has no parts of speech; remove --tags/);
  });

  it('writes a page with the tokens', async () => {
    const page = join(folder, 'tokens.html');
    expect((await runHere('text', 'tokens', join(folder, 'songs'), '--plot', page)).code).toBe(0);
    const html = await readFile(page, 'utf8');
    for (const part of [
      '7 tokens, 6 of them different, in 2 texts',
      '>moon</span>',
      '>Most frequent tokens<',
    ])
      expect([part, html.includes(part)]).toEqual([part, true]);
  });

  it.each([
    [['--unit', 'given', '--no-hmm'], /--unit given takes no --dictionary, --no-hmm/],
    [['--unit', 'character', '--stop-words', 'en'], /takes neither --dictionary nor stop words/],
    [['--keywords', '3', '--tags'], /--keywords takes no --tags/],
    [['--stop-word-list', 'none.txt'], /--stop-word-list: none\.txt: there is no such file/],
    [['--plot', 'page.txt'], /--plot must end in \.html/],
    [['--script', 'latin'], /^--script must be one of .*, not "latin"\./],
  ])('refuses %j in a sentence', async (args, sentence) => {
    expectSentence(await runHere('text', 'tokens', song('b.TXT'), ...args), 2, sentence);
  });
});
