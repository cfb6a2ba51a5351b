/** What keys do in the editor. */
import { barTicks } from '../../project/timeline.js';
import type { Session } from '../session.js';
import type { Player } from '../sound/player.js';
import { addNoteAt } from './roll-gestures.js';
import type { Selection } from './selection.js';

/** What keys act on. */
export interface KeyContext {
  session: Session;
  selection: Selection;
  player: Player;
  snap: number;
}

/** Every key with what it does, as the page lists it. */
export const KEY_HELP: [keys: string, does: string][] = [
  ['Space', 'play or stop'],
  ['Tab, Shift+Tab', 'select the next or previous note'],
  ['← → ↑ ↓', 'move the selected notes by a step of the grid or a semitone'],
  ['Shift + arrows', 'move by a bar or an octave'],
  ['Alt + ← →', 'make notes shorter or longer'],
  ['N', 'add a note after the selected one'],
  ['Delete', 'delete the selected notes'],
  ['S, J, Q, K', 'split, join, quantise, snap to the key'],
  ['Ctrl+A, Esc', 'select all notes of the track, or none; after Esc, Tab leaves the roll'],
  ['Ctrl+Z, Ctrl+Shift+Z', 'undo, redo'],
  ['L', 'loop the selected part, or end the loop'],
];

/** Undo and redo, which work everywhere on the page. Returns whether the key was one of them. */
export function globalKey(event: KeyboardEvent, session: Session): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
  const key = event.key.toLowerCase();
  if (key === 'z') {
    if (event.shiftKey) session.redo();
    else session.undo();
  } else if (key === 'y') session.redo();
  else return false;
  event.preventDefault();
  return true;
}

/** Pitch of a note that is added where none is selected: the tonic near the middle of the keyboard. */
const startPitch = ({ project }: Session): number => 60 + ((project.key?.tonic ?? 0) % 12);

/** Does what a key stands for on the roll. Returns whether it stands for something. */
export function rollKey(event: KeyboardEvent, context: KeyContext): boolean {
  const { session, selection, player } = context;
  const snap = Math.max(1, context.snap);
  const notes = [...selection.notes];
  const isAny = notes.length > 0;
  const move = (ticks: number, semitones: number): void => {
    if (!isAny) {
      session.say('Select a note first.');
      return;
    }
    session.run({ name: 'move-notes', args: { notes, ticks, semitones } });
    const [first] = selection.played;
    if (first && semitones !== 0) void player.audition(first.track.id, first.note.pitch, first.note.velocity);
  };
  const withNotes = (act: () => void): void => (isAny ? act() : session.say('Select a note first.'));
  const step = event.shiftKey ? barTicks(session.project) : snap > 1 ? snap : 30;
  const interval = event.shiftKey ? 12 : 1;
  const stretch = (ticks: number): void =>
    withNotes(() => void session.run({ name: 'stretch-notes', args: { notes, ticks } }));
  const commands: Record<string, () => void> = {
    ArrowLeft: () => (event.altKey ? stretch(-step) : move(-step, 0)),
    ArrowRight: () => (event.altKey ? stretch(step) : move(step, 0)),
    ArrowUp: () => move(0, interval),
    ArrowDown: () => move(0, -interval),
    Delete: () => withNotes(() => void session.run({ name: 'delete-notes', args: { notes } })),
    Backspace: () => withNotes(() => void session.run({ name: 'delete-notes', args: { notes } })),
    Escape: () => selection.release(),
    ' ': () => (player.state === 'stopped' ? void player.play() : player.stop()),
    n: () => {
      const last = selection.played.at(-1);
      const length = last?.note.length ?? (snap > 1 ? snap : 480);
      addNoteAt(
        session,
        selection,
        last ? last.end : player.position,
        last?.note.pitch ?? startPitch(session),
        length,
      );
    },
    s: () => withNotes(() => void session.run({ name: 'split-note', args: { note: notes[0] } })),
    j: () => withNotes(() => void session.run({ name: 'join-notes', args: { notes } })),
    q: () =>
      withNotes(() => {
        const grid = ([4, 8, 16, 32] as const).find((value) => 1920 / value <= Math.max(snap, 60)) ?? 16;
        session.run({ name: 'quantise', args: { notes, grid } });
      }),
    k: () => withNotes(() => void session.run({ name: 'snap-to-key', args: { notes } })),
    l: () => toggleLoop(context),
  };
  if (event.key === 'Tab') {
    // At either end the focus leaves the roll, as everywhere.
    const next = selection.step(event.shiftKey ? -1 : 1);
    if (!next) {
      selection.choose([]);
      return false;
    }
    void player.audition(next.track.id, next.note.pitch, next.note.velocity);
    event.preventDefault();
    return true;
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
    selection.chooseAll();
    event.preventDefault();
    return true;
  }
  if (event.ctrlKey || event.metaKey) return false;
  const command = commands[event.key] ?? commands[event.key.toLowerCase()];
  if (!command) return false;
  event.preventDefault();
  command();
  return true;
}

/** Repeats from the first to the last selected note, in whole bars; ends a repetition where there is one. */
export function toggleLoop({ selection, player, session }: KeyContext): void {
  const { played } = selection;
  if (player.loop) {
    player.choose({ loop: null });
    return;
  }
  if (played.length === 0) {
    session.say('Select the notes of the part to loop first.');
    return;
  }
  const { pickup } = session.project;
  const bar = barTicks(session.project);
  const from = Math.floor((played[0].start - pickup) / bar) * bar + pickup;
  const to = Math.ceil((Math.max(...played.map(({ end }) => end)) - pickup) / bar) * bar + pickup;
  player.choose({ loop: { from: Math.max(0, from), to } });
}
