/** The stage of a search that sees every place, beside the same in plain code. */
import { expect, it } from 'vitest';
import { COARSE_POINTS, ContourComparison, lineOf } from '../../../src/transcription/songs/contour.js';
import { PlaceSearch } from '../../../src/transcription/songs/places.js';
import { melodyOf } from '../../../src/transcription/songs/song.js';
import { randomTune } from './made-tunes.js';

const lines = Array.from({ length: 40 }, (_, i) => lineOf(melodyOf(randomTune(i))!, i));

it('the kernel gives each place the cost and the end that plain code gives it', () => {
  const hum = lineOf(melodyOf(randomTune(100).slice(0, 11))!, -1);
  const plain = new ContourComparison(hum, COARSE_POINTS);
  const found = new PlaceSearch(lines).find(hum, false);
  expect(found.filter(({ first }) => first === 0)).toHaveLength(lines.length);
  expect(found.length).toBeGreaterThan(500);
  let worst = 0;
  for (const { line, first, last, cost } of found) {
    const notes = lines[line].pitches.length;
    const ends = [11, 9, 13].map((count) => Math.min(notes, first + count));
    const costs = ends.map((end) => plain.cost(lines[line], first, end));
    expect(ends).toContain(last);
    worst = Math.max(
      worst,
      Math.abs(cost - Math.min(...costs)),
      Math.abs(cost - plain.cost(lines[line], first, last)),
    );
  }
  expect(worst).toBeLessThan(1e-5);
});

it('beginnings alone are one place for each melody', () => {
  const hum = lineOf(melodyOf(randomTune(7).slice(0, 8))!, -1);
  const found = new PlaceSearch(lines).find(hum, true);
  expect(found.map(({ first }) => first)).toEqual(lines.map(() => 0));
  expect(found[0].line).toBe(7);
});
