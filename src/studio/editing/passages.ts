/** Commands that change the form: which passages there are, and in which order they are played. */
import { z } from 'zod';
import { UsageError } from '../../base/errors.js';
import { dividePassages } from '../form/divide-passages.js';
import type { Clip, Note, Passage, Project } from '../project/schema.js';
import { barTicks } from '../project/timeline.js';
import { changeClips, defineCommand, idArgument, passageOf, passageTicks } from './command.js';

/** Most passages in a row. */
const LONGEST_ORDER = 500;

const place = z.number().int().min(0).describe('Place in the order, from 0.');

/** The id at a place of the order. Throws UsageError where there is none. */
function placed({ order }: Project, at: number): string {
  const id = order[at];
  if (id === undefined)
    throw new UsageError(`The piece has ${order.length} passages, and none at place ${at + 1}.`);
  return id;
}

/** The project without passages that are not played, and without their clips. */
function withoutUnused(project: Project): Project {
  const used = new Set(project.order);
  if (project.passages.every(({ id }) => used.has(id))) return project;
  return {
    ...project,
    passages: project.passages.filter(({ id }) => used.has(id)),
    tracks: project.tracks.map((track) => ({
      ...track,
      clips: track.clips.filter(({ passage }) => used.has(passage)),
    })),
  };
}

function withOrder(project: Project, order: string[]): Project {
  if (order.length > LONGEST_ORDER)
    throw new UsageError(`A piece has at most ${LONGEST_ORDER} passages in a row; remove some first.`);
  return { ...project, order };
}

/** `A` to `Z`, then `A2`, `B2` …: the first that no passage has. */
export function freeName(passages: readonly Passage[]): string {
  const taken = new Set(passages.map(({ name }) => name));
  for (let round = 1; ; round++)
    for (let letter = 0; letter < 26; letter++) {
      const name = `${String.fromCharCode(65 + letter)}${round === 1 ? '' : round}`;
      if (!taken.has(name)) return name;
    }
}

/** Gives out ids from `next_id` on. */
class Ids {
  constructor(private next: number) {}
  take = (letter: string): string => `${letter}${this.next++}`;
  get end(): number {
    return this.next;
  }
}

/** Notes as new ones. */
const copied = (notes: readonly Note[], ids: Ids): Note[] =>
  notes.map((note) => ({ ...note, id: ids.take('n') }));

const repeatPassage = defineCommand({
  args: z.strictObject({ at: place }),
  title: () => 'Repeat passage',
  apply(project, { at }) {
    const id = placed(project, at);
    return withOrder(project, [...project.order.slice(0, at + 1), id, ...project.order.slice(at + 1)]);
  },
});

const movePassage = defineCommand({
  args: z.strictObject({ at: place, to: place }),
  title: () => 'Move passage',
  apply(project, { at, to }) {
    const id = placed(project, at);
    placed(project, to);
    if (at === to) return project;
    const others = project.order.filter((_, i) => i !== at);
    return { ...project, order: [...others.slice(0, to), id, ...others.slice(to)] };
  },
});

/** Takes a passage out of the order; where it is played nowhere else, its notes go with it. */
const removePassage = defineCommand({
  args: z.strictObject({ at: place }),
  title: () => 'Remove passage',
  apply(project, { at }) {
    placed(project, at);
    if (project.order.length === 1)
      throw new UsageError('A piece has at least one passage; delete its notes instead.');
    return withoutUnused({ ...project, order: project.order.filter((_, i) => i !== at) });
  },
});

/** Gives one of several places at which a passage is played notes of its own, which can then be changed alone. */
const varyPassage = defineCommand({
  args: z.strictObject({ at: place }),
  title: () => 'Vary passage',
  apply(project, { at }) {
    const own = passageOf(project, placed(project, at));
    if (project.order.filter((id) => id === own.id).length === 1)
      throw new UsageError(`Passage ${own.name} is played once and can be changed as it is.`);
    const ids = new Ids(project.next_id);
    const id = ids.take('p');
    const taken = new Set(project.passages.map(({ name }) => name));
    let name = `${own.name}′`;
    while (taken.has(name)) name += '′';
    return {
      ...project,
      passages: [
        ...project.passages,
        { ...own, id, name: name.length > 40 ? freeName(project.passages) : name },
      ],
      order: project.order.map((one, i) => (i === at ? id : one)),
      tracks: project.tracks.map((track) => ({
        ...track,
        clips: track.clips.flatMap((clip) =>
          clip.passage === own.id
            ? [clip, { id: ids.take('c'), passage: id, notes: copied(clip.notes, ids) }]
            : [clip],
        ),
      })),
      next_id: ids.end,
    };
  },
});

/** Cuts a passage before a bar, wherever it is played. A note that lasts over the cut ends there. */
const splitPassage = defineCommand({
  args: z.strictObject({
    passage: idArgument,
    bars: z.number().int().min(1).describe('Bars of the first part.'),
  }),
  title: () => 'Split passage',
  apply(project, { passage, bars }) {
    const own = passageOf(project, passage);
    if (bars >= own.bars)
      throw new UsageError(`Passage ${own.name} has ${own.bars} bars; cut it after one before the last.`);
    const ids = new Ids(project.next_id);
    const second: Passage = { id: ids.take('p'), name: freeName(project.passages), bars: own.bars - bars };
    const cut = bars * barTicks(project);
    const at = project.passages.indexOf(own);
    return {
      ...project,
      passages: project.passages.flatMap((one, i) => (i === at ? [{ ...own, bars }, second] : [one])),
      order: project.order.flatMap((id) => (id === passage ? [id, second.id] : [id])),
      tracks: project.tracks.map((track) => ({
        ...track,
        clips: track.clips.flatMap((clip): Clip[] => {
          if (clip.passage !== passage) return [clip];
          const before = clip.notes.filter(({ start }) => start < cut);
          const after = clip.notes.filter(({ start }) => start >= cut);
          return [
            {
              ...clip,
              notes: before.map((note) => ({ ...note, length: Math.min(note.length, cut - note.start) })),
            },
            {
              id: ids.take('c'),
              passage: second.id,
              notes: after.map((note) => ({ ...note, start: note.start - cut })),
            },
          ];
        }),
      })),
      next_id: ids.end,
    };
  },
});

/** Makes one passage of two that follow one another, at this place alone. */
const joinPassages = defineCommand({
  args: z.strictObject({ at: place }),
  title: () => 'Join passages',
  apply(project, { at }) {
    const first = passageOf(project, placed(project, at));
    const second = passageOf(project, placed(project, at + 1));
    const ids = new Ids(project.next_id);
    const id = ids.take('p');
    const shift = passageTicks(project, first.id);
    const stays = project.order.some((one, i) => one === first.id && i !== at && i !== at + 1);
    const joined: Passage = {
      ...{ id, name: stays ? freeName(project.passages) : first.name },
      bars: first.bars + second.bars,
    };
    return withoutUnused({
      ...project,
      passages: [...project.passages, joined],
      order: project.order.flatMap((one, i) => (i === at ? [id] : i === at + 1 ? [] : [one])),
      tracks: project.tracks.map((track) => {
        const notes = [first, second].flatMap((passage, i) =>
          copied(track.clips.find((clip) => clip.passage === passage.id)?.notes ?? [], ids).map((note) => ({
            ...note,
            start: note.start + i * shift,
          })),
        );
        if (notes.length === 0) return track;
        return { ...track, clips: [...track.clips, { id: ids.take('c'), passage: id, notes }] };
      }),
      next_id: ids.end,
    });
  },
});

/** Makes a passage longer or shorter; notes that begin after its new end are deleted, and those that last over it end there. */
const setBars = defineCommand({
  args: z.strictObject({ passage: idArgument, bars: z.number().int().min(1).max(10_000) }),
  title: ({ bars }) => `Passage of ${bars} bar${bars === 1 ? '' : 's'}`,
  apply(project, { passage, bars }) {
    const own = passageOf(project, passage);
    if (own.bars === bars) return project;
    const end = bars * barTicks(project);
    const resized = {
      ...project,
      passages: project.passages.map((one) => (one === own ? { ...own, bars } : one)),
    };
    return changeClips(resized, (clip) => {
      if (clip.passage !== passage || clip.notes.every(({ start, length }) => start + length <= end))
        return clip;
      const kept = clip.notes.filter(({ start }) => start < end);
      return {
        ...clip,
        notes: kept.map((note) => ({ ...note, length: Math.min(note.length, end - note.start) })),
      };
    });
  },
});

const renamePassage = defineCommand({
  args: z.strictObject({ passage: idArgument, name: z.string().trim().min(1).max(40) }),
  title: () => 'Rename passage',
  apply(project, { passage, name }) {
    const own = passageOf(project, passage);
    if (own.name === name) return project;
    return { ...project, passages: project.passages.map((one) => (one === own ? { ...own, name } : one)) };
  },
});

/** Finds the form anew: passages as the style has them, equal ones once. */
const findForm = defineCommand({
  args: z.strictObject({}),
  title: () => 'Find the form',
  apply: (project) => dividePassages(project),
});

export const passageCommands = {
  'find-form': findForm,
  'repeat-passage': repeatPassage,
  'move-passage': movePassage,
  'remove-passage': removePassage,
  'vary-passage': varyPassage,
  'split-passage': splitPassage,
  'join-passages': joinPassages,
  'set-bars': setBars,
  'rename-passage': renamePassage,
};
