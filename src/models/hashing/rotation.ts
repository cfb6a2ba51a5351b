/** The rotation of iterative quantisation, which PCA's and CCA's form share. */
import type { RandomGenerator } from '../../base/random.js';
import { nearestOrthonormal } from './principal.js';
import { product, transposedProduct } from './products.js';

/**
 * Rotates row-major [rows × directions] values so that their signs lose little: from a random rotation, `rounds` times
 * signs B of V·R, then the R nearest to them, U·Wᵀ of the singular value decomposition of Vᵀ·B (Gong and Lazebnik
 * 2011). With more bits than directions, R has `directions` orthonormal rows. Gives R, row-major [directions × bits].
 */
export function quantizingRotation(
  values: Float64Array,
  { directions, bits, rounds }: { directions: number; bits: number; rounds: number },
  random: RandomGenerator,
): Float64Array {
  const rows = values.length / directions;
  const start = Float64Array.from({ length: directions * bits }, () => random.normal());
  let rotation = nearestOrthonormal(start, directions, bits);
  for (let round = 0; round < rounds; round++) {
    const signs = product(values, rotation, [rows, directions, bits]);
    for (let i = 0; i < signs.length; i++) signs[i] = signs[i] >= 0 ? 1 : -1;
    rotation = nearestOrthonormal(
      transposedProduct(values, signs, [directions, rows, bits]),
      directions,
      bits,
    );
  }
  return rotation;
}
