/** Notes with their times in seconds or beats, as JSON or as CSV. */
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { parseJson, requireForm } from '../base/json.js';

/** A note of a list, in the list's own unit of time. */
export interface ListedNote {
  onset: number;
  offset: number;
  /** MIDI number, with its fraction. */
  pitch: number;
}

/** A list of notes with the song's name, where it has one. */
export interface NoteList {
  notes: ListedNote[];
  title?: string;
  tune?: string;
}

/** A note of a list: its end or its duration, and its pitch by either name. */
const noteSchema = z
  .looseObject({
    onset: z.coerce.number(),
    offset: z.coerce.number().optional(),
    duration: z.coerce.number().optional(),
    pitch: z.coerce.number().optional(),
    midi: z.coerce.number().optional(),
  })
  .transform(({ onset, offset, duration, pitch, midi }, context): ListedNote => {
    const end = offset ?? (duration === undefined ? undefined : onset + duration);
    const number = pitch ?? midi;
    if (end !== undefined && number !== undefined) return { onset, offset: end, pitch: number };
    context.addIssue('a note has "onset", "offset" or "duration", and "pitch" or "midi"');
    return z.NEVER;
  });

const listSchema = z.looseObject({
  notes: z.array(noteSchema),
  title: z.string().optional(),
  tune: z.string().optional(),
});

/** Endings of files that hold lists of notes. */
export const NOTE_LIST_ENDINGS = ['.csv', '.json'] as const;

/** Reads the JSON `{notes: [{onset, offset, pitch}]}` that `polytag transcribe` writes. Throws Error in a few words. */
export const noteListOfJson = (text: string): NoteList => parseJson(text, listSchema);

/** Reads CSV with the columns onset, offset or duration, and pitch or midi. Throws Error in a few words. */
export function noteListOfCsv(text: string): NoteList {
  const rows: unknown = parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true });
  if (!(Array.isArray(rows) && rows.length > 0)) throw new Error('it has no rows of notes');
  return requireForm({ notes: rows }, listSchema);
}
