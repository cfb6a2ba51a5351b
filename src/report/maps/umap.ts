/** A catalogue as a map, on which similar tracks are close. */
import { UMAP } from 'umap-js';
import { randomGenerator } from '../../base/random.js';
import { normalise } from '../../catalogue/similar/embedding-index.js';
import { nearestTracks } from '../../catalogue/similar/nearest-tracks.js';
import { principalAxes } from './principal-axes.js';

/** Below this many tracks there are no neighbourhoods to keep, and principal components show more. */
const LEAST_FOR_UMAP = 15;

/** The size of a neighbourhood, as the paper and its reference implementation have it. */
const NEIGHBOURS = 15;

/** Rounds of the layout; begun from principal components, more change nothing that one sees. */
const EPOCHS = 200;

/** Cosine distances below are rounding. */
const SAME = 1e-6;

/** The reference implementation begins with coordinates of this size. */
const EXTENT = 10;

/** Coordinates of tracks. */
export interface TrackMap {
  method: 'umap' | 'pca';
  /** Row-major [tracks × 2]. */
  places: Float32Array;
}

/**
 * Places tracks in a plane by UMAP (McInnes, Healy and Melville 2018) on cosine distances, begun from the principal
 * components so that the large structure means something too (Kobak and Linderman 2021); by principal components
 * alone below 15 tracks, and where tracks differ from none of their neighbours. Neighbours are exact: time is quadratic in the number of tracks, so callers bound it.
 *
 * @param vectors - row-major [count × length]: embeddings or scores
 * @param seed - the same seed gives the same map
 */
export function mapTracks(vectors: Float32Array, count: number, length: number, seed: number): TrackMap {
  const unit = vectors.slice(0, count * length);
  for (let track = 0; track < count; track++) normalise(unit.subarray(track * length, (track + 1) * length));
  const axes = principalAxes(unit, count, length);
  const extent = axes.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  if (count < LEAST_FOR_UMAP || extent < SAME) return { method: 'pca', places: axes };
  const random = randomGenerator(seed, 'map');
  const nNeighbors = Math.min(NEIGHBOURS, count - 1);
  const { indices, distances } = neighbourhoods(unit, count, length, nNeighbors);
  // Where every track equals its neighbours, neighbourhoods have no size, and UMAP no answer.
  if (distances.every((near) => near.every((distance) => distance < SAME)))
    return { method: 'pca', places: axes };
  const umap = new UMAP({ nNeighbors, minDist: 0.1, nEpochs: EPOCHS, random: random.uniform });
  umap.setPrecomputedKNN(indices, distances);
  // With neighbours given, the library asks of the points only how many there are.
  umap.initializeFit(Array.from({ length: count }, () => []));
  const places = umap.getEmbedding();
  places.forEach((place, track) => {
    // A little noise parts tracks that are the same.
    for (const dimension of [0, 1])
      place[dimension] = (EXTENT / extent) * axes[2 * track + dimension] + 1e-3 * random.normal();
  });
  for (let epoch = 0; epoch < EPOCHS; epoch++) umap.step();
  return { method: 'umap', places: Float32Array.from(umap.getEmbedding().flat()) };
}

/** Each track's nearest neighbours, itself first, as the library expects them. */
function neighbourhoods(
  unit: Float32Array,
  count: number,
  length: number,
  size: number,
): { indices: number[][]; distances: number[][] } {
  const index = { unit, length, paths: new Array<string>(count).fill('') };
  const indices: number[][] = [];
  const distances: number[][] = [];
  for (let track = 0; track < count; track++) {
    const query = unit.subarray(track * length, (track + 1) * length);
    const others = nearestTracks(index, query, {
      count: size - 1,
      wanted: (row) => row !== track,
    });
    indices.push([track, ...others.map(({ row }) => row)]);
    distances.push([0, ...others.map(({ similarity }) => Math.max(0, 1 - similarity))]);
  }
  return { indices, distances };
}
