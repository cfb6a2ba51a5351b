/** Where bar lines are among notes on a grid. */
import { describe, expect, it } from 'vitest';
import { type GridNote, QUARTER } from '../../src/transcription/grid-notes.js';
import { fitMeter } from '../../src/transcription/meter.js';

/** Notes one after another, by their lengths in quarters. */
function inOrder(lengths: readonly number[], begin = 0): GridNote[] {
  let at = begin * QUARTER;
  return lengths.map((quarters, note) => {
    const length = quarters * QUARTER;
    at += length;
    return { note, begin: at - length, length, onset: 0, offset: 0 };
  });
}

const TUNES: [string, number, number, number[]][] = [
  ['Twinkle, twinkle', 4, 0, [1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2]],
  ['Amazing grace', 3, 1, [1, 2, 0.5, 0.5, 2, 1, 2, 1, 2, 1, 2, 0.5, 0.5, 2, 1, 5]],
  ['Auld lang syne', 4, 1, [1, 1.5, 0.5, 1, 1, 1.5, 0.5, 1, 1, 1.5, 0.5, 1, 1, 3]],
];

describe('the meter', () => {
  it.each(TUNES)('of %s is found, with its pickup', (_, beats, pickup, lengths) => {
    expect(fitMeter(inOrder(lengths))).toEqual({ beats, pickup });
    // Wherever the grid counts its beats from.
    expect(fitMeter(inOrder(lengths, 0.5))).toEqual({ beats, pickup });
  });

  it('keeps what is given', () => {
    const [, , , lengths] = TUNES[1];
    expect(fitMeter(inOrder(lengths), { beats: 5, pickup: 2 })).toEqual({ beats: 5, pickup: 2 });
    expect(fitMeter(inOrder(lengths), { beats: 3 })).toEqual({ beats: 3, pickup: 1 });
    expect(fitMeter(inOrder(lengths), { pickup: 0 }).pickup).toBe(0);
    expect(fitMeter(inOrder(lengths), { beats: 1 }).beats).toBe(1);
  });

  it('of a few notes is the usual one', () => {
    expect(fitMeter([])).toEqual({ beats: 4, pickup: 0 });
    expect(fitMeter(inOrder([1, 2, 1, 2, 1]))).toEqual({ beats: 4, pickup: 0 });
  });
});
