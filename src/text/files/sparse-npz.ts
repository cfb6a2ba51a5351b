/** Sparse matrices as scipy's `save_npz` writes them. */
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { writeWhole } from '../../base/files.js';
import type { SparseMatrix } from '../term-counts.js';

/** Header and data of an array begin at multiples of this many bytes. */
const ALIGNMENT = 64;

/** Writes a matrix atomically for `scipy.sparse.load_npz`. Throws Failure when it cannot be written. */
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

/** 1 January 1980, the first day that an archive can name: equal content gives equal bytes, whatever the time zone. */
const FIRST_DAY = new Date(1980, 0, 1);

function zip(files: [name: string, content: Buffer][]): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [name, content] of files)
    archive.addBuffer(content, name, { mtime: FIRST_DAY, mode: 0o100644, forceDosTimestamp: true });
  archive.end();
  return buffer(archive.outputStream);
}
