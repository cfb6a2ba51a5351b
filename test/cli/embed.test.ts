/** polytag text embed and neighbours as a person types them. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSha256 } from '../../src/base/files.js';
import { plantedTexts } from '../text/embeddings/planted.js';
import { startPolytag } from '../workplace.js';
import { expectSentence, runHere } from './in-process.js';

let folder: string;
let corpus: string;
let vectors: string;
const embed = (out: string, ...more: string[]): ReturnType<typeof runHere> =>
  runHere(
    ...['text', 'embed', corpus, '--lines', '--out', out, ...more],
    ...(more.includes('--dim') ? [] : ['--dim', '16']),
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-embed-'));
  corpus = join(folder, 'texts.txt');
  vectors = join(folder, 'vectors.txt');
  await writeFile(corpus, [...plantedTexts()].map((text) => text.join(' ')).join('\n'));
  await mkdir(join(folder, 'empty'));
  const { code, stdout } = await embed(vectors);
  expect([code, stdout]).toEqual([0, '']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('polytag text embed', () => {
  it('writes vectors and a record of how they came about', async () => {
    const record = JSON.parse(await readFile(`${vectors}.json`, 'utf8'));
    expect(record).toMatchObject({
      settings: { algorithm: 'skip-gram', dim: 16, window: 5, negative: 5, epochs: 5, workers: 2, seed: 1 },
      text: { unit: 'word', min_count: 5, lines: true },
      corpus: { files: 1, files_by_line: 1, texts: 4000, tokens: 48_000, words: 174, rare_tokens: 0 },
      training: { done: 1 },
      format: 'text',
      sha256: await fileSha256(vectors),
    });
    expect(record.training.loss_by_epoch).toHaveLength(5);
    expect(record.training.words_per_second).toBeGreaterThan(0);
    expect((await readFile(vectors, 'utf8')).startsWith('174 16\nc0 ')).toBe(true);
  });

  it('gives the same bytes again, and others for another seed', async () => {
    const again = join(folder, 'again.txt');
    await embed(again);
    expect(await fileSha256(again)).toBe(await fileSha256(vectors));
    await embed(again, '--seed', '2');
    expect(await fileSha256(again)).not.toBe(await fileSha256(vectors));
  });

  it('trains characters by CBOW into the binary format, a space as a word of its own', async () => {
    const lyrics = join(folder, 'lyrics');
    await mkdir(lyrics, { recursive: true });
    await writeFile(join(lyrics, 'a.txt'), 'la la lu 我爱\n'.repeat(50));
    await writeFile(join(lyrics, 'b.txt'), '纯音乐，请欣赏');
    const out = join(folder, 'characters.bin');
    const { code, stderr } = await runHere(
      ...['text', 'embed', lyrics, '--unit', 'character', '--algorithm', 'cbow', '--format', 'binary'],
      ...['--out', out, '--dim', '4', '--epochs', '1', '--workers', '1'],
    );
    expect([code, stderr]).toEqual([0, expect.stringMatching(/1 of 2 lyrics files say .* instrumental/)]);
    const { stdout } = await runHere('text', 'neighbours', out, '我', '--top', '9', '--json');
    const [{ neighbours }] = JSON.parse(stdout);
    expect(neighbours.map(({ word }: { word: string }) => word).sort()).toEqual(
      ['a', 'l', 'u', '▁', '爱'].sort(),
    );
  });

  it('keeps what is trained when it is interrupted', async () => {
    const out = join(folder, 'stopped.txt');
    const { child, outcome } = startPolytag(
      ['text', 'embed', corpus, '--lines', '--dim', '16', '--epochs', '9999', '--out', out],
      { cwd: folder },
    );
    let written = '';
    child.stderr!.on('data', (text) => {
      written += text;
    });
    while (child.exitCode === null && !written.includes('Training')) await wait(20);
    await wait(300);
    child.kill('SIGINT');
    const { code, stderr } = await outcome;
    expect([code, stderr]).toEqual([
      130,
      expect.stringMatching(/Stopped at \d+ % of the training; 174 vectors/),
    ]);
    const { training, sha256 } = JSON.parse(await readFile(`${out}.json`, 'utf8'));
    expect(training.done).toBeLessThan(1);
    expect(sha256).toBe(await fileSha256(out));
  });

  it.each([
    [['--dim', '0'], /--dim must be a whole number from 1 to 10000/],
    [['--dim', '20000'], /--dim must be a whole number from 1 to 10000, not/],
    [['--sample', '2'], /--sample must be a number from 0 to 1/],
    [['--workers', '1.5'], /--workers must be a whole number/],
    [['--seed', 'x'], /--seed must be a number/],
    [['--rate', ''], /--rate must be a number/],
    [['--min-count', '100000'], /less than two occur 100000 times/],
    [['--unit', 'character', '--dictionary', 'x'], /--unit character takes neither --dictionary/],
    [['--algorithm', 'glove'], /^--algorithm must be one of .*, not "glove"\./],
    [['--format', 'csv'], /^--format must be one of .*, not "csv"\./],
  ])('refuses %j in a sentence', async (more, sentence) => {
    expectSentence(await embed(join(folder, 'never.txt'), ...more), 2, sentence);
  });

  it('refuses a corpus that is not there and a folder that is none', async () => {
    const out = join(folder, 'never.txt');
    expectSentence(await runHere('text', 'embed', join(folder, 'none'), '--out', out), 2, /There is no file/);
    expectSentence(await runHere('text', 'embed', join(folder, 'empty'), '--out', out), 2, /holds no lyrics/);
    expectSentence(await embed(join(folder, 'nowhere', 'x.txt')), 2, /--out: there is no folder/);
  });
});

describe('polytag text neighbours', () => {
  it('finds words of the same topic', async () => {
    const { stdout, code } = await runHere(
      'text',
      'neighbours',
      vectors,
      't3w0',
      'T5w1',
      '--top',
      '5',
      '--json',
    );
    expect(code).toBe(0);
    const answers = JSON.parse(stdout) as {
      query: string;
      neighbours: { word: string; similarity: number }[];
    }[];
    expect(answers.map(({ query }) => query)).toEqual(['t3w0', 'T5w1']);
    for (const [i, topic] of ['t3w', 't5w'].entries()) {
      const found = answers[i].neighbours;
      expect(found).toHaveLength(5);
      expect(found.every(({ word }) => word.startsWith(topic))).toBe(true);
      expect(found.map(({ word }) => word)).not.toContain(answers[i].query.toLowerCase());
    }
  });

  it('answers the other words where one has no vector, and finds words by their letters', async () => {
    const { stdout, stderr, code } = await runHere(
      'text',
      'neighbours',
      vectors,
      'nowhere',
      'T3W0',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout).map(({ query }: { query: string }) => query)).toEqual(['T3W0']);
    expect(stderr).toMatch(/"nowhere" has no vector in .*; the words spelled most alike are/);
    const capitals = join(folder, 'capitals.vec');
    await writeFile(capitals, 'WiFi 1 0\nradio 1 0.1\n');
    expect((await runHere('text', 'neighbours', capitals, 'wifi')).stdout).toMatch(/^wifi\n[\s\S]*radio/);
  });

  it('adds and subtracts words', async () => {
    const { stdout } = await runHere('text', 'neighbours', vectors, 't3w0 - t5w0 + t5w1', '--top', '3');
    const [title, header, ...rows] = stdout.trimEnd().split('\n');
    expect([title, header]).toEqual(['t3w0 - t5w0 + t5w1', 'similarity  word']);
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row).toMatch(/^0\.\d{4} +t3w\d+$/);
  });

  it.each([
    [['t3w'], 2, /"t3w" has no vector in .*; the words spelled most alike are "t3w\d", "t3w\d"/],
    [['t3w0 t3w1'], 2, /"t3w0 t3w1" is not a word or a sum of words/],
    [['t3w0 -'], 2, /is not a word or a sum/],
    [[''], 2, /is not a word or a sum/],
    [['t3w0', '--top', '0'], 2, /--top must be a whole number/],
  ])('refuses %j in a sentence', async (more, code, sentence) => {
    expectSentence(await runHere('text', 'neighbours', vectors, ...more), code, sentence);
  });

  it('says what is wrong with a file', async () => {
    expectSentence(await runHere('text', 'neighbours', corpus, 'x'), 1, /this is not a file of word vectors/);
    expectSentence(await runHere('text', 'neighbours', join(folder, 'none'), 'x'), 2, /There is no file/);
  });
});
