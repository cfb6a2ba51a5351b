/** NumPy's .npy files of float32, byte for byte as NumPy writes version 1.0. */
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { replaceWhole } from './files.js';

/** Numbers in a form that NumPy has. */
export interface NpyArray {
  /** Length of each axis. */
  shape: readonly number[];
  /** As many numbers as the shape has places. */
  values: Float32Array;
  /** `C`: the last axis runs fastest. `F`: the first does. */
  order: 'C' | 'F';
}

/** Header and data begin at multiples of this many bytes. */
const ALIGNMENT = 64;

/** Bytes before the header's text: the magic string, the version and the text's length. */
const PREAMBLE = 10;

/** NumPy leaves room for this many digits in the axis that grows when data is appended. */
const GROWTH_DIGITS = 21;

/**
 * The bytes before the numbers, as `numpy.save` writes them for little-endian float32. Their length does not depend on
 * how long the growing axis is (the last one in Fortran order, the first in C order).
 */
export function npyHeader(shape: readonly number[], order: NpyArray['order']): Uint8Array {
  const places = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const isFortran = order === 'F' && shape.filter((length) => length !== 1).length > 1;
  const fields = `{'descr': '<f4', 'fortran_order': ${isFortran ? 'True' : 'False'}, 'shape': (${places}), }`;
  const growing = String((isFortran ? shape.at(-1) : shape[0]) ?? '');
  const text = fields + ' '.repeat(Math.max(0, GROWTH_DIGITS - growing.length));
  const padding = ALIGNMENT - ((PREAMBLE + text.length + 1) % ALIGNMENT);
  const padded = `${text}${' '.repeat(padding)}\n`;
  const header = new Uint8Array(PREAMBLE + padded.length);
  header.set([0x93, ...Buffer.from('NUMPY', 'latin1'), 1, 0, padded.length & 255, padded.length >> 8]);
  header.set(Buffer.from(padded, 'latin1'), PREAMBLE);
  return header;
}

/** The bytes of numbers; every platform that Node runs on is little-endian. */
function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

async function writing<T>(path: string, write: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'w');
  try {
    const result = await write(file);
    await file.sync();
    return result;
  } finally {
    await file.close();
  }
}

/** The numbers of a .npy file of float32, in the order in which they are stored. */
export async function readNpyValues(path: string): Promise<Float32Array> {
  const file = await readFile(path);
  const isLong = file[6] >= 2;
  const begin = isLong ? 12 + file.readUInt32LE(8) : PREAMBLE + file.readUInt16LE(8);
  return new Float32Array(file.buffer.slice(file.byteOffset + begin, file.byteOffset + file.byteLength));
}

/** Writes an array atomically. Throws Failure when the disk is full or the folder cannot be written. */
export async function writeNpy(path: string, { shape, values, order }: NpyArray): Promise<void> {
  await replaceWhole(path, (temporary) =>
    writing(temporary, async (file) => {
      await file.writeFile(npyHeader(shape, order));
      await file.writeFile(bytesOf(values));
    }),
  );
}

/**
 * Streams a matrix of bands × frames: `produce` appends row-major frames × bands numbers, which lie in the file in
 * Fortran order, and the header is rewritten when their number is known. The file appears when it is whole.
 */
export async function writeNpyFrames<T>(
  path: string,
  bands: number,
  produce: (append: (rows: Float32Array) => Promise<void>) => Promise<T>,
): Promise<T> {
  let result: { of: T } | undefined;
  await replaceWhole(path, (temporary) =>
    writing(temporary, async (file) => {
      await file.writeFile(npyHeader([bands, 0], 'F'));
      let length = 0;
      const made = await produce(async (rows) => {
        length += rows.length;
        await file.writeFile(bytesOf(rows));
      });
      const header = npyHeader([bands, length / bands], 'F');
      await file.write(header, 0, header.length, 0);
      result = { of: made };
    }),
  );
  return result!.of;
}
