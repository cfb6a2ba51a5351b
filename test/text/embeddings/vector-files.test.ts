/** Files of word vectors: those of gensim to the bit, round trips, and everything that can be broken. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure, Interrupted, UsageError } from '../../../src/base/errors.js';
import { VECTOR_FORMATS } from '../../../src/text/embeddings/vector-header.js';
import { readVectors } from '../../../src/text/files/embeddings/read-vectors.js';
import { writeVectors } from '../../../src/text/files/embeddings/write-vectors.js';
import fc from '../../fast-check.js';
import { encode } from '../encoded-texts.js';
import gensim from './gensim.json' with { type: 'json' };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-vectors-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
async function write(content: string | Uint8Array): Promise<string> {
  const path = join(folder, `${files++}.vec`);
  await writeFile(path, content);
  return path;
}

const bitsOf = (values: Float32Array): number[] => [...new Uint32Array(values.slice().buffer)];
const { text, binary, words, bits } = gensim.files;

/** The same files as Python's module bz2 compresses them, the second in two streams, as parallel programs do. */
const BZIP2 = {
  text: 'QlpoOTFBWSZTWcOOYG8AABpZtQAQQAN/4AIEhQAABAQgCAACACAAahqnqPKeUzQ1Bp6DVP1MCm1NAAZq1z8kPF4KjhMADcC5bGFsyEpI1Dsa8l1fCPugJN86qoiaicO6OZKXDKrBSQUFi1gY70589zMiVGhdyRThQkMOOYG8',
  streams:
    'QlpoOTFBWSZTWQRXphQAAAnZgAAQQAF/wAIEgQAgADFMABNCtHo0g9RoZSEsWQfcoGTux4Yh1AvYiu+r4u5IpwoSAIr0woBCWmg5MUFZJlNZ7IZptwAAG1i1ABBAA3/gBAAABAQgCAACACAASGqfqZE9J+oajINQ00A00PUhL73ycC4bHQoERm0ubOShqJFDlNVtLusPcpd0UJCKyC2fpIOR8XckU4UJDshmm3A=',
  binary:
    'QlpoOTFBWSZTWfgIyF8AAAX7/4A0BABAQIoFkgACpIcAAAggBAUgQBCOAgAIBgBAACAAVFJoZGmBDIyMho2oYANPRBowhk8oekbXpKnOHA4J0RMImhjlu6j5li2AMjzqUjMaC+ApGHq9wIF4fi7kinChIfARkL4=',
};

describe('files of gensim', () => {
  it.each([
    ['text', text],
    ['binary', Buffer.from(binary, 'base64')],
    ['text', gzipSync(text)],
    ['binary', gzipSync(Buffer.from(binary, 'base64'))],
    ['text', Buffer.from(BZIP2.text, 'base64')],
    ['text', Buffer.from(BZIP2.streams, 'base64')],
    ['binary', Buffer.from(BZIP2.binary, 'base64')],
  ])('are read to the bit (%s)', async (format, content) => {
    const read = await readVectors(await write(content));
    expect(read).toMatchObject({ words, dim: 3, format, inFile: 3, notes: [] });
    expect(bitsOf(read.vectors)).toEqual(bits);
  });

  it('read what this toolkit writes: text is the same, binary has the line feeds of word2vec.c', async () => {
    const vectors = new Float32Array(Uint32Array.from(bits).buffer);
    const path = join(folder, 'own');
    await writeVectors(path, { words, vectors, dim: 3 }, 'binary');
    const own = await readVectors(path);
    expect([own.words, bitsOf(own.vectors)]).toEqual([words, bits]);
    await writeVectors(path, { words, vectors, dim: 3 }, 'text');
    expect([(await readVectors(path)).words, bitsOf((await readVectors(path)).vectors)]).toEqual([
      words,
      bits,
    ]);
  });
});

function damagedBzip2(): Uint8Array {
  const bytes = Buffer.from(BZIP2.text, 'base64');
  bytes[30] ^= 0xff;
  return bytes;
}

describe('words in GB18030', () => {
  const found = ['的', '爱情', '眼泪', '回忆', '月亮', '温柔', 'love', '孤独'];
  const rows = found.map((word, i) => `${word} ${i} 0.5 -1`);

  it.each([
    ['with a header', [`${found.length} 3`, ...rows]],
    ['without', rows],
  ])('are read as what they are %s, and named', async (_name, lines) => {
    const path = await write(encode(`${lines.join('\n')}\n`, 'gb18030'));
    const { words: read, notes, vectors } = await readVectors(path);
    expect(read).toEqual(found);
    expect(vectors[9]).toBe(3);
    expect(notes).toEqual([`${path}: its words are not UTF-8 and were read as GB18030.`]);
    expect((await readVectors(path, { encoding: 'gb18030', wanted: new Set(['眼泪']) })).words).toEqual([
      '眼泪',
    ]);
  });

  it('are read in the binary format', async () => {
    const pieces = found.map((word) => Buffer.concat([encode(`${word} `, 'gb18030'), Buffer.alloc(12)]));
    const path = await write(Buffer.concat([Buffer.from(`${found.length} 3\n`), ...pieces]));
    expect((await readVectors(path)).words).toEqual(found);
  });

  it('are refused where they may be another encoding', async () => {
    const path = await write(encode('叫 1 2 3\n', 'gb18030'));
    await expect(readVectors(path)).rejects.toThrow(/their encoding is not certain \(perhaps /);
  });
});

it.each(VECTOR_FORMATS)('whatever is written as %s is read again', async (format) => {
  const word = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 6 })
    .filter((w) => !/\s|\ufeff|\p{Cs}/u.test(w));
  const cases = fc.integer({ min: 1, max: 9 }).chain((dim) =>
    fc.record({
      dim: fc.constant(dim),
      words: fc.uniqueArray(word, { minLength: 1, maxLength: 20 }),
      values: fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
        minLength: 180,
        maxLength: 180,
      }),
    }),
  );
  const path = join(folder, `round-${format}`);
  await fc.assert(
    fc.asyncProperty(cases, async ({ dim, words: own, values }) => {
      // In so few bytes a vector of one number may look like text.
      fc.pre(format === 'text' || dim > 2);
      const vectors = Float32Array.from(values.slice(0, own.length * dim));
      await writeVectors(path, { words: own, vectors, dim }, format);
      const read = await readVectors(path);
      expect([read.words, bitsOf(read.vectors), read.format]).toEqual([own, bitsOf(vectors), format]);
    }),
    { numRuns: 60, seed: 1 },
  );
});

it('keeps the words that are wanted alone, and does not look at the others', async () => {
  const path = await write('4 2\na 1 2\nb x y\nc 3 4\nd\u00a0e 5 6\n');
  const { words: kept, vectors, inFile } = await readVectors(path, { wanted: new Set(['c', 'a', 'z']) });
  expect([kept, [...vectors], inFile]).toEqual([['a', 'c'], [1, 2, 3, 4], 4]);
});

it('reads many pieces of a file', async () => {
  const rows = Array.from(
    { length: 20_000 },
    (_, i) => `word${i} ${Array.from({ length: 20 }, (_, j) => i + j / 8).join(' ')}`,
  );
  const read = await readVectors(await write(`20000 20\n${rows.join('\n')}`));
  expect(read.words).toHaveLength(20_000);
  expect([...read.vectors.subarray(-2)]).toEqual([19_999 + 18 / 8, 19_999 + 19 / 8]);
});

it("reads fastText's trailing spaces, carriage returns, and GloVe without a header", async () => {
  const fast = await readVectors(await write('2 2 \r\na 1 2 \r\nb 3 4 \r\n'));
  expect([fast.words, [...fast.vectors]]).toEqual([
    ['a', 'b'],
    [1, 2, 3, 4],
  ]);
  const glove = await readVectors(await write('the 0.5 -1e-3\n. 2 3'));
  expect([glove.words, glove.dim, [...glove.vectors].map((x) => Number(x.toFixed(4)))]).toEqual([
    ['the', '.'],
    2,
    [0.5, -0.001, 2, 3],
  ]);
});

it('counts repeated words and words with spaces', async () => {
  const read = await readVectors(await write('4 2\na 1 2\nb 3 4\na 5 6\nat home 7 8\n'));
  expect([read.words, [...read.vectors]]).toEqual([
    ['a', 'b'],
    [1, 2, 3, 4],
  ]);
  expect(read.notes).toEqual([
    expect.stringMatching(/1 rows repeat an earlier word/),
    expect.stringMatching(/1 words with spaces were left out/),
  ]);
});

describe('refuses in a sentence', () => {
  const bytes = Buffer.from(binary, 'base64');
  const broken = Buffer.from(bytes);
  broken.writeFloatLE(Number.NaN, bytes.length - 4);
  const long = Buffer.from(bytes);
  it.each<[string, string | Uint8Array, RegExp]>([
    ['an empty file', '', /is empty; give a file/],
    ['a header of one number', '3\na 1 2\n', /line 1: the number of words and of dimensions is expected/],
    ['prose', 'Twinkle twinkle\nlittle star', /this is not a file of word vectors/],
    ['no words', '0 3\n', /line 1: "0 3" announces 0 words/],
    ['no numbers', '3 0\n', /which is not possible/],
    ['a short row', '2 2\na 1 2\nb 3\n', /line 3: "b" has 1 numbers, and 2 are expected/],
    ['a long row', '2 2\na 1 2\nb 3 4 5\n', /line 3: "b" has 3 numbers, and 2 are expected/],
    ['a row without numbers', '2 2\na 1 2\nb\n', /line 3: a word and 2 numbers are expected/],
    ['NaN', '2 2\na 1 2\nb 3 nan\n', /line 3: value 2 of "b" is not finite/],
    ['infinity', '1 2\na 1 1e999\n', /line 2: value 2 of "a"/],
    ['two spaces', '1 3\na 1  2\n', /line 2: value 2 of "a" is not finite/],
    ['too few words', '3 2\na 1 2\nb 3 4\n', /has 2 of the 3 words .* cut short/],
    ['too many words', '1 2\na 1 2\nb 3 4\n', /line 3: there are more words than the 1/],
    ['cut binary', bytes.subarray(0, -2), /has 2 of the 3 words .* cut short/],
    ['binary cut within a word', bytes.subarray(0, -14), /has 2 of the 3 words .* cut short/],
    ['NaN in binary', broken, /word 3: value 3 of "été" is not finite/],
    ['more than announced in binary', Buffer.concat([long, long]), /there are more than the 3 words/],
    ["fastText's own model", Uint8Array.of(0xba, 0x16, 0x4f, 0x2f, 12, 0, 0, 0), /ends in \.vec/],
    ['damaged bzip2', damagedBzip2(), /is damaged \(bzip2/],
    ['cut bzip2', Buffer.from(BZIP2.text, 'base64').subarray(0, 60), /is damaged|cut short|is empty/],
    ['damaged gzip', gzipSync(text).subarray(0, 40), /is damaged \(gzip/],
    ['a line without end', Buffer.alloc(18_000_000, 'a'), /this is not a file of word vectors/],
    [
      'a row without end',
      Buffer.concat([Buffer.from('1 2\na '), Buffer.alloc(18_000_000, '1')]),
      /does not end|numbers/,
    ],
  ])('%s', async (_, content, sentence) => {
    const reading = readVectors(await write(content));
    await expect(reading).rejects.toBeInstanceOf(Failure);
    await expect(reading).rejects.toThrow(sentence);
  });

  it('a missing file, a folder, a word with a space', async () => {
    await expect(readVectors(join(folder, 'none'))).rejects.toThrow(/There is no file/);
    await expect(readVectors(folder)).rejects.toBeInstanceOf(UsageError);
    const spaced = { words: ['a b'], vectors: Float32Array.of(1), dim: 1 };
    await expect(writeVectors(join(folder, 'spaced'), spaced, 'text')).rejects.toThrow(
      /cannot hold the word "a b"/,
    );
  });

  it('when it is stopped', async () => {
    const reading = readVectors(await write(text), { signal: AbortSignal.abort() });
    await expect(reading).rejects.toBeInstanceOf(Interrupted);
  });
});
