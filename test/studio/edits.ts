/** Random editing commands for a project, from numbers that fast-check draws. */
import type { Edit } from '../../src/studio/editing/index.js';
import { type CommandName, commands } from '../../src/studio/editing/index.js';
import type { Project } from '../../src/studio/project/schema.js';
import { STYLES } from '../../src/studio/project/schema.js';

/** What a person points at, as shares of what there is: each from 0 up to 1. */
export interface Draw {
  command: number;
  which: number;
  more: number;
  a: number;
  b: number;
}

const of = <Value>(values: readonly Value[], share: number): Value =>
  values[Math.min(values.length - 1, Math.floor(share * values.length))];

const between = (least: number, most: number, share: number): number =>
  Math.floor(least + share * (most - least + 1));

type Maker = (project: Project, draw: Draw) => object | null;

/** Some neighbouring notes of one clip; null where there is no note. */
function someNotes({ tracks }: Project, { which, more }: Draw, least = 1): string[] | null {
  const clips = tracks.flatMap((track) => track.clips).filter(({ notes }) => notes.length >= least);
  if (clips.length === 0) return null;
  const { notes } = of(clips, which);
  const from = between(0, notes.length - least, more);
  return notes.slice(from, from + least + between(0, 3, (which * 7) % 1)).map(({ id }) => id);
}

const withNotes =
  (args: (draw: Draw) => object, least = 1): Maker =>
  (project, draw) => {
    const notes = someNotes(project, draw, least);
    return notes && { notes, ...args(draw) };
  };

const track = (project: Project, { which }: Draw): string | null =>
  project.tracks.length > 0 ? of(project.tracks, which).id : null;

const withTrack =
  (args: (draw: Draw) => object): Maker =>
  (project, draw) => {
    const id = track(project, draw);
    return id === null ? null : { track: id, ...args(draw) };
  };

const at = ({ order }: Project, { which }: Draw): number => between(0, order.length - 1, which);

/** Arguments of every command; a new command needs a line here, which the type checks. */
const makers: Record<CommandName, Maker> = {
  'add-note': (project, draw) => {
    const id = track(project, draw);
    if (id === null) return null;
    const passage = of(project.passages, draw.more);
    const end = passage.bars * project.beats * 480;
    const isAfterEnd = draw.which > 0.9 && passage.bars < 50;
    const start = isAfterEnd ? end + between(0, 4000, draw.a) : between(0, end - 1, draw.a);
    return {
      track: id,
      passage: passage.id,
      start,
      length: between(1, 960, draw.b),
      pitch: between(0, 127, draw.b),
      ...(isAfterEnd && { lengthen: true }),
    };
  },
  'delete-notes': withNotes(() => ({})),
  'move-notes': withNotes(({ a, b }) => ({ ticks: between(-2000, 2000, a), semitones: between(-30, 30, b) })),
  'stretch-notes': withNotes(({ a, b }) => ({
    ticks: between(-2000, 2000, a),
    edge: b < 0.5 ? 'start' : 'end',
  })),
  'split-note': (project, draw) => {
    const notes = someNotes(project, draw);
    return notes && { note: notes[0], ...(draw.a < 0.5 ? {} : { at: between(1, 500, draw.b) }) };
  },
  'join-notes': withNotes(() => ({}), 2),
  quantise: withNotes(({ a, b }) => ({ grid: of([4, 8, 16, 32], a), strength: b })),
  transpose: (project, draw) => ({
    semitones: between(-6, 6, draw.a),
    ...(draw.b < 0.3 && project.tracks.length > 0 ? { track: track(project, draw) } : {}),
  }),
  'snap-to-key': withNotes(() => ({})),
  'set-velocity': withNotes(({ a }) => ({ velocity: between(1, 127, a) })),
  'add-track': (_, { a, b }) => ({ name: `Track ${between(1, 99, a)}`, program: between(0, 127, b) }),
  'delete-track': (project, draw) =>
    project.tracks.length > 1 ? withTrack(() => ({}))(project, draw) : null,
  'set-track': withTrack(({ a, b }) =>
    of(
      [{ volume: a }, { pan: 2 * b - 1 }, { mute: a < 0.5 }, { solo: b < 0.5 }, { name: 'New name' }],
      (a + b) / 2,
    ),
  ),
  'set-instrument': withTrack(({ a }) => ({ program: between(0, 127, a) })),
  'move-track': withTrack(({ a }) => ({ to: between(0, 5, a) })),
  'find-form': () => ({}),
  'repeat-passage': (project, draw) => ({ at: at(project, draw) }),
  'move-passage': (project, draw) => ({
    at: at(project, draw),
    to: between(0, project.order.length - 1, draw.more),
  }),
  'remove-passage': (project, draw) => ({ at: at(project, draw) }),
  'vary-passage': (project, draw) => ({ at: at(project, draw) }),
  'split-passage': (project, { which, a }) => {
    const passage = of(project.passages, which);
    return { passage: passage.id, bars: between(1, passage.bars, a) };
  },
  'join-passages': (project, draw) => ({ at: at(project, draw) }),
  'set-bars': (project, { which, a }) => ({
    passage: of(project.passages, which).id,
    bars: between(1, 12, a),
  }),
  'rename-passage': (project, { which, a }) => ({
    passage: of(project.passages, which).id,
    name: `P${between(1, 9, a)}`,
  }),
  'set-title': (_, { a }) => ({ title: `Title ${a}` }),
  'set-tempo': (_, { a }) => ({ tempo: 20 + 300 * a }),
  'set-meter': (_, { a, b }) => ({ beats: between(1, 7, a), pickup: between(0, 7, b) / 2 }),
  'set-key': (_, { a, b }) => ({
    key: b < 0.2 ? null : { tonic: between(0, 11, a), mode: b < 0.6 ? 'major' : 'minor' },
  }),
  'set-style': (_, { a }) => ({ style: of(STYLES, a) }),
  'remove-stray-notes': (_, { a }) => ({ amount: a / 3 }),
  accompany: (_, { a }) => ({ style: of(STYLES, a) }),
  'remove-accompaniment': () => ({}),
};

/** The edit of a draw; null where the project has nothing for it. */
export function drawEdit(project: Project, draw: Draw): Edit | null {
  const name = of(Object.keys(commands) as CommandName[], draw.command);
  const args = makers[name](project, draw);
  return args && ({ name, args } as Edit);
}
