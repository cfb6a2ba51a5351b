/** Reads NumPy's .npy files of little-endian float32 in C order. */
import { readFileSync } from 'node:fs';

export function readNpy(path: string): { shape: number[]; values: Float32Array } {
  const bytes = readFileSync(path);
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, start);
  if (!header.includes("'<f4'") || header.includes("'fortran_order': True"))
    throw new Error(`${path}: ${header}`);
  const shape = /\(([^)]*)\)/
    .exec(header)![1]
    .split(',')
    .map((n) => n.trim())
    .filter(Boolean)
    .map(Number);
  return {
    shape,
    values: new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length)),
  };
}
