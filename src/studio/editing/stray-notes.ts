/** Notes that a person did not mean: breath, noise, slips between two notes. */
import { z } from 'zod';
import type { Note, Project } from '../project/schema.js';
import { playedNotes, secondsOf } from '../project/timeline.js';
import { changeClips, defineCommand } from './command.js';

/** At the full amount, notes are stray that are surer or longer than these are not. */
const MOST = { confidence: 0.9, seconds: 0.25 };

/** Semitones from the notes beside it beyond which a short note is a slip of an octave. */
const LEAP = 10;

/**
 * Ids of the notes of the recording that are stray: those that the tracker is not sure of, that are very short, or that leap
 * by nearly an octave and back for a moment. Notes that a person wrote are not stray.
 *
 * @param amount - from 0, at which no note is, to 1
 */
export function strayNotes(project: Project, amount: number): Set<string> {
  const stray = new Set<string>();
  if (amount <= 0) return stray;
  const least = { confidence: amount * MOST.confidence, seconds: amount * MOST.seconds };
  for (const track of project.tracks) {
    const played = playedNotes(project, [track]);
    for (const [i, { note }] of played.entries()) {
      const { sung } = note;
      if (!sung) continue;
      const seconds = Math.min(sung.offset - sung.onset, secondsOf(project, note.length));
      const beside = [played[i - 1], played[i + 1]].filter((one) => one !== undefined);
      const leaps =
        beside.length === 2 &&
        beside.every(({ note: other }) => Math.abs(other.pitch - note.pitch) >= LEAP) &&
        seconds < 2 * least.seconds;
      if (sung.confidence < least.confidence || seconds < least.seconds || leaps) stray.add(note.id);
    }
  }
  return stray;
}

/** Deletes stray notes; a note that lasts until one of them is not made longer. */
const removeStrayNotes = defineCommand({
  args: z.strictObject({ amount: z.number().min(0).max(1) }),
  title: () => 'Remove stray notes',
  apply(project, { amount }) {
    const stray = strayNotes(project, amount);
    if (stray.size === 0) return project;
    const isKept = ({ id }: Note): boolean => !stray.has(id);
    return changeClips(project, (clip) =>
      clip.notes.every(isKept) ? clip : { ...clip, notes: clip.notes.filter(isKept) },
    );
  },
});

export const strayNoteCommands = { 'remove-stray-notes': removeStrayNotes };
