/**
 * Checksums of a recording's values in blocks, so that a part can be checked without reading the rest: a flipped bit on a
 * disk would otherwise give a run other weights, and nobody would know.
 */
import { readSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** Bytes of a block; the last one is shorter. */
export const BLOCK_BYTES = 2 ** 16;

/** CRC-32 of each block, as base64 of little-endian 32-bit numbers. */
export function blockSums(bytes: Uint8Array): string {
  const sums = Buffer.alloc(4 * Math.ceil(bytes.length / BLOCK_BYTES));
  for (let block = 0; 4 * block < sums.length; block++)
    sums.writeUInt32LE(crc32(bytes.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES)), 4 * block);
  return sums.toString('base64');
}

/** Values in an open file. */
export interface CheckedRange {
  descriptor: number;
  /** First byte of the recording's values, and how many bytes they are. */
  offset: number;
  length: number;
  sums: string;
}

/**
 * Reads bytes of a recording from byte `begin` of its values into all of `target`, with the blocks that they lie in.
 * False where the file is too short, or a block is not what was written.
 */
export function readBlocks(
  { descriptor, offset, length, sums }: CheckedRange,
  begin: number,
  target: Uint8Array,
): boolean {
  const first = Math.floor(begin / BLOCK_BYTES);
  const from = first * BLOCK_BYTES;
  const to = Math.min(length, Math.ceil((begin + target.length) / BLOCK_BYTES) * BLOCK_BYTES);
  const bytes = Buffer.allocUnsafe(to - from);
  if (readSync(descriptor, bytes, 0, bytes.length, offset + from) !== bytes.length) return false;
  const wanted = Buffer.from(sums, 'base64');
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    const place = 4 * (first + at / BLOCK_BYTES);
    if (place + 4 > wanted.length) return false;
    if (crc32(bytes.subarray(at, at + BLOCK_BYTES)) !== wanted.readUInt32LE(place)) return false;
  }
  target.set(bytes.subarray(begin - from, begin - from + target.length));
  return true;
}
