/** When passages, bars and notes of a project are played. */
import { type Note, type Project, QUARTER_TICKS, type Track } from './schema.js';

/** Ticks of a bar. */
export const barTicks = ({ beats }: Pick<Project, 'beats'>): number => beats * QUARTER_TICKS;

/** Seconds of some ticks. */
export const secondsOf = ({ tempo }: Pick<Project, 'tempo'>, ticks: number): number =>
  (ticks * 60) / (tempo * QUARTER_TICKS);

/** Ticks of some seconds, not rounded. */
export const ticksOfSeconds = ({ tempo }: Pick<Project, 'tempo'>, seconds: number): number =>
  (seconds * tempo * QUARTER_TICKS) / 60;

/** A passage where the order has it. */
export interface PlacedPassage {
  /** Its place in the order. */
  at: number;
  id: string;
  name: string;
  /** Ticks from the beginning of the piece. */
  start: number;
  end: number;
}

/** The passages in the order in which they are played. */
export function placedPassages(project: Project): PlacedPassage[] {
  const byId = new Map(project.passages.map((passage) => [passage.id, passage]));
  let start = 0;
  return project.order.map((id, at) => {
    const { name, bars } = byId.get(id)!;
    const placed = { at, id, name, start, end: start + bars * barTicks(project) };
    start = placed.end;
    return placed;
  });
}

/** Ticks of the whole piece. */
export const pieceTicks = (project: Project): number => placedPassages(project).at(-1)!.end;

/**
 * Ticks at which bars begin, of the whole piece: a pickup's bar begins at 0, and the first bar line is after it.
 */
export function barStarts(project: Project): number[] {
  const [bar, end] = [barTicks(project), pieceTicks(project)];
  const starts = project.pickup > 0 ? [0] : [];
  for (let at = project.pickup; at < end; at += bar) starts.push(at);
  return starts;
}

/** A note where it is played. */
export interface PlayedNote {
  track: Track;
  note: Note;
  /** Place of its passage in the order. */
  at: number;
  /** Ticks from the beginning of the piece; a note ends with its passage at the latest. */
  start: number;
  end: number;
}

/** Every note as it is played, passages that come again included, in order of start; of the tracks given, or all. */
export function playedNotes(project: Project, tracks: readonly Track[] = project.tracks): PlayedNote[] {
  const placed = placedPassages(project);
  const played: PlayedNote[] = [];
  for (const track of tracks) {
    const byPassage = new Map(track.clips.map((clip) => [clip.passage, clip]));
    for (const { at, id, start, end } of placed)
      for (const note of byPassage.get(id)?.notes ?? []) {
        const from = start + note.start;
        if (from >= end) continue;
        played.push({ track, note, at, start: from, end: Math.min(end, from + note.length) });
      }
  }
  return played.sort((a, b) => a.start - b.start || a.note.pitch - b.note.pitch);
}

/** The tracks that sound: those that are solo where any is, without those that are muted. */
export function audibleTracks({ tracks }: Project): Track[] {
  const solo = tracks.some((track) => track.solo);
  return tracks.filter((track) => !track.mute && (!solo || track.solo));
}
