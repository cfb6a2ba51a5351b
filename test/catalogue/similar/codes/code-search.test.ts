/** Searching binary codes, against sorting all distances. */

import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../../src/base/random.js';
import { MultiIndex } from '../../../../src/catalogue/similar/codes/multi-index.js';
import {
  type CodeNeighbour,
  type NearestCodes,
  PackedCodes,
} from '../../../../src/catalogue/similar/codes/packed-codes.js';
import fc from '../../../fast-check.js';

/** Bits in which two codes differ, one by one. */
function distanceOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++)
    for (let bit = 0; bit < 32; bit++) sum += ((a[i] >>> bit) & 1) === ((b[i] >>> bit) & 1) ? 0 : 1;
  return sum;
}

/** All codes sorted by distance, then by row. */
function bruteForce(
  codes: readonly number[][],
  query: number[],
  { count, within = Number.POSITIVE_INFINITY, wanted = () => true }: NearestCodes,
): CodeNeighbour[] {
  return codes
    .map((code, row) => ({ row, distance: distanceOf(code, query) }))
    .filter(({ row, distance }) => distance <= within && wanted(row))
    .sort((a, b) => a.distance - b.distance || a.row - b.row)
    .slice(0, count);
}

function packed(codes: readonly number[][], words: number): PackedCodes {
  const filled = new PackedCodes(codes.length, 32 * words);
  filled.view().set(codes.flat());
  return filled;
}

/** Words with few bits, whose distances are nearly all equal; or any. */
const families = [
  fc.constantFrom(0, 1, 2, 3, 2 ** 8, 2 ** 12, 2 ** 16, 2 ** 21, 2 ** 31),
  fc.oneof(fc.constantFrom(0, 0xffffffff), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
];

const searched = fc
  .tuple(fc.constantFrom(1, 2, 3, 4, 5, 8), fc.constantFrom(...families))
  .chain(([words, word]) =>
    fc.record({
      words: fc.constant(words),
      codes: fc.array(fc.array(word, { minLength: words, maxLength: words }), { maxLength: 60 }),
      query: fc.array(word, { minLength: words, maxLength: words }),
      count: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 70 })),
      within: fc.option(fc.integer({ min: 0, max: 32 * words }), { nil: undefined }),
      modulus: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    }),
  )
  .map(({ modulus, ...rest }) => ({
    ...rest,
    wanted: modulus === undefined ? undefined : (row: number) => row % modulus === 0,
  }));

describe('a scan of codes', () => {
  it('finds what sorting all distances finds', () => {
    fc.assert(
      fc.property(searched, ({ words, codes, query, ...options }) => {
        const found = packed(codes, words).nearest(Uint32Array.from(query), options);
        expect(found).toEqual(bruteForce(codes, query, options));
      }),
      { numRuns: 500 },
    );
  });

  it.each([32, 64, 96, 128, 256])('of %i bits is right for each of many searches in one memory', (bits) => {
    const words = bits / 32;
    const { uniform } = randomGenerator(bits, 'codes');
    const codes = Array.from({ length: 3000 }, () =>
      Array.from({ length: words }, () => Math.floor(uniform() * 2 ** 32)),
    );
    const scanned = packed(codes, words);
    for (const count of [1, 10, 2999, 3000, 5000, 3]) {
      const query = Array.from({ length: words }, () => Math.floor(uniform() * 2 ** 32));
      expect(scanned.nearest(Uint32Array.from(query), { count })).toEqual(
        bruteForce(codes, query, { count }),
      );
    }
    const view = scanned.view();
    expect([...view]).toEqual(codes.flat());
  });

  it('gives the smaller rows of equals at the last place, though nearer ones come later', () => {
    const codes = [[3], [1], [3], [1], [0], [1]];
    const found = packed(codes, 1).nearest(Uint32Array.of(0), { count: 3 });
    expect(found).toEqual([
      { row: 4, distance: 0 },
      { row: 1, distance: 1 },
      { row: 3, distance: 1 },
    ]);
  });

  it('asks about near rows only', () => {
    const codes = Array.from({ length: 1000 }, (_, row) => [row < 10 ? 0 : -1 >>> 0]);
    const asked: number[] = [];
    const wanted = (row: number): boolean => asked.push(row) > 0;
    expect(packed(codes, 1).nearest(Uint32Array.of(0), { count: 5, wanted })).toHaveLength(5);
    expect(asked).toEqual([0, 1, 2, 3, 4]);
  });

  it('refuses what cannot be meant', () => {
    const codes = packed([[1, 2]], 2);
    const query = Uint32Array.of(0, 0);
    expect(() => new PackedCodes(1, 48)).toThrow('a multiple of 32 bits up to 256, not 48');
    expect(() => new PackedCodes(1, 288)).toThrow(RangeError);
    expect(() => new PackedCodes(2 ** 30, 64)).toThrow(/do not fit into the 4 GB/);
    expect(() => codes.nearest(query, { count: 0 })).toThrow(/whole number above 0, not 0/);
    expect(() => codes.nearest(Uint32Array.of(0), { count: 1 })).toThrow(
      'The query has 32 bits, and the codes have 64.',
    );
    expect(() => codes.nearest(query, { count: 1, within: -1 })).toThrow(/whole number from 0, not -1/);
    expect(new PackedCodes(0, 64).nearest(query, { count: 1 })).toEqual([]);
  });
});

describe('tables of substrings', () => {
  it('find what the scan finds', () => {
    fc.assert(
      fc.property(searched, ({ words, codes, query, ...options }) => {
        const all = packed(codes, words);
        const tables = new MultiIndex(all);
        const given = Uint32Array.from(query);
        // A substring of 4 bits or more has few values, so that any distance may be looked up.
        const { within = 32 * words } = options;
        expect(tables.nearestByTables(given, { ...options, within })).toEqual(all.nearest(given, options));
        expect(tables.nearest(given, options)).toEqual(all.nearest(given, options));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [32, 16],
    [64, 20],
    [96, 20],
    [256, 20],
  ])('of %i bits find what the scan finds at every distance up to %i', (bits, most) => {
    const words = bits / 32;
    const { uniform } = randomGenerator(bits, 'tables');
    const random = (): number => Math.floor(uniform() * 2 ** 32);
    const query = Uint32Array.from({ length: words }, random);
    // Codes at all distances: the query with some bits flipped.
    const codes = Array.from({ length: 20_000 }, () => {
      const code = [...query];
      for (let flips = Math.floor(uniform() * bits * 0.6); flips > 0; flips--) {
        const bit = Math.floor(uniform() * bits);
        code[bit >> 5] = (code[bit >> 5] ^ (1 << (bit & 31))) >>> 0;
      }
      return code;
    });
    const all = packed(codes, words);
    const tables = new MultiIndex(all);
    for (let within = 0; within <= most; within++)
      for (const count of [3, 20_000]) {
        const found = all.nearest(query, { count, within });
        expect(tables.nearestByTables(query, { count, within })).toEqual(found);
        expect(tables.nearest(query, { count, within })).toEqual(found);
      }
    expect(all.nearest(query, { count: 1, within: most })).toHaveLength(1);
  });
});
