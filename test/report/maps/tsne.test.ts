import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import { tsnePlaces } from '../../../src/report/maps/tsne.js';

/** Points of three groups around directions of their own, group after group. */
function groups(each: number, length: number): Float32Array {
  const random = randomGenerator(3, 'groups');
  return Float32Array.from({ length: 3 * each * length }, (_, at) => {
    const group = Math.floor(at / (each * length));
    return Number(at % length === group) + 0.15 * random.normal();
  });
}

describe('tsnePlaces', () => {
  it('keeps groups apart, and gives the same map for the same seed', () => {
    const vectors = groups(20, 8);
    const places = tsnePlaces(vectors, 60, 8, 1)!;
    const distance = (a: number, b: number): number =>
      Math.hypot(places[2 * a] - places[2 * b], places[2 * a + 1] - places[2 * b + 1]);
    for (let point = 0; point < 60; point++) {
      const others = [...Array(60).keys()].filter((other) => other !== point);
      others.sort((a, b) => distance(point, a) - distance(point, b));
      expect(Math.floor(others[0] / 20), `${point}`).toBe(Math.floor(point / 20));
    }
    expect(tsnePlaces(vectors, 60, 8, 1)).toEqual(places);
    expect(tsnePlaces(vectors, 60, 8, 2)).not.toEqual(places);
  });

  it('does not depend on the lengths of the vectors', () => {
    const vectors = groups(10, 6);
    const longer = vectors.map((value, at) => value * 2 ** (Math.floor(at / 6) % 4));
    expect(tsnePlaces(longer, 30, 6, 1)).toEqual(tsnePlaces(vectors, 30, 6, 1));
  });

  it('gives nothing for a few points, or for points that are the same', () => {
    expect(tsnePlaces(groups(4, 5), 12, 5, 1)).toBeNull();
    expect(tsnePlaces(new Float32Array(200).fill(1), 40, 5, 1)).toBeNull();
  });
});
