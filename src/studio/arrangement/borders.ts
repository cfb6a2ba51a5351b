/** How accompaniment leads into a passage, and how it ends. */
import type { Passage, Project } from '../project/schema.js';
import { barTicks } from '../project/timeline.js';
import type { PlacedChord } from './chords-of-melody.js';
import { chordClasses } from './harmony.js';
import { type Bar, heardIn, melodyTrack } from './melody.js';
import type { Pattern } from './presets.js';

/** The end of a bar with which a passage begins, and its chord. */
export interface LeadIn {
  /** It begins before the passage. */
  bar: Bar;
  chord: PlacedChord;
}

/**
 * The pickup of a passage as the end of the bar that the passage before it has left open, with the chord of that bar, or of the
 * bar to come where that has more of the melody. Null without a pickup, and for a passage that the piece begins with: nothing
 * is played before the first bar line of a piece, and a passage that comes again is the same each time.
 */
export function leadInOf(
  project: Project,
  passage: Passage,
  chords: ReadonlyMap<string, readonly PlacedChord[]>,
): LeadIn | null {
  const { pickup, order } = project;
  if (pickup === 0 || passage.id === order[0]) return null;
  const before = chords.get(order[order.indexOf(passage.id) - 1])?.at(-1);
  const after = chords.get(passage.id)?.[0];
  if (!before || !after) return null;
  const clip = melodyTrack(project)?.clips.find((one) => one.passage === passage.id);
  const heard = heardIn(clip?.notes ?? [], { start: 0, end: pickup });
  const foreign = (chord: PlacedChord): number => {
    const classes = new Set(chordClasses(chord));
    return heard.reduce((sum, { note, from, to }) => sum + (classes.has(note.pitch % 12) ? 0 : to - from), 0);
  };
  const chord = foreign(after) < foreign(before) ? after : before;
  return {
    bar: { start: pickup - barTicks(project), end: pickup },
    chord: { ...chord, start: 0, end: pickup },
  };
}

/** What is played in the last bar of a piece: one chord that is held. */
export function endingPattern(beats: number, { drums }: Pattern): Pattern {
  const held = (letter: string): string => letter + '-'.repeat(2 * beats - 1);
  const [first] = Object.entries(drums).find(([, line]) => line.startsWith('X')) ?? [];
  return {
    chords: held('x'),
    bass: held('R'),
    drums: first === undefined ? {} : { [Number(first)]: `X${'.'.repeat(2 * beats - 1)}` },
  };
}

/** Whether a passage ends the piece and is played there alone, so that its end can be that of the piece. */
export const isEnding = ({ order }: Pick<Project, 'order'>, { id }: Pick<Passage, 'id'>): boolean =>
  order.indexOf(id) === order.length - 1;
