import { closeSync, openSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { BLOCK_BYTES, blockSums, readBlocks } from '../../../src/data/store/block-sums.js';
import fc from '../../fast-check.js';

describe('checksums of blocks', () => {
  let path: string;
  beforeAll(async () => {
    path = join(await mkdtemp(join(tmpdir(), 'polytag-blocks-')), 'values');
  });

  it('let any part be read, and no part with a flipped bit in its blocks', async () => {
    const lengths = fc.oneof(
      fc.integer({ min: 1, max: 64 }),
      fc.constantFrom(BLOCK_BYTES - 4, BLOCK_BYTES, BLOCK_BYTES + 4),
      fc.integer({ min: 1, max: 3 * BLOCK_BYTES }),
    );
    await fc.assert(
      fc.asyncProperty(
        lengths,
        fc.nat(100),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        async (length, offset, share, seed) => {
          const values = Uint8Array.from({ length }, (_, i) => (i * 31 + seed) % 251);
          const sums = blockSums(values);
          const begin = Math.floor(share * (length - 1));
          const target = new Uint8Array(Math.max(1, seed % (length - begin)));
          // What follows the values, as another recording's do, is not theirs.
          const file = Buffer.concat([Buffer.alloc(offset, 7), values, Buffer.alloc(12, 9)]);
          const read = async (): Promise<boolean> => {
            await writeFile(path, file);
            const descriptor = openSync(path, 'r');
            const isGood = readBlocks({ descriptor, offset, length, sums }, begin, target);
            closeSync(descriptor);
            return isGood;
          };
          expect(await read()).toBe(true);
          expect(Buffer.from(target).equals(values.subarray(begin, begin + target.length))).toBe(true);
          file[offset + begin] ^= 1 << (seed % 8);
          expect(await read()).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });
});
