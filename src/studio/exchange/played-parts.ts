/** What is written of a project: the tracks that sound, each with its notes as files can hold them. */
import type { Project, Track } from '../project/schema.js';
import { audibleTracks, playedNotes } from '../project/timeline.js';

/** A note as it is played, in ticks from the beginning of the piece. */
export interface PartNote {
  /** Of the note in the project, and the place of its passage in the order: one note of a repeated passage is several here. */
  id: string;
  at: number;
  start: number;
  end: number;
  pitch: number;
  velocity: number;
}

/** A track that sounds. */
export interface PlayedPart {
  track: Track;
  /** Numbers of the MIDI port and channel from 0. */
  port: number;
  channel: number;
  /** In order of start, then pitch. */
  notes: PartNote[];
}

/** The channel of General MIDI's drums, from 0. */
export const DRUM_CHANNEL = 9;

/** Channels of a port that are left for tracks with pitches. */
const PITCHED = 15;

/**
 * Ports and channels of tracks in their order: drums on channel 10 (here 9), which they share, all others on the other 15
 * in turn. From the sixteenth pitched track on they are on a further port.
 */
export function channelsOf(tracks: readonly Pick<Track, 'tone'>[]): { port: number; channel: number }[] {
  let pitched = 0;
  return tracks.map(({ tone }) => {
    if (tone.drums) return { port: 0, channel: DRUM_CHANNEL };
    const [port, place] = [Math.floor(pitched / PITCHED), pitched % PITCHED];
    pitched++;
    return { port, channel: place < DRUM_CHANNEL ? place : place + 1 };
  });
}

/**
 * Notes of which no two of a pitch sound at once, as neither a channel of MIDI nor a staff can tell them apart: one ends at
 * the latest where the next of its pitch begins, and of those that begin together the longest is kept.
 *
 * @param notes - in order of start
 */
export function withoutOverlaps<T extends { start: number; end: number; pitch: number }>(
  notes: readonly T[],
): T[] {
  const last = new Map<number, number>();
  const kept: T[] = [];
  for (const note of notes) {
    const before = last.get(note.pitch);
    const other = before === undefined ? undefined : kept[before];
    if (before !== undefined && other!.start === note.start) {
      if (note.end > other!.end) kept[before] = note;
      continue;
    }
    if (before !== undefined && other!.end > note.start) kept[before] = { ...other!, end: note.start };
    last.set(note.pitch, kept.length);
    kept.push(note);
  }
  return kept;
}

/** The tracks that sound, muted ones left out and only those that are solo where any is, with their notes as played. */
export function playedParts(project: Project): PlayedPart[] {
  const tracks = audibleTracks(project);
  const channels = channelsOf(tracks);
  return tracks.map((track, i) => {
    const notes = playedNotes(project, [track]).map(
      ({ note, at, start, end }): PartNote => ({
        ...{ id: note.id, at, start, end },
        ...{ pitch: note.pitch, velocity: note.velocity },
      }),
    );
    return { track, ...channels[i], notes: withoutOverlaps(notes) };
  });
}
