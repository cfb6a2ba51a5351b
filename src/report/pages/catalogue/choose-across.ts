/** Tracks to show as examples, spread over the whole map. */
import type { CatalogueMap } from './view.js';

/** Distances on the map below which two tracks are one example, as a share of its extent. */
const SAME = 0.02;

/**
 * Orders tracks so that each is far from all before it (farthest-point sampling, Gonzalez 1985), from the one nearest to
 * the middle on; copies of a track come out together and only the first of them is given.
 *
 * @param places - of the tracks
 * @returns rows, lazily: time is tracks × rows taken
 */
export function* acrossMap(
  places: readonly Pick<CatalogueMap['tracks'][number], 'x' | 'y'>[],
): Generator<number> {
  if (places.length === 0) return;
  const mean = (of: 'x' | 'y'): number => places.reduce((sum, place) => sum + place[of], 0) / places.length;
  const distance = (a: { x: number; y: number }, b: { x: number; y: number }): number =>
    Math.hypot(a.x - b.x, a.y - b.y);
  const middle = { x: mean('x'), y: mean('y') };
  const extent = places.reduce((most, place) => Math.max(most, distance(place, middle)), 0);
  let next = places.reduce(
    (best, place, i) => (distance(place, middle) < distance(places[best], middle) ? i : best),
    0,
  );
  const nearest = new Float64Array(places.length).fill(Number.POSITIVE_INFINITY);
  for (;;) {
    yield next;
    places.forEach((place, i) => {
      nearest[i] = Math.min(nearest[i], distance(place, places[next]));
    });
    next = nearest.indexOf(nearest.reduce((most, value) => Math.max(most, value), 0));
    if (!(nearest[next] > SAME * extent)) return;
  }
}
