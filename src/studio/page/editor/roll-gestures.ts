/** What pointers do on the roll: select, move, stretch, add, and choose a part to repeat. */
import type { Edit } from '../../editing/index.js';
import { type PlayedNote, pieceTicks, placedPassages } from '../../project/timeline.js';
import type { Session } from '../session.js';
import type { Player } from '../sound/player.js';
import {
  KEYS_WIDTH,
  pitchOf,
  RULER_HEIGHT,
  ticksOf,
  type Viewport,
  yOf,
  type Zoom,
} from './roll-geometry.js';
import type { RollNotes } from './roll-notes.js';
import type { Selection } from './selection.js';

/** What gestures need of the roll. */
export interface RollParts {
  session: Session;
  selection: Selection;
  player: Player;
  notes: RollNotes;
  zoom: Zoom;
  view: Viewport;
  /** Ticks of the grid that drags snap to; 1 for none. */
  snap: number;
}

/** A place on the roll, in pixels of the content and as what it means. */
interface Place {
  x: number;
  y: number;
  ticks: number;
  pitch: number;
}

type Gesture =
  | { kind: 'move' | 'stretch'; from: Place; grabbed: PlayedNote; isMoved: boolean }
  | { kind: 'marquee'; from: Place; isAdded: boolean }
  | { kind: 'loop'; from: number };

/** Pixels at the end of a note that stretch it. */
const EDGE = 7;

/** Pixels that a pointer moves before it drags. */
const SLACK = 4;

/** The gestures of one roll. */
export class RollGestures {
  private gesture: Gesture | null = null;
  /** Notes in places that are not theirs yet. */
  moved: ReadonlyMap<string, { start: number; length: number; pitch: number }> = new Map();
  marquee: { x: number; y: number; width: number; height: number } | null = null;
  private by = { ticks: 0, semitones: 0 };

  constructor(
    private readonly parts: () => RollParts,
    private readonly redraw: () => void,
  ) {}

  private place({ offsetX, offsetY }: PointerEvent | MouseEvent): Place {
    const { view, zoom } = this.parts();
    const [x, y] = [offsetX - KEYS_WIDTH + view.left, offsetY - RULER_HEIGHT + view.top];
    return { x, y, ticks: Math.max(0, ticksOf(x, zoom)), pitch: pitchOf(y, zoom) };
  }

  private snapped(ticks: number, towards: (value: number) => number = Math.round): number {
    const { snap, session } = this.parts();
    // The grid lies on bar lines.
    const shift = session.project.pickup % snap;
    return towards((ticks - shift) / snap) * snap + shift;
  }

  private isAtEnd({ end }: PlayedNote, { x }: Place): boolean {
    return end * this.parts().zoom.perTick - x < EDGE;
  }

  /** The cursor for a place. */
  cursorAt(event: PointerEvent): string {
    if (event.offsetY < RULER_HEIGHT || event.offsetX < KEYS_WIDTH) return 'pointer';
    const place = this.place(event);
    const { notes, selection } = this.parts();
    const found = notes.at(place.ticks, place.pitch, selection.track?.id ?? '');
    if (!found) return 'crosshair';
    return this.isAtEnd(found, place) ? 'ew-resize' : 'move';
  }

  down(event: PointerEvent): void {
    const { selection, player, notes, session } = this.parts();
    const track = selection.track?.id ?? '';
    if (event.offsetX < KEYS_WIDTH && event.offsetY >= RULER_HEIGHT) {
      void player.audition(track, this.place(event).pitch, 90);
      return;
    }
    const place = this.place(event);
    if (event.offsetY < RULER_HEIGHT) {
      this.gesture = { kind: 'loop', from: Math.min(place.ticks, pieceTicks(session.project)) };
      return;
    }
    const found = notes.at(place.ticks, place.pitch, track);
    const isAdded = event.shiftKey || event.ctrlKey || event.metaKey;
    if (!found) {
      this.gesture = { kind: 'marquee', from: place, isAdded };
      return;
    }
    if (isAdded) {
      selection.toggle(found.note.id);
      return;
    }
    if (!selection.notes.has(found.note.id)) selection.choose([found.note.id]);
    void player.audition(found.track.id, found.note.pitch, found.note.velocity);
    const kind = this.isAtEnd(found, place) ? 'stretch' : 'move';
    this.gesture = { kind, from: place, grabbed: found, isMoved: false };
  }

  move(event: PointerEvent): void {
    const { gesture } = this;
    if (!gesture) return;
    const place = this.place(event);
    if (gesture.kind === 'loop') return;
    if (gesture.kind === 'marquee') {
      const { x, y } = gesture.from;
      this.marquee = {
        ...{ x: Math.min(x, place.x), y: Math.min(y, place.y) },
        ...{ width: Math.abs(place.x - x), height: Math.abs(place.y - y) },
      };
      this.redraw();
      return;
    }
    const { from, grabbed } = gesture;
    if (!gesture.isMoved && Math.hypot(place.x - from.x, place.y - from.y) < SLACK) return;
    gesture.isMoved = true;
    const { selection, player } = this.parts();
    const edge = gesture.kind === 'move' ? grabbed.start : grabbed.end;
    const ticks = this.snapped(edge + place.ticks - from.ticks) - edge;
    const semitones = gesture.kind === 'move' ? place.pitch - from.pitch : 0;
    if (semitones !== this.by.semitones)
      void player.audition(grabbed.track.id, Math.min(127, Math.max(0, grabbed.note.pitch + semitones)), 90);
    this.by = { ticks: Math.round(ticks), semitones };
    this.moved = new Map(
      selection.played.map(({ note: { id, start, length, pitch } }) => [
        id,
        gesture.kind === 'move'
          ? { start: start + this.by.ticks, length, pitch: pitch + semitones }
          : { start, length: Math.max(1, length + this.by.ticks), pitch },
      ]),
    );
    this.redraw();
  }

  up(event: PointerEvent): void {
    const { gesture } = this;
    this.gesture = null;
    if (!gesture) return;
    const { session, selection, player } = this.parts();
    const place = this.place(event);
    if (gesture.kind === 'loop') this.chooseLoop(gesture.from, place.ticks);
    else if (gesture.kind === 'marquee') this.select(gesture, place);
    else if (gesture.isMoved && (this.by.ticks !== 0 || this.by.semitones !== 0)) {
      const notes = [...selection.notes];
      const edit: Edit =
        gesture.kind === 'move'
          ? { name: 'move-notes', args: { notes, ...this.by } }
          : { name: 'stretch-notes', args: { notes, ticks: this.by.ticks } };
      session.run(edit);
    } else if (player.state === 'stopped') player.seek(gesture.grabbed.start);
    this.cancel();
  }

  /** Ends a gesture without a change. */
  cancel(): void {
    this.gesture = null;
    this.moved = new Map();
    this.marquee = null;
    this.by = { ticks: 0, semitones: 0 };
    this.redraw();
  }

  /** A click on the ruler moves the place, a drag chooses the part that is repeated. */
  private chooseLoop(from: number, to: number): void {
    const { player, zoom } = this.parts();
    const end = pieceTicks(this.parts().session.project);
    const [first, last] = [Math.min(from, to), Math.min(end, Math.max(from, to))];
    if ((last - first) * zoom.perTick < 2 * SLACK) player.seek(from);
    else
      player.choose({ loop: { from: this.snapped(first, Math.floor), to: this.snapped(last, Math.ceil) } });
  }

  private select({ from, isAdded }: { from: Place; isAdded: boolean }, to: Place): void {
    const { notes, selection, player } = this.parts();
    if (!this.marquee || Math.hypot(to.x - from.x, to.y - from.y) < SLACK) {
      if (!isAdded) selection.choose([]);
      if (player.state === 'stopped') player.seek(from.ticks);
      return;
    }
    const [low, high] = [Math.min(from.pitch, to.pitch), Math.max(from.pitch, to.pitch)];
    const [first, last] = [Math.min(from.ticks, to.ticks), Math.max(from.ticks, to.ticks)];
    const track = selection.track?.id;
    const inside = [...notes.between(first, last)].filter(
      ({ note, track: own }) => own.id === track && note.pitch >= low && note.pitch <= high,
    );
    selection.choose(
      inside.map(({ note }) => note.id),
      isAdded,
    );
  }

  /** Adds a note where nothing is, one step of the grid long or a quarter; deletes the note that is there. */
  doubleClick(event: MouseEvent): void {
    if (event.offsetY < RULER_HEIGHT || event.offsetX < KEYS_WIDTH) return;
    const place = this.place(event);
    const { session, selection, notes, snap } = this.parts();
    const { track } = selection;
    if (!track) return;
    const found = notes.at(place.ticks, place.pitch, track.id);
    if (found) session.run({ name: 'delete-notes', args: { notes: [found.note.id] } });
    else
      addNoteAt(
        session,
        selection,
        this.snapped(place.ticks, Math.floor),
        place.pitch,
        snap > 1 ? snap : 480,
      );
  }

  /** Scrolls so that a pitch is in the middle. */
  static topFor(pitch: number, zoom: Zoom, height: number): number {
    return Math.max(0, yOf(pitch, zoom) - height / 2);
  }
}

/**
 * Adds a note at some ticks of the piece to the selected track, and selects it. At or after the end of the piece, the last
 * passage grows with it, unless it is played elsewhere too.
 */
export function addNoteAt(
  session: Session,
  selection: Selection,
  ticks: number,
  pitch: number,
  length: number,
): void {
  const { track } = selection;
  const at = Math.max(0, ticks);
  const placed = placedPassages(session.project);
  const last = placed[placed.length - 1];
  const isLastAlone = placed.filter((one) => one.id === last.id).length === 1;
  const passage =
    placed.find(({ start, end }) => at >= start && at < end) ?? (isLastAlone ? last : undefined);
  if (!track || !passage) {
    session.say(
      `The piece ends before that, and its last passage is played more than once; choose "Vary" first.`,
    );
    return;
  }
  const id = `n${session.project.next_id}`;
  const isAdded = session.run({
    name: 'add-note',
    args: {
      ...{ track: track.id, passage: passage.id, start: at - passage.start, length, pitch },
      ...(at >= passage.end && { lengthen: true }),
    },
  });
  if (isAdded) selection.choose([id]);
}
