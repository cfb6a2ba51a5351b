/** Sparse matrices as scipy's `save_npz` writes them. */
import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';
import { writeWhole } from '../../base/files.js';
import type { SparseMatrix } from '../term-counts.js';

/** Header and data of an array begin at multiples of this many bytes. */
const ALIGNMENT = 64;

/** A ZIP archive without 64-bit extensions holds less. */
const LONGEST = 2 ** 32 - 1;

/**
 * Writes a matrix that `scipy.sparse.load_npz` reads. A reader sees the old file or the new one, never a part.
 *
 * @param path - where the file goes
 * @param matrix - what is written
 * @throws RangeError when the archive would be longer than 4 GB; Failure when the disk is full or the folder cannot be
 *   written
 */
export async function writeSparseNpz(path: string, matrix: SparseMatrix): Promise<void> {
  const { rows, columns, indptr, indices, data } = matrix;
  await writeWhole(
    path,
    await zip([
      ['indices.npy', npy('<i4', `(${indices.length},)`, bytesOf(indices))],
      ['indptr.npy', npy('<i4', `(${indptr.length},)`, bytesOf(indptr))],
      ['format.npy', npy('|S3', '()', Buffer.from('csr'))],
      ['shape.npy', npy('<i8', '(2,)', bytesOf(BigInt64Array.of(BigInt(rows), BigInt(columns))))],
      ['data.npy', npy('<f4', `(${data.length},)`, bytesOf(data))],
    ]),
  );
}

/** The bytes of numbers; every platform that Node runs on is little-endian. */
function bytesOf(values: Int32Array | Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** An array in NumPy's format, version 1.0. */
function npy(type: string, shape: string, bytes: Uint8Array): Buffer {
  const fields = `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }`;
  const length = Math.ceil((10 + fields.length + 1) / ALIGNMENT) * ALIGNMENT - 10;
  const preamble = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, length & 255, length >> 8]);
  return Buffer.concat([preamble, Buffer.from(`${fields.padEnd(length - 1)}\n`, 'latin1'), bytes]);
}

const deflate = promisify<Uint8Array, Buffer>(deflateRaw);

/** A ZIP archive (PKWARE's APPNOTE 6.3.3), its entries deflated and without dates, so that equal content is equal. */
async function zip(files: [name: string, content: Buffer][]): Promise<Buffer> {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const packed = await deflate(content);
    if (offset + packed.length > LONGEST || content.length > LONGEST)
      throw new RangeError('The matrix is too large for one .npz file; leave out rare terms.');
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt16LE(FIRST_DATE, 8);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name)]);
    // Version of the writer before the same fields; comment, disk and attributes behind them; then the place.
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), fields, rest, Buffer.from(name)]),
    );
    parts.push(local, packed);
    offset += local.length + packed.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, entries, end]);
}

/** The first of January 1980, as MS-DOS writes it: the first day that an archive can name. */
const FIRST_DATE = (1 << 5) | 1;
