/** A song as melodies that a hum is compared with. */

/** A note of a melody; times are in any unit, seconds or quarters, since tempo does not count. */
export interface MelodyNote {
  onset: number;
  offset: number;
  /** MIDI number, which may be fractional. */
  pitch: number;
}

/** One note after another, in the order of their onsets. */
export interface Melody {
  onsets: number[];
  pitches: number[];
  /** When the last note ends. */
  end: number;
}

/** What can be hummed. */
export interface Song {
  /** The file's path in its folder; of a book of tunes, with the tune's number: `tunes.abc#12`. */
  id: string;
  title: string | null;
  /** Of each part or track. */
  melodies: Melody[];
}

/** A melody of fewer notes is like too many. */
export const LEAST_NOTES = 4;

/** Onsets this close, as a share of the median note, are one instant: chords of MIDI files that were played. */
const TOGETHER = 0.1;

/**
 * The highest line of some notes: where notes begin together the highest, and none below one that still sounds. Null for
 * fewer than four notes.
 *
 * @example
 * import { melodyOf } from 'polytag/transcription';
 *
 * const notes = [60, 62, 64, 60].map((pitch, i) => ({ onset: i, offset: i + 1, pitch }));
 * console.log(melodyOf(notes)?.pitches);
 */
export function melodyOf(notes: readonly MelodyNote[]): Melody | null {
  const sounding = notes.filter(
    ({ onset, offset, pitch }) => Number.isFinite(onset) && Number.isFinite(pitch) && offset > onset,
  );
  if (sounding.length < LEAST_NOTES) return null;
  const lengths = sounding.map(({ onset, offset }) => offset - onset).sort((a, b) => a - b);
  const together = TOGETHER * lengths[lengths.length >> 1];
  const ordered = [...sounding].sort((a, b) => a.onset - b.onset || b.pitch - a.pitch);
  const kept: MelodyNote[] = [];
  for (const note of ordered) {
    const last = kept.at(-1);
    const isBelow = last !== undefined && note.pitch <= last.pitch && note.onset < last.offset - together;
    if (last !== undefined && note.onset - last.onset <= together) {
      if (note.pitch > last.pitch) kept[kept.length - 1] = { ...note, onset: last.onset };
    } else if (!isBelow) kept.push(note);
  }
  if (kept.length < LEAST_NOTES) return null;
  return {
    onsets: kept.map(({ onset }) => onset),
    pitches: kept.map(({ pitch }) => pitch),
    end: Math.max(kept[kept.length - 1].offset, kept[kept.length - 1].onset + together),
  };
}
