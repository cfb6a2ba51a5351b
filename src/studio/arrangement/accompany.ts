/** Accompaniment for a melody: chords, bass and drums in a style. */
import {
  type Note,
  type Passage,
  type Project,
  QUARTER_TICKS,
  type StyleName,
  type Track,
} from '../project/schema.js';
import { endingPattern, isEnding, leadInOf } from './borders.js';
import { chordsOfMelody, type PlacedChord } from './chords-of-melody.js';
import { chordClasses } from './harmony.js';
import { ACCOMPANIMENT, type Bar, barsOfPassage, melodyTrack } from './melody.js';
import { type Pattern, type PresetPart, plainPattern, presets } from './presets.js';
import { bassPitch, ceilingOf, voiceChord } from './voicing.js';

/** Ticks of a letter of a pattern. */
const STEP = QUARTER_TICKS / 2;

/** How much softer an `x` of drums is than an `X`, and what is off the beat than what is on it. */
const SOFTER = { drum: 16, offBeat: 8 };

/** A note before it has an id. */
type PlainNote = Omit<Note, 'id'>;

/** What a pattern has: a letter that sounds, from a step to another, in ticks from the bar's beginning. */
interface Stroke {
  letter: string;
  from: number;
  to: number;
}

/** The strokes of a line of a pattern. */
function strokesOf(line: string): Stroke[] {
  const strokes: Stroke[] = [];
  for (const [i, letter] of [...line].entries()) {
    if (letter === '-') strokes[strokes.length - 1].to = (i + 1) * STEP;
    else if (letter !== '.') strokes.push({ letter, from: i * STEP, to: (i + 1) * STEP });
  }
  return strokes;
}

/** A stroke in one chord: those over a change of chords are struck anew there. */
interface Struck extends Stroke {
  chord: PlacedChord;
  /** Whether it is the first of its chord. */
  isFirst: boolean;
}

/** The strokes of a line in a bar, by the chords that sound there, in ticks of the passage. */
function struckIn(line: string, bar: Bar, chords: readonly PlacedChord[]): Struck[] {
  return strokesOf(line).flatMap(({ letter, from, to }) =>
    chords.flatMap((chord): Struck[] => {
      const begin = Math.max(bar.start + from, chord.start);
      const end = Math.min(bar.start + to, chord.end, bar.end);
      return begin < end ? [{ letter, from: begin, to: end, chord, isFirst: begin === chord.start }] : [];
    }),
  );
}

const velocityAt = (velocity: number, { from }: Stroke, bar: Bar): number =>
  (from - bar.start) % QUARTER_TICKS === 0 ? velocity : velocity - SOFTER.offBeat;

/** A bar with what is played in it. */
interface PlayedBar extends Bar {
  pattern: Pattern;
}

/** What a passage is accompanied with. */
interface Ground {
  bars: readonly PlayedBar[];
  chords: readonly PlacedChord[];
  /** Highest note of chords. */
  ceiling: number;
}

function chordNotes({ bars, chords, ceiling }: Ground, { velocity }: PresetPart): PlainNote[] {
  const voiced = new Map<PlacedChord, number[]>();
  let before: number[] | null = null;
  for (const chord of chords) {
    before = voiceChord(chord, ceiling, before);
    voiced.set(chord, before);
  }
  return bars.flatMap((bar) =>
    struckIn(bar.pattern.chords, bar, chords).flatMap((stroke) => {
      const pitches = voiced.get(stroke.chord)!;
      const own = stroke.letter === 'x' ? pitches : [pitches[(Number(stroke.letter) - 1) % pitches.length]];
      return own.map((pitch) => ({
        ...{ start: stroke.from, length: stroke.to - stroke.from, pitch },
        velocity: velocityAt(velocity, stroke, bar),
      }));
    }),
  );
}

function bassNotes({ bars, chords }: Ground, { velocity }: PresetPart): PlainNote[] {
  let root: number | null = null;
  return bars.flatMap((bar) =>
    struckIn(bar.pattern.bass, bar, chords).map((stroke) => {
      // A new chord is told by its root, whatever the pattern has.
      const letter = stroke.isFirst ? 'R' : stroke.letter;
      const [first, , fifth] = chordClasses(stroke.chord);
      if (stroke.isFirst || root === null || root % 12 !== first) root = bassPitch(first, root);
      const pitch = letter === '5' ? bassPitch(fifth, root) : letter === '8' ? root + 12 : root;
      return {
        ...{ start: stroke.from, length: stroke.to - stroke.from, pitch },
        velocity: velocityAt(velocity, stroke, bar),
      };
    }),
  );
}

function drumNotes({ bars }: Ground, { velocity }: PresetPart): PlainNote[] {
  return bars.flatMap((bar) =>
    Object.entries(bar.pattern.drums).flatMap(([drum, line]) =>
      strokesOf(line).flatMap((stroke): PlainNote[] => {
        const start = bar.start + stroke.from;
        // A lead-in is the end of a bar that begins before its passage.
        if (start < 0 || start >= bar.end) return [];
        const loud = stroke.letter === 'X' ? velocity : velocity - SOFTER.drum;
        return [{ start, length: Math.min(STEP, bar.end - start), pitch: Number(drum), velocity: loud }];
      }),
    ),
  );
}

const PARTS = [
  { role: 'chords', name: 'Chords', notesOf: chordNotes },
  { role: 'bass', name: 'Bass', notesOf: bassNotes },
  { role: 'drums', name: 'Drums', notesOf: drumNotes },
] as const;

const inOrder = (notes: readonly PlainNote[]): PlainNote[] =>
  [...notes].sort((a, b) => a.start - b.start || a.pitch - b.pitch);

/** What a passage is accompanied with in a style. */
function groundOf(
  project: Project,
  passage: Passage,
  chords: ReadonlyMap<string, readonly PlacedChord[]>,
  pattern: Pattern,
  ceiling: number,
): Ground {
  const bars = barsOfPassage(project, passage).map((bar): PlayedBar => ({ ...bar, pattern }));
  const last = bars.at(-1)!;
  if (isEnding(project, passage) && bars.length > 1) last.pattern = endingPattern(project.beats, pattern);
  const own = chords.get(passage.id)!;
  const leadIn = leadInOf(project, passage, chords);
  if (leadIn === null) return { bars, chords: own, ceiling };
  return { bars: [{ ...leadIn.bar, pattern }, ...bars], chords: [leadIn.chord, ...own], ceiling };
}

/**
 * The project with an accompaniment in a style: a track of chords, one of bass and one of drums after the other tracks, with
 * their instruments, volumes and places. Tracks of these roles that were there, which an earlier call made, are replaced; all
 * others are left as they are, and so is the style that the project names. Chords are those of `chordsOfMelody`, in close
 * position near the chord before and below the melody where that leaves room; every note is on the grid of eighths from the bar
 * line. The piece begins at its first bar line, and its last bar is one chord that is held, unless its passage is played before
 * as well. The same project and style give the same tracks.
 */
export function accompany(project: Project, style: StyleName): Project {
  const preset = presets[style];
  const chords = chordsOfMelody(project);
  const ceiling = ceilingOf(melodyTrack(project)?.clips.flatMap(({ notes }) => notes) ?? []);
  const pattern = preset.patterns[project.beats as 2 | 3 | 4] ?? plainPattern(project.beats);
  const grounds = project.passages.map((passage): [Passage, Ground] => [
    passage,
    groundOf(project, passage, chords, pattern, ceiling),
  ]);
  let next = project.next_id;
  const made = PARTS.map(({ role, name, notesOf }): Track => {
    const { tone, volume, pan } = preset[role];
    return {
      ...{ id: `t${next++}`, name, role, tone, volume, pan, mute: false, solo: false },
      clips: grounds.map(([passage, ground]) => ({
        ...{ id: `c${next++}`, passage: passage.id },
        notes: inOrder(notesOf(ground, preset[role])).map((note): Note => ({ id: `n${next++}`, ...note })),
      })),
    };
  });
  const kept = project.tracks.filter(({ role }) => !ACCOMPANIMENT.includes(role));
  return { ...project, tracks: [...kept, ...made], next_id: next };
}
