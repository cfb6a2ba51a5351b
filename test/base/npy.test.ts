import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { npyHeader, writeNpy, writeNpyFrames } from '../../src/base/npy.js';
import { readNpy } from '../golden/read.js';

/** The header's text as NumPy writes it, padded with spaces and a newline to a whole of 128 bytes. */
const text = (fields: string): string => `${fields.padEnd(117)}\n`;

const spelled = (header: Uint8Array): string => Buffer.from(header.subarray(10)).toString('latin1');

describe('npyHeader', () => {
  // Of numpy.save, NumPy 2.4.6.
  it.each<[number[], 'C' | 'F', string]>([
    [[96, 626], 'C', "{'descr': '<f4', 'fortran_order': False, 'shape': (96, 626), }"],
    [[96, 626], 'F', "{'descr': '<f4', 'fortran_order': True, 'shape': (96, 626), }"],
    [[626], 'C', "{'descr': '<f4', 'fortran_order': False, 'shape': (626,), }"],
    [[1, 626], 'F', "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 626), }"],
    [[2, 3, 4], 'C', "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 4), }"],
    [[0], 'C', "{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }"],
  ])('of %j in %s order is NumPy’s', (shape, order, fields) => {
    const header = npyHeader(shape, order);
    expect([...header.subarray(0, 10)]).toEqual([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]);
    expect(spelled(header)).toBe(text(fields));
  });

  it('keeps its length when the growing axis grows', () => {
    for (const bands of [1, 96, 257, 1025])
      expect(npyHeader([bands, 0], 'F').length).toBe(npyHeader([bands, 675_116], 'F').length);
  });
});

describe('writing', () => {
  it('frames as they come gives the file of the whole', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'polytag-npy-'));
    const [streamed, whole] = [join(folder, 'streamed.npy'), join(folder, 'whole.npy')];
    const values = Float32Array.from({ length: 21 }, (_, i) => i / 7);
    const given = await writeNpyFrames(streamed, 3, async (append) => {
      await append(values.subarray(0, 6));
      await append(values.subarray(6));
      return 'done';
    });
    await writeNpy(whole, { shape: [3, 7], values, order: 'F' });
    expect(given).toBe('done');
    expect(readFileSync(streamed).equals(readFileSync(whole))).toBe(true);
    const read = readNpy(streamed);
    expect(read.shape).toEqual([3, 7]);
    expect(read.values[1]).toBe(Math.fround(3 / 7));
  });

  it('leaves nothing behind when it fails, and the old file as it was', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'polytag-npy-'));
    const path = join(folder, 'a.npy');
    await writeNpy(path, { shape: [1], values: Float32Array.of(5), order: 'C' });
    await expect(
      writeNpyFrames(path, 2, async (append) => {
        await append(new Float32Array(2));
        throw new Error('stopped');
      }),
    ).rejects.toThrow('stopped');
    expect(readdirSync(folder)).toEqual(['a.npy']);
    expect(existsSync(path) && [...readNpy(path).values]).toEqual([5]);
  });
});
