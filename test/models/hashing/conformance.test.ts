/** What every hash learner promises. */
import { describe, expect, it } from 'vitest';
import { keysOf } from '../../../src/base/registry.js';
import {
  fitHasher,
  type HashTraining,
  hashers,
  MAX_BITS,
  restoreHasher,
  wordsOf,
} from '../../../src/models/hashing/index.js';
import { decodeHasher, encodeHasher } from '../../../src/models/hashing/stored.js';
import { asText, clusters, mapOf, part } from './made.js';

const made = clusters(150, 40, 5, 31);
const others = clusters(20, 40, 5, 41);

describe.each(keysOf(hashers))('%s', (kind) => {
  const fitted = (training: Partial<HashTraining>) =>
    fitHasher({ kind }, { ...made, bits: 40, seed: 1, ...training });

  it('gives codes of as many bits as asked for, packed from the least significant on', () => {
    for (const bits of [1, 32, 33]) {
      const hasher = fitted({ bits });
      const codes = hasher.encode(others.embeddings, others.rows);
      expect(hasher).toMatchObject({ kind, bits, width: 40, words: Math.ceil(bits / 32) });
      expect(codes).toHaveLength(others.rows * wordsOf(bits));
      const unused = bits % 32 === 0 ? 0 : -1 << (bits % 32);
      for (let row = 0; row < others.rows; row++)
        expect(codes[(row + 1) * hasher.words - 1] & unused).toBe(0);
      // No bit is the same for all: it would say nothing.
      if (bits === 33)
        for (let bit = 0; bit < bits; bit++)
          expect(
            new Set(asText(hasher.encode(made.embeddings, made.rows), hasher).map((code) => code[bit])).size,
          ).toBe(2);
    }
  });

  it('encodes rows one by one as it does at once', () => {
    const hasher = fitted({});
    const oneByOne = Array.from({ length: others.rows }, (_, row) => [
      ...hasher.encode(others.embeddings.slice(row * 40, (row + 1) * 40), 1),
    ]).flat();
    expect(oneByOne).toEqual([...hasher.encode(others.embeddings, others.rows)]);
    expect(hasher.encode(new Float32Array(0), 0)).toHaveLength(0);
  });

  it('gives the same file for the same seed, and its file the same codes', () => {
    const hasher = fitted({});
    const file = encodeHasher(hasher);
    expect(encodeHasher(fitted({}))).toEqual(file);
    const restored = decodeHasher(file);
    expect(restored).toMatchObject({ kind, bits: 40, width: 40, words: 2 });
    expect(restored.encode(others.embeddings, 20)).toEqual(hasher.encode(others.embeddings, 20));
    expect(encodeHasher(restored)).toEqual(file);
  });

  it('takes embeddings that are all equal, and a single row', () => {
    const equal = { embeddings: new Float32Array(150 * 40).fill(0.3) };
    expect(new Set(asText(fitted(equal).encode(equal.embeddings, 150), fitted(equal))).size).toBe(1);
    const single = fitted(part(made, 0, 1));
    expect(single.encode(others.embeddings, 20)).toHaveLength(40);
    expect([...single.state().arrays.values()].every(({ values }) => values.every(Number.isFinite))).toBe(
      true,
    );
  });

  it('finds more than chance', () => {
    const database = part(made, 0, 100);
    expect(mapOf(fitted(database), database, part(made, 100, 150))).toBeGreaterThan(0.3);
  });

  it('says what is wrong with its input in one sentence', () => {
    expect(() => fitted({ bits: 0 })).toThrow(`A hash code has 1 to ${MAX_BITS} bits, not 0.`);
    expect(() => fitted({ bits: 257 })).toThrow('not 257');
    expect(() => fitted({ rows: 151 })).toThrow('not 151 rows of 40');
    expect(() =>
      fitted({ embeddings: made.embeddings.map((value, i) => (i === 80 ? Number.NaN : value)) }),
    ).toThrow('Embedding 2 holds NaN');
    expect(() => fitted({}).encode(others.embeddings, 21)).toThrow('not 21 rows of the 40');
    if (hashers[kind].needsLabels) {
      expect(() => fitted({ labels: undefined })).toThrow('give labels');
      expect(() => fitted({ labels: { targets: new Uint8Array(750), count: 5 } })).toThrow('give labels');
    }
  });

  it('is not restored from arrays that are missing or do not fit', () => {
    const state = fitted({}).state();
    const [name] = state.arrays.keys();
    expect(() => restoreHasher({ ...state, arrays: new Map() })).toThrow('missing');
    expect(() => restoreHasher({ ...state, width: 41 })).toThrow(`${name} has the shape`);
    expect(() => restoreHasher({ ...state, kind: 'toString' })).toThrow('not a hash learner');
    expect(() => restoreHasher({ ...state, bits: 500 })).toThrow('not 500');
  });
});

it('sets bit j of a row in word j >> 5, where its projection is not negative', () => {
  const width = 34;
  // Bit j is the sign of number j.
  const identity = Float32Array.from({ length: width * width }, (_, i) => (i % (width + 1) === 0 ? 1 : 0));
  const hasher = restoreHasher({
    kind: 'lsh',
    width,
    bits: width,
    arrays: new Map([
      ['mean', { shape: [width], values: new Float32Array(width) }],
      ['projection', { shape: [width, width], values: identity }],
    ]),
  });
  const embeddings = new Float32Array(2 * width).fill(-1);
  embeddings[0] = 0.5;
  embeddings[3] = 0;
  embeddings[31] = 2;
  embeddings[width + 33] = 1;
  expect([...hasher.encode(embeddings, 2)]).toEqual([2 ** 31 + 8 + 1, 0, 0, 2]);
});

it('LSH projects the embedding less the mean of the training rows', () => {
  const hasher = fitHasher({ kind: 'lsh' }, { ...made, bits: 20, seed: 2 });
  const projection = hasher.state().arrays.get('projection')!.values;
  const mean = Array.from(
    { length: 40 },
    (_, column) =>
      Array.from({ length: 150 }, (_, row) => made.embeddings[row * 40 + column]).reduce((a, b) => a + b) /
      150,
  );
  const expected = Array.from({ length: 20 }, (_, row) =>
    Array.from({ length: 20 }, (_, bit) =>
      mean.reduce((sum, m, c) => sum + (others.embeddings[row * 40 + c] - m) * projection[c * 20 + bit], 0) >=
      0
        ? 1
        : 0,
    ).join(''),
  );
  expect(asText(hasher.encode(others.embeddings, 20), hasher)).toEqual(expected);
});

it('ITQ has no more bits than embeddings have numbers; the others do', () => {
  expect(() => fitHasher({ kind: 'itq' }, { ...made, bits: 41, seed: 1 })).toThrow('at most 40');
  for (const kind of keysOf(hashers))
    if (kind !== 'itq') expect(fitHasher({ kind }, { ...made, bits: 70, seed: 1 }).words).toBe(3);
});

it('learns from sets of labels too', () => {
  const database = part(made, 0, 100);
  // A second label for every other row of class 0, which is also class 1.
  const targets = database.labels.targets.map((value, i) => (i % 10 === 1 ? 1 : value));
  const labels = { targets, count: 5 };
  for (const kind of ['itq-cca', 'ksh'] as const) {
    const hasher = fitHasher({ kind }, { ...database, labels, bits: 24, seed: 1 });
    expect(mapOf(hasher, { ...database, labels }, part(made, 100, 150))).toBeGreaterThan(0.6);
  }
});

it('reads no other file as a hasher', () => {
  expect(() => decodeHasher(new Uint8Array(4))).toThrow('shorter than a header');
});
