/** What of a session is selected, and how it is looked at. */
import type { Note, Track } from '../../project/schema.js';
import { type PlayedNote, playedNotes } from '../../project/timeline.js';
import { Changes } from '../changes.js';
import type { Session } from '../session.js';

/** The selected track and notes. */
export class Selection extends Changes {
  private own = '';
  private ids: ReadonlySet<string> = new Set();
  /** Whether steps from note to note have been ended, so that the keyboard can go on to other parts of the page. */
  private isReleased = false;

  constructor(private readonly session: Session) {
    super();
    this.own = session.project.tracks[0]?.id ?? '';
  }

  /** The track that is edited; the first where the selected one is gone. */
  get track(): Track | null {
    const { tracks } = this.session.project;
    return tracks.find(({ id }) => id === this.own) ?? tracks[0] ?? null;
  }

  /** Ids of the selected notes that still exist. */
  get notes(): ReadonlySet<string> {
    return this.ids;
  }

  /** The selected notes where they are played first, in order. */
  get played(): PlayedNote[] {
    const seen = new Set<string>();
    return playedNotes(this.session.project).filter(({ note: { id } }) => {
      if (!this.ids.has(id) || seen.has(id)) return false;
      seen.add(id);
      return true;
    });
  }

  chooseTrack(id: string): void {
    this.own = id;
    this.ids = new Set();
    this.isReleased = false;
    this.changed();
  }

  /** Selects notes alone, or as well as what is selected; one of another track changes the track. */
  choose(ids: Iterable<string>, isAdded = false): void {
    this.isReleased = false;
    this.ids = new Set([...(isAdded ? this.ids : []), ...ids]);
    const holder = this.session.project.tracks.find(({ clips }) =>
      clips.some(({ notes }) => notes.some(({ id }) => this.ids.has(id))),
    );
    if (holder && !isAdded) this.own = holder.id;
    this.changed();
  }

  /** Selects nothing, and takes no steps until something is selected or `hold` is called. */
  release(): void {
    this.choose([]);
    this.isReleased = true;
  }

  /** Lets steps be taken again. */
  hold(): void {
    this.isReleased = false;
  }

  /** Selects a note, or no longer. */
  toggle(id: string): void {
    const ids = new Set(this.ids);
    if (!ids.delete(id)) ids.add(id);
    this.ids = ids;
    this.changed();
  }

  /** Every note of the track. */
  chooseAll(): void {
    this.choose(this.track?.clips.flatMap(({ notes }) => notes.map(({ id }: Note) => id)) ?? []);
  }

  /** Forgets notes that no longer exist, as after an undo. */
  refresh(): void {
    const all = new Set(
      this.session.project.tracks.flatMap(({ clips }) =>
        clips.flatMap(({ notes }) => notes.map(({ id }) => id)),
      ),
    );
    const kept = [...this.ids].filter((id) => all.has(id));
    if (kept.length < this.ids.size) this.ids = new Set(kept);
    this.changed();
  }

  /** The note before or after the selected one in its track; returns it, or null where there is none or steps have been ended. */
  step(by: 1 | -1): PlayedNote | null {
    const { track } = this;
    if (!track || this.isReleased) return null;
    const played = playedNotes(this.session.project, [track]);
    const at = played.findIndex(({ note }) => this.ids.has(note.id));
    const next = at < 0 ? played[by > 0 ? 0 : played.length - 1] : played[at + by];
    if (next) this.choose([next.note.id]);
    return next ?? null;
  }
}
