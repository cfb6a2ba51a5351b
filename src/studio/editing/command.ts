/** The contract of an editing command: a name, arguments that can be written down, and a pure change of the project. */
import { z } from 'zod';
import { UsageError } from '../../base/errors.js';
import { countText } from '../../base/format.js';
import {
  type Clip,
  type Note,
  type Passage,
  type Project,
  QUARTER_TICKS,
  type Track,
} from '../project/schema.js';
import { barTicks } from '../project/timeline.js';

/** A kind of change. */
export interface Command<Args extends z.ZodObject = z.ZodObject> {
  args: Args;
  /** What the undo list calls it: `Move 3 notes`. */
  title(args: z.output<Args>): string;
  /**
   * The project after the change; the same object where nothing changes. Ids of what is new come from `next_id` alone, so that
   * the same command gives the same project.
   *
   * @throws UsageError when the project has nothing of the kind
   */
  apply(project: Project, args: z.output<Args>): Project;
}

/** Gives a command its type. */
export const defineCommand = <Args extends z.ZodObject>(command: Command<Args>): Command<Args> => command;

/** Schema of the id of a note, track or passage. */
export const idArgument = z.string().min(1).max(40);

/** Schema of ids of notes. */
export const noteIds = z.array(idArgument).min(1).max(100_000).describe('Ids of notes.');

/** Notes in the order of a project file. */
export const inOrder = (notes: readonly Note[]): Note[] =>
  [...notes].sort((a, b) => a.start - b.start || a.pitch - b.pitch || (a.id < b.id ? -1 : 1));

/** Ticks of a passage. */
export const passageTicks = (project: Project, id: string): number =>
  passageOf(project, id).bars * barTicks(project);

/** The passage with an id. Throws UsageError where there is none. */
export function passageOf(project: Project, id: string): Passage {
  const found = project.passages.find((passage) => passage.id === id);
  if (!found) throw new UsageError(`There is no passage "${id}"; it may have been deleted.`);
  return found;
}

/** The track with an id. Throws UsageError where there is none. */
export function trackOf(project: Project, id: string): Track {
  const found = project.tracks.find((track) => track.id === id);
  if (!found) throw new UsageError(`There is no track "${id}"; it may have been deleted.`);
  return found;
}

/** The project with one track changed. Throws UsageError where there is none. */
export function changeTrack(project: Project, id: string, change: (track: Track) => Track): Project {
  const own = trackOf(project, id);
  const changed = change(own);
  if (changed === own) return project;
  return { ...project, tracks: project.tracks.map((track) => (track === own ? changed : track)) };
}

/** The project with the clips changed that `change` changes; a clip that it gives back is kept as it is. */
export function changeClips(project: Project, change: (clip: Clip, track: Track) => Clip): Project {
  let isChanged = false;
  const tracks = project.tracks.map((track) => {
    const clips = track.clips.map((clip) => change(clip, track));
    if (clips.every((clip, i) => clip === track.clips[i])) return track;
    isChanged = true;
    return { ...track, clips };
  });
  return isChanged ? { ...project, tracks } : project;
}

/**
 * The project with the notes of some ids replaced by what `change` makes of each: one note, several, or none.
 *
 * @throws UsageError when there is no note of an id
 */
export function changeNotes(
  project: Project,
  ids: readonly string[],
  change: (note: Note, clip: Clip, track: Track) => Note | readonly Note[],
): Project {
  const wanted = new Set(ids);
  let found = 0;
  const changed = changeClips(project, (clip, track) => {
    if (!clip.notes.some(({ id }) => wanted.has(id))) return clip;
    const notes = clip.notes.flatMap((note) => {
      if (!wanted.has(note.id)) return [note];
      found++;
      return change(note, clip, track);
    });
    const isSame = notes.length === clip.notes.length && notes.every((note, i) => note === clip.notes[i]);
    return isSame ? clip : { ...clip, notes: inOrder(notes) };
  });
  if (found < wanted.size)
    throw new UsageError(
      `${countText(wanted.size - found, 'note')} of the command no longer exist; select notes again.`,
    );
  return changed;
}

/** Every note of some ids, with the ticks of its passage. Throws UsageError when there is no note of an id. */
export function notesOf(
  project: Project,
  ids: readonly string[],
): { note: Note; clip: Clip; ticks: number }[] {
  const found: { note: Note; clip: Clip; ticks: number }[] = [];
  changeNotes(project, ids, (note, clip) => {
    found.push({ note, clip, ticks: passageTicks(project, clip.passage) });
    return note;
  });
  return found;
}

/** Ticks of a note value: 480 for a quarter, 4. */
export const valueTicks = (value: number): number => (4 * QUARTER_TICKS) / value;
