/** The segments that a batch holds, level by level. */
import { expect, it } from 'vitest';
import {
  adaptiveSegments,
  LEVEL_COSTS,
  segmentationFeatures,
} from '../../../src/features/segments/adaptive.js';
import { chunkSegments, segmentCount } from '../../../src/features/segments/chunk-segments.js';
import { concatenate, HOP_LENGTH, logMel, noise, SAMPLE_RATE, sawtooth, sine } from './sounds.js';

const GRID = { sampleRate: SAMPLE_RATE, hopLength: HOP_LENGTH };
// Two notes a quarter of a second each, eight times; then noise.
const NOTES = Array.from({ length: 8 }, (_, i) => [sine(i % 2 ? 440 : 523), 0.25] as const);
const CHUNK = logMel(concatenate([...NOTES, [noise(0.1), 1], [sawtooth(110), 1]]));

/** The segments of each level without the padding, as pairs of begin and end. */
function levelsOf(edges: Float32Array, maxSegments: number): number[][][] {
  const pairs = Array.from({ length: edges.length / 2 }, (_, i) => [edges[2 * i], edges[2 * i + 1]]);
  return Array.from({ length: pairs.length / maxSegments }, (_, level) =>
    pairs.slice(level * maxSegments, (level + 1) * maxSegments).filter(([begin, end]) => end > begin),
  );
}

it('holds the finest level alone by default, and every level of the hierarchy on request', () => {
  const maxSegments = 40;
  const expected = adaptiveSegments(segmentationFeatures(CHUNK), GRID).map((segments) =>
    segments.map(({ begin, end }) => [begin, end]),
  );
  const [finest] = levelsOf(chunkSegments(CHUNK, { ...GRID, maxSegments }), maxSegments);
  expect(finest).toEqual(expected[0]);
  const all = levelsOf(chunkSegments(CHUNK, { ...GRID, maxSegments, levels: 'all' }), maxSegments);
  expect(all).toEqual(expected);
  expect(all).toHaveLength(LEVEL_COSTS.length);
  // The levels differ, each has fewer segments than the one before, and each covers the whole chunk.
  const counts = all.map((segments) => segments.length);
  expect(counts[0]).toBeGreaterThan(counts[2]);
  expect([...counts].sort((a, b) => b - a)).toEqual(counts);
  for (const segments of all) {
    expect([segments[0][0], segments.at(-1)![1]]).toEqual([0, CHUNK.frames]);
    for (const [i, [begin]] of segments.entries()) if (i > 0) expect(begin).toBe(segments[i - 1][1]);
  }
});

it('joins what differs least where a level has more segments than it may', () => {
  const maxSegments = 3;
  const edges = chunkSegments(CHUNK, { ...GRID, maxSegments, levels: 'all' });
  expect(edges).toHaveLength(2 * segmentCount({ maxSegments, levels: 'all' }));
  const levels = levelsOf(edges, maxSegments);
  expect(levels.map((segments) => segments.length)).toEqual([3, 3, expect.any(Number)]);
  for (const segments of levels) expect(segments.at(-1)![1]).toBe(CHUNK.frames);
});
