/** k-means clustering (Lloyd 1982) from seeds of k-means++ (Arthur and Vassilvitskii 2007). */
import type { RandomGenerator } from '../../base/random.js';

const MAX_ITERATIONS = 300;

/** Clusters row-major [rows × columns] values; at most as many clusters as rows. */
export function kMeans(
  values: ArrayLike<number>,
  columns: number,
  clusters: number,
  random: RandomGenerator,
): Int32Array {
  const rows = values.length / columns;
  const centres = firstCentres(values, columns, clusters, random);
  const clusterOf = new Int32Array(rows).fill(-1);
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    let changed = false;
    for (let row = 0; row < rows; row++) {
      let nearest = 0;
      let least = Infinity;
      for (let k = 0; k < clusters; k++) {
        const distance = squaredDistance(values, row * columns, centres, k * columns, columns);
        if (distance < least) {
          least = distance;
          nearest = k;
        }
      }
      if (clusterOf[row] !== nearest) changed = true;
      clusterOf[row] = nearest;
    }
    if (!changed) break;
    const sums = new Float64Array(clusters * columns);
    const members = new Uint32Array(clusters);
    for (let row = 0; row < rows; row++) {
      members[clusterOf[row]]++;
      for (let c = 0; c < columns; c++) sums[clusterOf[row] * columns + c] += values[row * columns + c];
    }
    // A cluster that lost all its rows stays where it was.
    for (let k = 0; k < clusters; k++)
      if (members[k] > 0)
        for (let c = 0; c < columns; c++) centres[k * columns + c] = sums[k * columns + c] / members[k];
  }
  return clusterOf;
}

/** One row per centre, drawn with a probability in proportion to its squared distance to the nearest one so far. */
function firstCentres(
  values: ArrayLike<number>,
  columns: number,
  clusters: number,
  random: RandomGenerator,
): Float64Array {
  const rows = values.length / columns;
  const centres = new Float64Array(clusters * columns);
  const distances = new Float64Array(rows).fill(Infinity);
  let chosen = random.integer(rows);
  for (let k = 0; k < clusters; k++) {
    for (let c = 0; c < columns; c++) centres[k * columns + c] = values[chosen * columns + c];
    let total = 0;
    for (let row = 0; row < rows; row++) {
      distances[row] = Math.min(
        distances[row],
        squaredDistance(values, row * columns, centres, k * columns, columns),
      );
      total += distances[row];
    }
    let left = random.uniform() * total;
    chosen = 0;
    while (chosen < rows - 1 && left >= distances[chosen]) left -= distances[chosen++];
  }
  return centres;
}

function squaredDistance(
  a: ArrayLike<number>,
  atA: number,
  b: ArrayLike<number>,
  atB: number,
  columns: number,
): number {
  let sum = 0;
  for (let c = 0; c < columns; c++) sum += (a[atA + c] - b[atB + c]) ** 2;
  return sum;
}
