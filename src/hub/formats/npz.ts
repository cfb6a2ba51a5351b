/** NumPy's archives of arrays (.npz): ZIP files of .npy files. */

import type { StoredWeight, StoredWeights } from './number-types.js';
import { byteLength, type NumberType, toFloat32 } from './number-types.js';
import { transpose } from './transpose.js';
import { readZip } from './zip.js';

/** NumPy's names of types. */
const TYPES: Record<string, NumberType> = {
  '<f8': 'float64',
  '<f4': 'float32',
  '<f2': 'float16',
  '<i8': 'int64',
  '<i4': 'int32',
  '<i2': 'int16',
  '|i1': 'int8',
  '|u1': 'uint8',
  '|b1': 'bool',
};

/**
 * Reads an archive's arrays by the names given to `numpy.savez`. Throws an Error in a few words when it is damaged or
 * holds something else.
 */
export async function readNpz(path: string): Promise<StoredWeights> {
  const weights: StoredWeights = new Map();
  for (const [name, bytes] of await readZip(path, (entry) => entry.endsWith('.npy')))
    weights.set(name.slice(0, -'.npy'.length), readNpy(name, bytes));
  return weights;
}

/**
 * One array: magic, version, length of the header, the header as a Python dictionary, the numbers. Throws an Error in a few
 * words when it is damaged; `name` is what it calls the array.
 */
export function readNpy(name: string, bytes: Uint8Array): StoredWeight {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const magic = new TextDecoder('latin1').decode(bytes.subarray(0, 6));
  if (bytes.length < 12 || magic !== '\x93NUMPY') throw new Error(`${name} is not an array of NumPy`);
  const start = bytes[6] === 1 ? 10 : 12;
  const end = start + (bytes[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  const header = new TextDecoder().decode(bytes.subarray(start, end));
  const type = /'descr': *'([^']*)'/.exec(header)?.[1];
  const fortran = /'fortran_order': *(True|False)/.exec(header)?.[1];
  const lengths = /'shape': *\(([\d, ]*)\)/.exec(header)?.[1];
  if (lengths === undefined || fortran === undefined) throw new Error(`the header of ${name} cannot be read`);
  const shape = lengths
    .split(',')
    .map((n) => n.trim())
    .filter((n) => n !== '')
    .map(Number);
  return {
    shape,
    read() {
      const numbers = TYPES[type ?? ''];
      if (!numbers) throw new Error(`${name} has the unsupported type ${type ?? 'of a record'}`);
      if (bytes.length - end !== byteLength(numbers, shape))
        throw new Error(`${name} has ${bytes.length - end} bytes, which do not fit [${shape}]`);
      const values = toFloat32(bytes.subarray(end), numbers);
      if (fortran === 'False') return values;
      return transpose(
        values,
        shape.toReversed(),
        shape.map((_, axis) => shape.length - 1 - axis),
      );
    },
  };
}
