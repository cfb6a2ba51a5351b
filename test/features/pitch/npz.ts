/** Reads NumPy's .npz files: archives of .npy arrays, of little-endian floats and truth values here. */
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';

/** Numbers of an array's bytes, by NumPy's name of the type. */
const TYPES: Record<string, (bytes: ArrayBuffer) => Float64Array> = {
  '<f4': (bytes) => Float64Array.from(new Float32Array(bytes)),
  '<f8': (bytes) => new Float64Array(bytes),
  '|b1': (bytes) => Float64Array.from(new Uint8Array(bytes)),
};

function readArray(npy: Buffer): Float64Array {
  const start = 10 + npy.readUInt16LE(8);
  const type = /'descr': '([^']+)'/.exec(npy.toString('latin1', 10, start))![1];
  return TYPES[type](Uint8Array.from(npy.subarray(start)).buffer);
}

/** The arrays of a file by their names. */
export async function readNpz(path: string): Promise<Record<string, Float64Array>> {
  const archive = await fromBufferPromise(readFileSync(path));
  const arrays: Record<string, Float64Array> = {};
  for await (const entry of archive.eachEntry())
    arrays[entry.fileName.replace(/\.npy$/, '')] = readArray(
      await buffer(await archive.openReadStreamPromise(entry)),
    );
  return arrays;
}
