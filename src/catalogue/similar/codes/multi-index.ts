/** Multi-index hashing: codes within a small Hamming distance, without comparing all (Norouzi, Punjani and Fleet 2012). */
import type { CodeNeighbour, NearestCodes, PackedCodes } from './packed-codes.js';

/** Most bits of a substring: a table has an entry of 4 bytes for each value. */
const MOST_SUBSTRING_BITS = 24;

/** Least bits of a substring, where tracks are few. */
const LEAST_SUBSTRING_BITS = 4;

/** Numbers that describe a table to the kernels. */
const TABLE_WORDS = 5;

/** Of these the last is the distance that a search looks at. */
const RADIUS_WORD = 4;

/** A code that is looked up costs as much as this many that the scan passes by: memory is read here and there. */
const LOOK_UP_COST = 100;

/** First bit and number of bits of a substring. */
interface Substring {
  from: number;
  bits: number;
}

/**
 * Tables over packed codes that are already there, in the same memory: each has 4 bytes for every track and for every
 * value of its substring. 10 million codes of 64 bits have three, of 153 MB, which are made in seconds.
 */
export class MultiIndex {
  private readonly substrings: Substring[];
  private readonly tables: number;

  /**
   * Makes the tables.
   *
   * @param codes - filled; they must not change afterwards
   * @throws Failure where 4 GB do not suffice
   */
  constructor(private readonly codes: PackedCodes) {
    this.substrings = cut(codes.bits, codes.tracks);
    this.tables = codes.allocate(4 * TABLE_WORDS * this.substrings.length);
    for (const [i, { from, bits }] of this.substrings.entries()) {
      const starts = codes.allocate(4 * (2 ** bits + 1));
      const ids = codes.allocate(4 * codes.tracks);
      const table = this.tables + 4 * TABLE_WORDS * i;
      codes.viewOf(table, TABLE_WORDS).set([from, bits, starts, ids, 0]);
      codes.kernels.fillTable(table, codes.address, codes.tracks, codes.words);
    }
  }

  /**
   * What `PackedCodes.nearest` finds. Where `within` is so large, or missing, that the tables would take longer than
   * comparing all codes, all are compared.
   *
   * @throws RangeError as `PackedCodes.nearest`
   */
  nearest(query: Uint32Array, options: NearestCodes): CodeNeighbour[] {
    const { within = this.codes.bits } = options;
    if (LOOK_UP_COST * this.lookUps(within) > this.codes.tracks) return this.codes.nearest(query, options);
    return this.nearestByTables(query, { ...options, within });
  }

  /** The same by the tables alone, however long it takes. */
  nearestByTables(query: Uint32Array, options: NearestCodes & { within: number }): CodeNeighbour[] {
    const { codes, tables, substrings } = this;
    return codes.search(query, options, (address, isFiltered) => {
      for (const [i, radius] of this.radii(options.within).entries())
        codes.viewOf(tables + 4 * (TABLE_WORDS * i + RADIUS_WORD), 1)[0] = radius;
      codes.kernels.search(tables, substrings.length, codes.address, codes.words, address, isFiltered);
    });
  }

  /**
   * The distance at which each table is searched; below 0: not at all. If every substring of two codes were further away
   * than that, the codes would differ in within + 1 bits at least.
   */
  private radii(within: number): number[] {
    const count = this.substrings.length;
    const share = Math.floor(within / count);
    return this.substrings.map((_, i) => (i <= within % count ? share : share - 1));
  }

  /** Entries of tables and codes that a search looks at, if all substrings are equally frequent. */
  private lookUps(within: number): number {
    let sum = 0;
    for (const [i, radius] of this.radii(within).entries()) {
      const { bits } = this.substrings[i];
      let masks = 1;
      for (let flips = 0; flips <= Math.min(radius, bits); flips++) {
        sum += masks * (1 + this.codes.tracks / 2 ** bits);
        masks *= (bits - flips) / (flips + 1);
      }
    }
    return sum;
  }
}

/** Substrings of about log2(tracks) bits, which the paper finds best; the longer ones first. */
function cut(bits: number, tracks: number): Substring[] {
  const wanted = Math.max(LEAST_SUBSTRING_BITS, Math.log2(Math.max(1, tracks)));
  const count = Math.max(Math.ceil(bits / MOST_SUBSTRING_BITS), Math.round(bits / wanted));
  const substrings: Substring[] = [];
  for (let i = 0, from = 0; i < count; i++) {
    const own = Math.ceil((bits - from) / (count - i));
    substrings.push({ from, bits: own });
    from += own;
  }
  return substrings;
}
