import { describe, expect, it } from 'vitest';
import { largestMatching } from '../../../src/eval/transcription/matching.js';
import { type NoteScore, type NoteTolerance, scoreNotes } from '../../../src/eval/transcription/notes.js';
import fc from '../../fast-check.js';
import { readGoldenJson } from '../../golden/read.js';

type Row = [onset: number, offset: number, pitch: number];
interface Golden {
  lists: {
    reference: Row[];
    estimate: Row[];
    scores: (Record<'con' | 'conp' | 'conpoff', [number, number, number]> & { tolerance: NoteTolerance })[];
  }[];
}

const notesOf = (rows: Row[]) => rows.map(([onset, offset, pitch]) => ({ onset, offset, pitch }));

describe('scoreNotes', () => {
  const { lists } = readGoldenJson<Golden>('transcription');
  it.each(lists.flatMap((list) => list.scores.map((scores) => ({ ...list, scores }))))(
    'equals mir_eval: $reference.length notes, $scores.tolerance',
    ({ reference, estimate, scores }) => {
      const ours = scoreNotes(notesOf(reference), notesOf(estimate), scores.tolerance);
      for (const what of ['con', 'conp', 'conpoff'] as const) {
        const { precision, recall, f1 }: NoteScore = ours[what];
        const [p, r, f] = scores[what];
        expect(precision).toBeCloseTo(p, 12);
        expect(recall).toBeCloseTo(r, 12);
        expect(f1).toBeCloseTo(f, 12);
      }
    },
  );

  it('is 1 for the reference itself and 0 for nothing', () => {
    const notes = [{ onset: 0, offset: 1, pitch: 60 }];
    const all = { precision: 1, recall: 1, f1: 1 };
    expect(scoreNotes(notes, notes)).toEqual({ con: all, conp: all, conpoff: all });
    const none = { precision: 0, recall: 0, f1: 0 };
    expect(scoreNotes(notes, [])).toEqual({ con: none, conp: none, conpoff: none });
    expect(scoreNotes([], notes)).toEqual({ con: none, conp: none, conpoff: none });
  });

  it('counts a note of the reference once, and lists in any order alike', () => {
    const reference = [{ onset: 1, offset: 2, pitch: 60 }];
    const estimate = [
      { onset: 1.02, offset: 2, pitch: 60 },
      { onset: 0.98, offset: 2, pitch: 60 },
    ];
    expect(scoreNotes(reference, estimate).con).toEqual({ precision: 0.5, recall: 1, f1: 2 / 3 });
    expect(scoreNotes(reference, [...estimate].reverse())).toEqual(scoreNotes(reference, estimate));
  });
});

describe('largestMatching', () => {
  /** By trying everything. */
  function exhaustive(candidates: number[][], taken = new Set<number>(), from = 0): number {
    if (from === candidates.length) return 0;
    let best = exhaustive(candidates, taken, from + 1);
    for (const partner of candidates[from]) {
      if (taken.has(partner)) continue;
      taken.add(partner);
      best = Math.max(best, 1 + exhaustive(candidates, taken, from + 1));
      taken.delete(partner);
    }
    return best;
  }

  it('is as large as can be', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }), { maxLength: 6 }),
        (candidates) => {
          expect(largestMatching(candidates.length, 6, (i) => candidates[i])).toBe(exhaustive(candidates));
        },
      ),
    );
  });
});
