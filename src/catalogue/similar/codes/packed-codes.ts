/** Exact nearest neighbours among binary codes, by Hamming distance. */
import { Failure, UsageError } from '../../../base/errors.js';
import { type CodeKernels, loadCodeKernels } from '../../../simd/load-codes.js';

/** Bits of a code: a multiple of 32 up to this. */
export const MOST_BITS = 256;

/** Whether codes of an index can have so many bits. */
export const isIndexLength = (bits: number): boolean =>
  Number.isInteger(bits) && bits % 32 === 0 && bits >= 32 && bits <= MOST_BITS;

/** Throws a UsageError for a number of bits that codes of an index cannot have. */
export function requireBits(bits: number): void {
  if (!isIndexLength(bits))
    throw new UsageError(`--bits must be a multiple of 32 from 32 to ${MOST_BITS}, not ${bits}.`);
}

/** A track and the number of bits in which its code differs from the query's. */
export interface CodeNeighbour {
  row: number;
  distance: number;
}

export interface NearestCodes {
  count: number;
  /** Largest distance. Default: any. */
  within?: number;
  /** Which rows may be given, asked only about rows that are near enough. Default: all. */
  wanted?: (row: number) => boolean;
}

/** Bytes after the codes that a kernel may read. */
const MARGIN = 8;

/** WebAssembly's largest memory. */
const MEMORY_BYTES = 2 ** 32;

/**
 * Codes in a WebAssembly memory of their own, one after the other: bit j of a code is bit j & 31 of its word j >> 5, and
 * words are little-endian. 10 million codes of 64 bits take 80 MB.
 */
export class PackedCodes {
  /** 32-bit words of a code. */
  readonly words: number;
  /** Where the codes begin in the memory. */
  readonly address: number;
  readonly kernels: CodeKernels;
  private readonly query: number;
  private room = 0;
  private roomKeys = 0;
  private wanted: (row: number) => boolean = () => true;

  /**
   * Makes room for codes, which are zeros until `view` is filled.
   *
   * @param bits - of a code
   * @throws RangeError for a number of bits that is not a multiple of 32 from 32 to 256; Failure where 4 GB do not suffice
   */
  constructor(
    readonly tracks: number,
    readonly bits: number,
  ) {
    if (bits % 32 !== 0 || bits < 32 || bits > MOST_BITS)
      throw new RangeError(`Codes have a multiple of 32 bits up to ${MOST_BITS}, not ${bits}.`);
    this.words = bits / 32;
    this.kernels = loadCodeKernels((row) => this.wanted(row));
    this.query = this.allocate(4 * this.words + MARGIN);
    this.address = this.allocate(4 * this.words * tracks + MARGIN);
  }

  /** A view of all codes; it is void after the next search, and after a table is made. */
  view(): Uint32Array<ArrayBuffer> {
    return this.viewOf(this.address, this.words * this.tracks);
  }

  /** A view of numbers in the codes' memory; it is void once more room is asked for. */
  viewOf(address: number, count: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.kernels.memory.buffer as ArrayBuffer, address, count);
  }

  /** Room in the codes' memory, of zeros. Throws a Failure where there is no more. */
  allocate(bytes: number): number {
    const address = bytes < MEMORY_BYTES ? this.kernels.allocate(bytes) >>> 0 : 0;
    if (address === 0)
      throw new Failure(
        `${this.tracks} codes of ${this.bits} bits do not fit into the 4 GB that a search can hold, or into this machine's memory; divide the catalogue.`,
      );
    return address;
  }

  /**
   * The nearest codes: all are compared, so the answer is exact. Nearest first; of equal distances the smaller row first,
   * also at the last place, where some of the equals may be left out.
   *
   * @param query - a code
   * @throws RangeError for a count that is not a whole number above 0, a query of another length or a distance below 0
   */
  nearest(query: Uint32Array, options: NearestCodes): CodeNeighbour[] {
    return this.search(query, options, (address, isFiltered) =>
      this.kernels.scan(this.address, this.tracks, this.words, address, isFiltered),
    );
  }

  /**
   * Selects the best of the codes that kernels offer.
   *
   * @param offer - calls the kernels with the query's address
   */
  search(
    query: Uint32Array,
    { count, within = this.bits, wanted }: NearestCodes,
    offer: (query: number, isFiltered: boolean) => void,
  ): CodeNeighbour[] {
    if (!Number.isInteger(count) || count < 1)
      throw new RangeError(`The number of neighbours must be a whole number above 0, not ${count}.`);
    if (query.length !== this.words)
      throw new RangeError(`The query has ${32 * query.length} bits, and the codes have ${this.bits}.`);
    if (!Number.isInteger(within) || within < 0)
      throw new RangeError(`The largest distance must be a whole number from 0, not ${within}.`);
    if (this.tracks === 0) return [];
    const keys = Math.min(count, this.tracks);
    if (keys > this.roomKeys) {
      this.roomKeys = Math.min(2 * keys, this.tracks);
      this.room = this.allocate(8 * this.roomKeys);
    }
    this.viewOf(this.query, this.words).set(query);
    this.wanted = wanted ?? this.wanted;
    this.kernels.begin(this.room, keys, Math.min(within, this.bits));
    offer(this.query, wanted !== undefined);
    const found = this.kernels.finish();
    const pairs = this.viewOf(this.room, 2 * found);
    return Array.from({ length: found }, (_, i) => ({ row: pairs[2 * i], distance: pairs[2 * i + 1] }));
  }
}
