/** Commands that change notes. */
import { z } from 'zod';
import { UsageError } from '../../base/errors.js';
import { countText } from '../../base/format.js';
import { semitoneInKey } from '../music/scale.js';
import { MOST_BARS, type Note, type Project } from '../project/schema.js';
import { barTicks } from '../project/timeline.js';
import {
  changeNotes,
  changeTrack,
  defineCommand,
  idArgument,
  inOrder,
  noteIds,
  notesOf,
  passageTicks,
  valueTicks,
} from './command.js';

const semitones = z.number().int().min(-127).max(127);
const ticks = z.number().int().min(-1e9).max(1e9);
const valueArgument = z
  .union([z.literal(4), z.literal(8), z.literal(16), z.literal(32)])
  .describe('The shortest note: 16 for sixteenths.');

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

/** `Move` and so on with the number of notes. */
const withCount =
  (verb: string) =>
  ({ notes }: { notes: readonly string[] }): string =>
    `${verb} ${countText(notes.length, 'note')}`;

/**
 * Writes a note into a track's clip of a passage, which is made where there is none. With `lengthen`, a passage that ends
 * before the note begins grows by as many bars as it takes.
 */
const addNote = defineCommand({
  args: z.strictObject({
    track: idArgument,
    passage: idArgument,
    start: ticks.min(0),
    length: ticks.min(1),
    pitch: z.number().int().min(0).max(127),
    velocity: z.number().int().min(1).max(127).default(90),
    lengthen: z.boolean().default(false),
  }),
  title: () => 'Add note',
  apply(project, { track, passage, start, length, pitch, velocity, lengthen }) {
    const isAfterEnd = start >= passageTicks(project, passage);
    if (isAfterEnd && !lengthen)
      throw new UsageError('The note begins after its passage ends; make the passage longer, or move it.');
    const bars = Math.floor(start / barTicks(project)) + 1;
    if (isAfterEnd && bars > MOST_BARS)
      throw new UsageError(`A passage has at most ${MOST_BARS} bars; the note would begin in bar ${bars}.`);
    const longer = isAfterEnd
      ? {
          ...project,
          passages: project.passages.map((one) => (one.id === passage ? { ...one, bars } : one)),
        }
      : project;
    const end = passageTicks(longer, passage);
    let next = project.next_id;
    const note: Note = { id: `n${next++}`, start, length: Math.min(length, end - start), pitch, velocity };
    const changed = changeTrack(longer, track, (own) => {
      const clip = own.clips.find((one) => one.passage === passage) ?? {
        id: `c${next++}`,
        passage,
        notes: [],
      };
      const grown = { ...clip, notes: inOrder([...clip.notes, note]) };
      return { ...own, clips: [...own.clips.filter((one) => one !== clip), grown] };
    });
    return { ...changed, next_id: next };
  },
});

const deleteNotes = defineCommand({
  args: z.strictObject({ notes: noteIds }),
  title: withCount('Delete'),
  apply: (project, { notes }) => changeNotes(project, notes, () => []),
});

/** All notes move by as much; where one would leave its passage or the range of MIDI, all move by less. */
const moveNotes = defineCommand({
  args: z.strictObject({ notes: noteIds, ticks, semitones }),
  title: withCount('Move'),
  apply(project, { notes, ticks: wanted, semitones: higher }) {
    const all = notesOf(project, notes);
    const by = clamp(
      wanted,
      -Math.min(...all.map(({ note }) => note.start)),
      Math.min(
        ...all.map(({ note, ticks: end }) => Math.max(0, end - note.start - Math.min(note.length, end))),
      ),
    );
    const up = clamp(
      higher,
      -Math.min(...all.map(({ note }) => note.pitch)),
      127 - Math.max(...all.map(({ note }) => note.pitch)),
    );
    if (by === 0 && up === 0) return project;
    return changeNotes(project, notes, (note) => ({
      ...note,
      start: note.start + by,
      pitch: note.pitch + up,
    }));
  },
});

/** Moves the ends (or with `edge: start` the beginnings) of notes; no note becomes shorter than a sixty-fourth. */
const stretchNotes = defineCommand({
  args: z.strictObject({ notes: noteIds, ticks, edge: z.enum(['start', 'end']).default('end') }),
  title: withCount('Stretch'),
  apply(project, { notes, ticks: by, edge }) {
    const least = valueTicks(64);
    const ends = new Map(notesOf(project, notes).map(({ note, ticks: end }) => [note.id, end]));
    return changeNotes(project, notes, (note) => {
      const end = note.start + note.length;
      if (edge === 'start') {
        const start = clamp(note.start + by, 0, Math.max(0, end - Math.min(least, note.length)));
        return start === note.start ? note : { ...note, start, length: end - start };
      }
      const most = Math.max(note.length, ends.get(note.id)! - note.start);
      const length = clamp(note.length + by, Math.min(least, note.length), most);
      return length === note.length ? note : { ...note, length };
    });
  },
});

/** Cuts a note in two, in the middle unless `at` says where, in ticks from its beginning. */
const splitNote = defineCommand({
  args: z.strictObject({ note: idArgument, at: ticks.min(1).optional() }),
  title: () => 'Split note',
  apply(project, { note: id, at }) {
    const changed = changeNotes(project, [id], (note) => {
      const first = at ?? Math.floor(note.length / 2);
      if (first < 1 || first >= note.length)
        throw new UsageError('The note is too short to be split there; choose a place inside it.');
      const second: Note = {
        ...note,
        id: `n${project.next_id}`,
        start: note.start + first,
        length: note.length - first,
      };
      return [{ ...note, length: first }, second];
    });
    return { ...changed, next_id: project.next_id + 1 };
  },
});

/** Makes one note of several of a clip, from the first beginning to the last end, at the pitch of the longest. */
const joinNotes = defineCommand({
  args: z.strictObject({ notes: noteIds.min(2) }),
  title: withCount('Join'),
  apply(project, { notes }) {
    const all = notesOf(project, notes);
    if (new Set(all.map(({ clip }) => clip.id)).size > 1)
      throw new UsageError('Notes of different tracks or passages cannot be joined; select notes of one.');
    const sorted = inOrder(all.map(({ note }) => note));
    const [first] = sorted;
    const longest = sorted.reduce((best, note) => (note.length > best.length ? note : best));
    const end = Math.max(...sorted.map(({ start, length }) => start + length));
    const sung = sorted.map((note) => note.sung).filter((one) => one !== undefined);
    return changeNotes(project, notes, (note) =>
      note.id === first.id
        ? {
            ...{ id: first.id, start: first.start, length: end - first.start },
            ...{ pitch: longest.pitch, velocity: longest.velocity },
            ...(longest.sung && {
              sung: {
                ...longest.sung,
                onset: Math.min(...sung.map(({ onset }) => onset)),
                offset: Math.max(...sung.map(({ offset }) => offset)),
              },
            }),
          }
        : [],
    );
  },
});

/** Moves beginnings and lengths to a grid by `strength`; a note keeps at least one step, or its own length if shorter. */
const quantise = defineCommand({
  args: z.strictObject({
    notes: noteIds,
    grid: valueArgument,
    strength: z.number().min(0).max(1).default(1),
  }),
  title: withCount('Quantise'),
  apply(project, { notes, grid, strength }) {
    const step = valueTicks(grid);
    const toGrid = (value: number, least: number): number =>
      Math.round(value + strength * (Math.max(least, Math.round(value / step) * step) - value));
    const ends = new Map(notesOf(project, notes).map(({ note, ticks: end }) => [note.id, end]));
    // The grid lies on bar lines, which are a pickup after the beginning.
    const shift = project.pickup % step;
    return changeNotes(project, notes, (note) => {
      const last = Math.max(0, ends.get(note.id)! - 1);
      const start = clamp(toGrid(note.start - shift, -shift) + shift, 0, last);
      const length = toGrid(note.length, step);
      return start === note.start && length === note.length ? note : { ...note, start, length };
    });
  },
});

/** Moves every pitched note of the piece, and the key with them, or those of one track. */
const transpose = defineCommand({
  args: z.strictObject({ semitones, track: idArgument.optional() }),
  title: ({ semitones: by }) => `Transpose by ${countText(by, 'semitone')}`,
  apply(project, { semitones: by, track: only }) {
    const tracks = project.tracks.filter(
      ({ id, tone }) => !tone.drums && (only === undefined || id === only),
    );
    const notes = tracks.flatMap(({ clips }) => clips.flatMap((clip) => clip.notes));
    const tooFar = notes.some(({ pitch }) => pitch + by < 0 || pitch + by > 127);
    if (tooFar) throw new UsageError('A note would leave the range of MIDI; transpose by fewer semitones.');
    if (by === 0) return project;
    const moved =
      notes.length === 0
        ? project
        : changeNotes(
            project,
            notes.map(({ id }) => id),
            (note) => ({ ...note, pitch: note.pitch + by }),
          );
    if (only !== undefined || !project.key) return moved;
    return { ...moved, key: { ...project.key, tonic: (((project.key.tonic + by) % 12) + 12) % 12 } };
  },
});

/** Moves notes that are not in the key to the nearest pitch that is, by `sung` where both are as near. */
const snapToKey = defineCommand({
  args: z.strictObject({ notes: noteIds }),
  title: ({ notes }) => `Snap ${countText(notes.length, 'note')} to the key`,
  apply(project, { notes }) {
    const { key } = project;
    if (!key) throw new UsageError('The piece has no key to snap to; set one first.');
    return changeNotes(project, notes, (note, _, track) => {
      const pitch = track.tone.drums ? note.pitch : semitoneInKey(note, key, project.tuning_cents);
      return pitch === note.pitch ? note : { ...note, pitch };
    });
  },
});

const setVelocity = defineCommand({
  args: z.strictObject({ notes: noteIds, velocity: z.number().int().min(1).max(127) }),
  title: ({ notes }) => `Loudness of ${countText(notes.length, 'note')}`,
  apply: (project: Project, { notes, velocity }) =>
    changeNotes(project, notes, (note) => (note.velocity === velocity ? note : { ...note, velocity })),
});

export const noteCommands = {
  'add-note': addNote,
  'delete-notes': deleteNotes,
  'move-notes': moveNotes,
  'stretch-notes': stretchNotes,
  'split-note': splitNote,
  'join-notes': joinNotes,
  quantise,
  transpose,
  'snap-to-key': snapToKey,
  'set-velocity': setVelocity,
};
