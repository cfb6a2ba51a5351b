/** Reads NumPy's .npy files of little-endian float32; matrices that lie in Fortran order are put in C order. */
import { readFileSync } from 'node:fs';

export function readNpy(path: string): { shape: number[]; values: Float32Array } {
  const bytes = readFileSync(path);
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, start);
  if (!header.includes("'<f4'")) throw new Error(`${path}: ${header}`);
  const shape = /\(([^)]*)\)/
    .exec(header)![1]
    .split(',')
    .map((n) => n.trim())
    .filter(Boolean)
    .map(Number);
  const stored = new Float32Array(
    bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length),
  );
  const [rows, columns] = shape;
  const values = header.includes("'fortran_order': True")
    ? stored.map((_, i) => stored[(i % columns) * rows + Math.floor(i / columns)])
    : stored;
  return { shape, values };
}
