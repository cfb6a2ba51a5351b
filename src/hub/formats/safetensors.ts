/** Safetensors files of any type of numbers. */
import { readFile } from 'node:fs/promises';
import { readSafetensorsHeader } from '../../models/safetensors.js';
import type { StoredWeights } from './number-types.js';
import { byteLength, type NumberType, toFloat32 } from './number-types.js';

/** The format's names of types. */
const TYPES: Record<string, NumberType> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};

/** Reads a file. Throws an Error in a few words when it is damaged. */
export async function readSafetensors(path: string): Promise<StoredWeights> {
  const { entries, data } = readSafetensorsHeader(await readFile(path));
  const weights: StoredWeights = new Map();
  for (const [name, { dtype, shape, data_offsets }] of entries) {
    weights.set(name, {
      shape,
      read() {
        const [begin, end] = data_offsets;
        const type = TYPES[dtype];
        if (!type) throw new Error(`${name} has the unsupported type ${dtype}`);
        if (!(begin >= 0 && end <= data.length && end - begin === byteLength(type, shape)))
          throw new Error(`${name} does not lie inside the file`);
        return toFloat32(data.subarray(begin, end), type);
      },
    });
  }
  return weights;
}
