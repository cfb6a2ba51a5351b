/** The melody of a project, by passages. */
import type { Key } from '../../features/harmony/key.js';
import { keyOfNotes } from '../../transcription/melody.js';
import { type Note, type Project, QUARTER_TICKS, type Role, type Track } from '../project/schema.js';
import { barTicks } from '../project/timeline.js';

/** Roles of the tracks that accompany. */
export const ACCOMPANIMENT: readonly Role[] = ['chords', 'bass', 'drums'];

/** The track that has the melody: the first of that role with notes, else the first other one with pitches and notes. */
export function melodyTrack({ tracks }: Pick<Project, 'tracks'>): Track | null {
  const sounding = tracks.filter(
    ({ tone, clips }) => !tone.drums && clips.some(({ notes }) => notes.length > 0),
  );
  return (
    sounding.find(({ role }) => role === 'melody') ??
    sounding.find(({ role }) => !ACCOMPANIMENT.includes(role)) ??
    null
  );
}

/** The key of a project, or of its melody where it has none; C major where the notes tell none. */
export function keyOfProject(project: Project): Key {
  if (project.key) return project.key;
  const notes = melodyTrack(project)?.clips.flatMap((clip) => clip.notes) ?? [];
  const sounding = notes.map(({ start, length, pitch }) => ({
    ...{ onset: start, offset: start + length, pitch, confidence: 1 },
  }));
  return keyOfNotes(sounding, 0) ?? { tonic: 0, mode: 'major' };
}

/** A bar of a passage, in ticks from the beginning of the passage. */
export interface Bar {
  start: number;
  /** The last bar of a passage ends with it, a pickup before the bar line. */
  end: number;
}

/** The bars of a passage; what is before the first bar line is not in one. */
export function barsOfPassage(project: Project, passage: { bars: number }): Bar[] {
  const bar = barTicks(project);
  return Array.from({ length: passage.bars }, (_, i) => ({
    start: project.pickup + i * bar,
    end: Math.min(project.pickup + (i + 1) * bar, passage.bars * bar),
  }));
}

/** How strong a place of a bar is, in quarters from its beginning: the bar line, then its middle, beats, and halves of beats. */
export function strengthAt(quarters: number, beats: number): number {
  if (quarters === 0) return 4;
  if (beats % 2 === 0 && quarters === beats / 2) return 3;
  if (Number.isInteger(quarters)) return 2;
  return Number.isInteger(2 * quarters) ? 1 : 0;
}

/** A note with what of it sounds in a stretch of time. */
export interface HeardNote {
  note: Note;
  /** Ticks. */
  from: number;
  to: number;
}

/** What sounds of some notes in a stretch. */
export const heardIn = (notes: readonly Note[], { start, end }: Bar): HeardNote[] =>
  notes
    .map((note) => ({
      note,
      from: Math.max(start, note.start),
      to: Math.min(end, note.start + note.length),
    }))
    .filter(({ from, to }) => to > from);

/**
 * The strongest note of a bar: the one that sounds longest in it; of those as long, the one on the strongest place
 * (`strengthAt`), and then the first. Null for a bar in which nothing sounds.
 */
export function strongestNote(notes: readonly Note[], bar: Bar, beats: number): HeardNote | null {
  const rank = ({ from, to }: HeardNote): number[] => [
    to - from,
    strengthAt((from - bar.start) / QUARTER_TICKS, beats),
    -from,
  ];
  let best: HeardNote | null = null;
  for (const heard of heardIn(notes, bar)) {
    if (best === null) {
      best = heard;
      continue;
    }
    const [own, other] = [rank(heard), rank(best)];
    const differs = own.findIndex((value, i) => value !== other[i]);
    if (differs >= 0 && own[differs] > other[differs]) best = heard;
  }
  return best;
}
