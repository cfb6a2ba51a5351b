/** Points in a plane by t-SNE. */
import { TSNE } from '@keckelt/tsne';
import { randomGenerator } from '../../base/random.js';
import { principalAxes } from './principal-axes.js';

/** Below this many points there are no neighbourhoods to keep. */
const LEAST = 15;

/** Effective number of neighbours, as the paper has it, where there are points enough. */
const PERPLEXITY = 30;

/** Steps of the layout. */
const STEPS = 500;

/** Deviation of the first layout, as the paper has it. */
const FIRST = 1e-4;

/**
 * Places points in a plane by t-SNE (van der Maaten and Hinton 2008) on Euclidean distances of unit vectors, begun from
 * the principal components (Kobak and Berens 2019). Time is quadratic in the number of points, so callers bound it.
 *
 * @param vectors - row-major [count × length]
 * @param seed - the same seed gives the same places
 * @returns row-major [count × 2]; null below 15 points, and where they do not differ
 */
export function tsnePlaces(
  vectors: Float32Array,
  count: number,
  length: number,
  seed: number,
): Float32Array | null {
  if (count < LEAST) return null;
  const points = Array.from({ length: count }, (_, point) => {
    const own = vectors.subarray(point * length, (point + 1) * length);
    const norm = Math.sqrt(own.reduce((sum, value) => sum + value ** 2, 0)) || 1;
    return Array.from(own, (value) => value / norm);
  });
  const axes = principalAxes(Float32Array.from(points.flat()), count, length);
  const extent = Math.sqrt(axes.reduce((sum, value) => sum + value ** 2, 0) / axes.length);
  if (extent < 1e-6) return null;
  const tsne = new TSNE({ dim: 2, perplexity: Math.min(PERPLEXITY, (count - 1) / 3), epsilon: 10 });
  tsne.initDataRaw(points);
  const random = randomGenerator(seed, 't-SNE');
  // The library begins with random numbers that have no seed.
  for (const [point, place] of tsne.getSolution().entries())
    for (const dimension of [0, 1])
      place[dimension] = FIRST * (axes[2 * point + dimension] / extent + 1e-2 * random.normal());
  for (let step = 0; step < STEPS; step++) tsne.step();
  return Float32Array.from(tsne.getSolution().flat());
}
