/** Products in tiles against the plain triple loop, for sizes that tiles do not divide. */

import { expect, it } from 'vitest';
import {
  product,
  transpose,
  transposedProduct,
  vectorProduct,
} from '../../../src/models/hashing/products.js';
import fc from '../../fast-check.js';
import { noise } from '../../features/known-signals.js';

const size = fc.integer({ min: 1, max: 11 });
const made = (length: number, seed: number): Float64Array => Float64Array.from(noise(length, seed));

function plain(a: Float64Array, b: Float64Array, rows: number, inner: number, columns: number): number[] {
  return Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return Array.from({ length: inner }, (_, k) => a[row * inner + k] * b[k * columns + column]).reduce(
      (x, y) => x + y,
    );
  });
}

it('are those of the definition', () => {
  fc.assert(
    fc.property(size, fc.oneof(size, fc.constant(1030)), size, (rows, inner, columns) => {
      const a = made(rows * inner, 1);
      const b = made(inner * columns, 2);
      const expected = plain(a, b, rows, inner, columns);
      const results = [
        product(a, b, [rows, inner, columns]),
        transposedProduct(transpose(a, inner), b, [rows, inner, columns]),
      ];
      for (const result of results)
        for (const [i, value] of expected.entries()) expect(result[i]).toBeCloseTo(value, 10);
      const x = made(inner, 3);
      const applied = vectorProduct(a, x);
      for (const [i, value] of plain(a, x, rows, inner, 1).entries())
        expect(applied[i]).toBeCloseTo(value, 10);
    }),
  );
});
