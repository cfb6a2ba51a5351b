/** The notes of a project as the roll draws and finds them: fast for ten thousand. */
import type { Project } from '../../project/schema.js';
import { type PlayedNote, playedNotes } from '../../project/timeline.js';

/** Notes in the order of their beginning, and how far back one may begin that still sounds. */
export class RollNotes {
  readonly played: readonly PlayedNote[];
  /** The longest note, in ticks: no earlier one reaches a place. */
  private readonly longest: number;

  constructor(readonly project: Project) {
    this.played = playedNotes(project);
    this.longest = this.played.reduce((most, { start, end }) => Math.max(most, end - start), 0);
  }

  /** Index of the first note that begins at or after some ticks. */
  private from(ticks: number): number {
    let low = 0;
    let high = this.played.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.played[middle].start < ticks) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Notes that sound between two places, in order. */
  *between(from: number, to: number): Generator<PlayedNote> {
    for (let i = this.from(from - this.longest); i < this.played.length; i++) {
      const note = this.played[i];
      if (note.start > to) return;
      if (note.end >= from) yield note;
    }
  }

  /**
   * The note at a place: of those that lie there, one of the preferred track, else that drawn last.
   *
   * @param track - id of the track that is edited
   */
  at(ticks: number, pitch: number, track: string): PlayedNote | null {
    let found: PlayedNote | null = null;
    for (const played of this.between(ticks, ticks)) {
      if (played.note.pitch !== pitch || played.end <= ticks) continue;
      if (found?.track.id === track && played.track.id !== track) continue;
      found = played;
    }
    return found;
  }
}
