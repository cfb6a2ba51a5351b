/**
 * Reads the golden files of this folder, and NumPy's .npy and .npz in general. An .npz here holds arrays and
 * `made.json`: the script, the versions of the libraries, and what the arrays are.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';

/** An array in C order. */
export interface NpyArray {
  shape: number[];
  values: Float32Array;
}

/** Values of an array's bytes, by NumPy's name of the type. */
const TYPES: Record<string, (bytes: ArrayBuffer) => Float32Array> = {
  '<f4': (bytes) => new Float32Array(bytes),
  '<f8': (bytes) => Float32Array.from(new Float64Array(bytes)),
  '<i2': (bytes) => Float32Array.from(new Int16Array(bytes)),
  '|b1': (bytes) => Float32Array.from(new Uint8Array(bytes)),
};

function parseNpy(bytes: Uint8Array): NpyArray {
  const start = 10 + bytes[8] + 256 * bytes[9];
  const header = Buffer.from(bytes).toString('latin1', 10, start);
  const type = /'descr': '([^']+)'/.exec(header)![1];
  const shape = /\(([^)]*)\)/
    .exec(header)![1]
    .split(',')
    .map((n) => n.trim())
    .filter(Boolean)
    .map(Number);
  const stored = TYPES[type](Uint8Array.from(bytes.subarray(start)).buffer);
  const [rows, columns] = shape;
  const values = header.includes("'fortran_order': True")
    ? stored.map((_, i) => stored[(i % columns) * rows + Math.floor(i / columns)])
    : stored;
  return { shape, values };
}

/** Reads an .npy file of numbers, rounded to float32; a matrix in Fortran order is put in C order. */
export const readNpy = (path: string): NpyArray => parseNpy(readFileSync(path));

/** Reads the arrays of an .npz file by their names, and its `made.json` where it has one. */
export async function readNpz<Made = unknown>(
  path: string,
): Promise<{ made: Made; arrays: Record<string, NpyArray> }> {
  const archive = await fromBufferPromise(readFileSync(path));
  const arrays: Record<string, NpyArray> = {};
  let made = {} as Made;
  for await (const entry of archive.eachEntry()) {
    const bytes = await buffer(await archive.openReadStreamPromise(entry));
    if (entry.fileName === 'made.json') made = JSON.parse(bytes.toString('utf8')) as Made;
    else arrays[entry.fileName.replace(/\.npy$/, '')] = parseNpy(bytes);
  }
  return { made, arrays };
}

/** Reads a golden file by its name without ending. */
export const readGolden = <Made>(name: string): ReturnType<typeof readNpz<Made>> =>
  readNpz<Made>(join(import.meta.dirname, `${name}.npz`));

/** Content of a golden JSON file by its name without ending. */
export const readGoldenJson = <T>(name: string): T =>
  JSON.parse(readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8')) as T;
