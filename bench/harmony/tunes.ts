/** Folk tunes with an accompaniment that is made for them: chords that fit the bars, a bass, and sometimes drums. */
import abcjs from 'abcjs';
import { type RandomGenerator, randomGenerator } from '../../src/base/random.js';
import type { ReferenceChord } from '../../src/eval/harmony/chord-overlap.js';
import { CHORD_QUALITIES, type Chord, type ChordQuality } from '../../src/features/harmony/chord.js';
import type { Key } from '../../src/features/harmony/key.js';
import type { Part, Piece, PlayedNote } from './piece.js';

interface Note {
  /** In bars from the first whole one. */
  onset: number;
  offset: number;
  pitch: number;
}

/** What abcjs tells of a tune; its types leave the rest open. */
interface ParsedTune {
  getPickupLength(): number;
  getBarLength(): number;
  getMeterFraction(): { num: number; den: number };
  setUpAudio(options: object): {
    tracks: { cmd: string; start: number; duration: number; pitch: number }[][];
  };
}

/** Chords of a key: steps above the tonic, the triad, the same with a seventh, and how usual it is. */
const HARMONIES: Record<Key['mode'], [number, ChordQuality, ChordQuality, number][]> = {
  major: [
    ...[[0, 'maj', 'maj7', 1] as const, [7, 'maj', '7', 0.9] as const, [5, 'maj', 'maj7', 0.8] as const],
    ...[[9, 'min', 'min7', 0.6] as const, [2, 'min', 'min7', 0.6] as const, [4, 'min', 'min7', 0.3] as const],
  ].map(([...row]) => row),
  minor: [
    ...[[0, 'min', 'min7', 1] as const, [7, 'maj', '7', 0.9] as const, [5, 'min', 'min7', 0.8] as const],
    ...[[8, 'maj', 'maj7', 0.5] as const, [3, 'maj', 'maj7', 0.6] as const, [10, 'maj', '7', 0.5] as const],
  ].map(([...row]) => row),
};

/** Programs that lead: violin, flute, oboe, clarinet, trumpet, alto saxophone, voices, accordion, saw lead, piano. */
const LEADS = [40, 73, 68, 71, 56, 65, 53, 54, 21, 81, 0];
/** Programs that accompany: pianos, guitars, organ, strings, pad. */
const CHORDS = [0, 4, 24, 25, 27, 16, 48, 89];
const BASSES = [32, 33, 35, 43];
const [KICK, SNARE, HAT] = [36, 38, 42];
/** Of a tune, in bars. */
const [SHORTEST, LONGEST] = [8, 32];

const pitchClass = (pitch: number): number => ((pitch % 12) + 12) % 12;

/**
 * The key of a tune that ends on its tonic: the tonic is stated, and major or minor is the third that sounds at least
 * five times as long as the other. Null for other tunes, and for modes.
 */
function keyOf(abc: string, notes: readonly Note[]): Key | null {
  const stated = /^K:\s*([A-G])([b#]?)\s*(m|maj|min)?\s*$/m.exec(abc);
  if (!stated) return null;
  const letter = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 }[stated[1]] ?? 0;
  const tonic = pitchClass(letter + (stated[2] === '#' ? 1 : stated[2] === 'b' ? -1 : 0));
  if (pitchClass(notes[notes.length - 1].pitch) !== tonic) return null;
  const seconds = (step: number): number =>
    notes
      .filter(({ pitch }) => pitchClass(pitch - tonic) === step)
      .reduce((sum, { onset, offset }) => sum + offset - onset, 0);
  const [minor, major] = [seconds(3), seconds(4)];
  if (major > 5 * minor) return { tonic, mode: 'major' };
  return minor > 5 * major ? { tonic, mode: 'minor' } : null;
}

/** A chord for each bar: those with the tune's notes, the last one the tonic. */
function harmonise(key: Key, notes: readonly Note[], bars: number, random: RandomGenerator): Chord[] {
  const withSevenths = random.uniform() < 0.4;
  let before = -1;
  return Array.from({ length: bars }, (_, bar) => {
    const scored = HARMONIES[key.mode].map(([steps, triad, seventh, usual], i) => {
      const root = (key.tonic + steps) % 12;
      const own = CHORD_QUALITIES[triad].map((step) => (root + step) % 12);
      const fit = notes.reduce((sum, { onset, offset, pitch }) => {
        const length = Math.min(offset, bar + 1) - Math.max(onset, bar);
        if (length <= 0) return sum;
        return sum + (own.includes(pitchClass(pitch)) ? 1 : -0.5) * length * (onset <= bar ? 1.5 : 1);
      }, 0);
      const isEnd = bar === bars - 1;
      const score =
        fit + 0.4 * usual + 0.15 * random.uniform() - (i === before ? 0.2 : 0) + (isEnd && i === 0 ? 9 : 0);
      const takesSeventh = withSevenths && !isEnd && random.uniform() < 0.7;
      return { i, score, chord: { root, quality: takesSeventh ? seventh : triad } satisfies Chord };
    });
    const best = scored.reduce((a, b) => (b.score > a.score ? b : a));
    before = best.i;
    return best.chord;
  });
}

/** The chord's notes around a pitch. */
const voicing = ({ root, quality }: Chord, around: number): number[] =>
  CHORD_QUALITIES[quality].map((step) => {
    const pitch = around + pitchClass(root + step - around);
    return pitch > around + 8 ? pitch - 12 : pitch;
  });

/** How the accompaniment of a bar goes, in beats: held, struck on every beat, off the beat, or one note after another. */
function accompany(
  style: number,
  { chord, from, beat, beats }: { chord: Chord; from: number; beat: number; beats: number },
): PlayedNote[] {
  const pitches = voicing(chord, 57);
  const note = (pitch: number, at: number, length: number): PlayedNote => ({
    ...{ pitch, start: from + at * beat, end: from + (at + length) * beat - 0.02, velocity: 72 },
  });
  const each = Array.from({ length: beats }, (_, i) => i);
  if (style === 0) return pitches.map((pitch) => note(pitch, 0, beats));
  if (style === 1) return each.flatMap((i) => pitches.map((pitch) => note(pitch, i, 0.9)));
  if (style === 2) return each.slice(1).flatMap((i) => pitches.map((pitch) => note(pitch, i, 0.6)));
  return Array.from({ length: 2 * beats }, (_, i) => note(pitches[i % pitches.length], i / 2, 0.9));
}

/** Tunes of a book that can be accompanied, as they are played. */
export function readTunes(book: string, text: string): Piece[] {
  return new abcjs.TuneBook(text).tunes.flatMap(({ abc, id }) => {
    const piece = playedTune(`${book}#${id}`, abc);
    return piece ? [piece] : [];
  });
}

function playedTune(name: string, abc: string): Piece | null {
  const meter = /^M:\s*(2\/4|3\/4|4\/4|6\/8|C\|?)\s*$/m.exec(abc);
  if (!meter || /^V:/m.test(abc)) return null;
  const [tune] = abcjs.parseOnly(abc) as unknown as ParsedTune[];
  const { tracks } = tune.setUpAudio({});
  if (tracks.length !== 1) return null;
  const [barLength, pickup] = [tune.getBarLength(), tune.getPickupLength()];
  const notes = tracks[0]
    .filter(({ cmd }) => cmd === 'note')
    .map(
      ({ start, duration, pitch }): Note => ({
        ...{ onset: (start - pickup) / barLength, offset: (start + duration - pickup) / barLength, pitch },
      }),
    );
  if (notes.length === 0) return null;
  const bars = Math.round(notes[notes.length - 1].offset + 0.25);
  const key = keyOf(abc, notes);
  if (key === null || bars < SHORTEST || bars > LONGEST) return null;
  return arrange({ name, key, notes, bars, meter: meter[1] });
}

/** A tune with its players and their notes, drawn by its name. */
function arrange(tune: { name: string; key: Key; notes: Note[]; bars: number; meter: string }): Piece {
  const { name, key, notes, bars, meter } = tune;
  const random = randomGenerator(1, 'tune', name);
  const beats = meter === '3/4' ? 3 : meter === '4/4' || meter.startsWith('C') ? 4 : 2;
  const beat = 60 / random.between(76, 132);
  const bar = beats * beat;
  // A bar of its own for the upbeat.
  const lead = notes[0].onset < -1e-3 ? bar : 0;
  const at = (position: number): number => lead + position * bar;
  const program = LEADS[random.integer(LEADS.length)];
  const melody = notes.map(
    ({ onset, offset, pitch }): PlayedNote => ({
      ...{ start: at(onset), end: at(offset) - 0.01, pitch },
      velocity: Math.round(random.between(95, 115)),
    }),
  );
  const chords = harmonise(key, notes, bars, random);
  const style = random.integer(4);
  const places = chords.map((chord, i) => ({ chord, from: at(i), beat, beats }));
  const parts: Part[] = [
    { program, notes: melody },
    {
      program: CHORDS[random.integer(CHORDS.length)],
      notes: places.flatMap((place) => accompany(style, place)),
    },
    {
      program: BASSES[random.integer(BASSES.length)],
      notes: places.flatMap(({ chord, from }) => {
        // From the E of a bass up.
        const root = 40 + pitchClass(chord.root - 4);
        const half = beats === 4 ? 2 : beats;
        return [
          { pitch: root, start: from, end: from + half * beat - 0.03, velocity: 85 },
          ...(beats === 4
            ? [{ pitch: root + 7, start: from + half * beat, end: from + bar - 0.03, velocity: 80 }]
            : []),
        ];
      }),
    },
  ];
  if (random.uniform() < 0.5)
    parts.push({
      program: 'drums',
      notes: places.flatMap(({ from }) =>
        Array.from({ length: 2 * beats }, (_, i): PlayedNote[] => {
          const start = from + (i * beat) / 2;
          const stroke = (pitch: number, velocity: number): PlayedNote => ({
            ...{ pitch, start, end: start + 0.1, velocity },
          });
          const strokes = [stroke(HAT, i % 2 === 0 ? 60 : 45)];
          if (i === 0) strokes.push(stroke(KICK, 85));
          else if (i % 4 === 2) strokes.push(stroke(SNARE, 75));
          return strokes;
        }).flat(),
      ),
    });
  const end = at(bars);
  const truth: ReferenceChord[] = [];
  if (lead > 0) truth.push({ begin: 0, end: lead, chord: 'other' });
  for (const [i, chord] of chords.entries()) {
    const last = truth.at(-1);
    if (last && JSON.stringify(last.chord) === JSON.stringify(chord)) last.end = at(i + 1);
    else truth.push({ begin: at(i), end: at(i + 1), chord });
  }
  return { name, seconds: end + 1, parts, key, chords: truth, melody };
}
