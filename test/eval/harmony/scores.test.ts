import { describe, expect, it } from 'vitest';
import { type ReferenceChord, scoreChords } from '../../../src/eval/harmony/chord-overlap.js';
import { keyScore } from '../../../src/eval/harmony/key-score.js';
import { type PitchSeries, scoreMelody } from '../../../src/eval/harmony/melody-scores.js';
import type { ChordQuality, ChordSegment } from '../../../src/features/harmony/chord.js';
import type { Key } from '../../../src/features/harmony/key.js';
import fc from '../../fast-check.js';
import { readGoldenJson } from '../../golden/read.js';

type Row = [begin: number, end: number, label: string];
interface Golden {
  keys: number[][];
  chords: { reference: Row[]; estimate: Row[]; scores: Record<'root' | 'majmin' | 'sevenths', number> }[];
  melodies: { reference: PitchSeries; estimate: PitchSeries; scores: Record<string, number> }[];
}

const golden = readGoldenJson<Golden>('harmony');
const ROOTS = ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'];
const KEYS = (['major', 'minor'] as const).flatMap((mode) => ROOTS.map((_, tonic): Key => ({ tonic, mode })));

const referenceOf = ([begin, end, label]: Row): ReferenceChord => {
  if (label === 'X') return { begin, end, chord: 'other' };
  if (label === 'N') return { begin, end, chord: null };
  const [root, quality] = label.split(':');
  return { begin, end, chord: { root: ROOTS.indexOf(root), quality: quality as ChordQuality } };
};
const chordsOf = (rows: Row[]): ChordSegment[] => rows.map((row) => referenceOf(row) as ChordSegment);

it('keyScore equals mir_eval for all pairs of keys', () => {
  const ours = KEYS.map((reference) => KEYS.map((estimated) => keyScore(reference, estimated)));
  expect(ours).toEqual(golden.keys);
  expect(keyScore(KEYS[0], null)).toBe(0);
});

describe('scoreChords', () => {
  it.each(golden.chords)('equals mir_eval: $scores', ({ reference, estimate, scores }) => {
    const ours = scoreChords(reference.map(referenceOf), chordsOf(estimate));
    for (const name of ['root', 'majmin', 'sevenths'] as const)
      expect(ours[name]).toBeCloseTo(scores[name], 12);
  });

  it('is 1 for the reference itself, 0 for nothing, and null where nothing can be compared', () => {
    const chords: ChordSegment[] = [
      { begin: 0, end: 2, chord: { root: 0, quality: 'maj' } },
      { begin: 2, end: 3, chord: { root: 7, quality: '7' } },
    ];
    expect(scoreChords(chords, chords)).toEqual({ root: 1, majmin: 1, sevenths: 1 });
    expect(scoreChords(chords, [])).toEqual({ root: 0, majmin: 0, sevenths: 0 });
    expect(scoreChords([{ begin: 0, end: 1, chord: 'other' }], chords)).toEqual({
      ...{ root: null, majmin: null, sevenths: null },
    });
  });

  it('takes the triad of a seventh for majmin only', () => {
    const found: ChordSegment[] = [{ begin: 0, end: 1, chord: { root: 0, quality: '7' } }];
    expect(scoreChords([{ begin: 0, end: 1, chord: { root: 0, quality: 'maj' } }], found)).toEqual({
      ...{ root: 1, majmin: 1, sevenths: 0 },
    });
  });
});

describe('scoreMelody', () => {
  it.each(golden.melodies)('equals mir_eval: $scores', ({ reference, estimate, scores }) => {
    const ours = scoreMelody(reference, estimate);
    expect(ours.voicingRecall).toBeCloseTo(scores['Voicing Recall'], 12);
    expect(ours.voicingFalseAlarm).toBeCloseTo(scores['Voicing False Alarm'], 12);
    expect(ours.rawPitch).toBeCloseTo(scores['Raw Pitch Accuracy'], 12);
    expect(ours.rawChroma).toBeCloseTo(scores['Raw Chroma Accuracy'], 12);
    expect(ours.overall).toBeCloseTo(scores['Overall Accuracy'], 12);
  });

  it('is perfect for the reference itself, whatever it is', () => {
    const hertz = fc.oneof(fc.constant(0), fc.double({ min: 55, max: 1760, noNaN: true }));
    fc.assert(
      fc.property(fc.array(hertz, { minLength: 1, maxLength: 50 }), (values) => {
        const series = { times: values.map((_, i) => i / 100), hertz: values };
        const { overall, rawPitch, rawChroma, voicingFalseAlarm } = scoreMelody(series, series);
        const least = values.some((value) => value > 0) ? 1 : 0;
        expect([overall, voicingFalseAlarm, rawPitch, rawChroma]).toEqual([1, 0, least, least]);
      }),
    );
  });

  it('gives a guess its pitch, but not its voicing', () => {
    const reference = { times: [0, 1], hertz: [440, 440] };
    const guess = scoreMelody(reference, { times: [0, 1], hertz: [-440, -880] });
    expect(guess).toEqual({
      ...{ voicingRecall: 0, voicingFalseAlarm: 0, rawPitch: 0.5, rawChroma: 1, overall: 0 },
    });
  });

  it('refuses series that do not fit', () => {
    expect(() => scoreMelody({ times: [0], hertz: [] }, { times: [], hertz: [] })).toThrow(/1 times and 0/);
  });
});
