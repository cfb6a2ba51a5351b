/** Songs as lists of notes: what `polytag transcribe` writes, and lists of other programs. */
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { parseJson, requireForm } from '../../../base/json.js';
import type { MelodyNote } from '../song.js';
import { type DecodeText, fileText, type ReadSongs } from './reader.js';

/** A note of a list: its end or its duration, and its pitch by either name. */
const noteSchema = z
  .looseObject({
    onset: z.coerce.number(),
    offset: z.coerce.number().optional(),
    duration: z.coerce.number().optional(),
    pitch: z.coerce.number().optional(),
    midi: z.coerce.number().optional(),
  })
  .transform(({ onset, offset, duration, pitch, midi }, context): MelodyNote => {
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

export const readNotesJson: ReadSongs = async (bytes, decode: DecodeText = fileText) => {
  const { title, tune, notes } = parseJson(await decode(bytes), listSchema);
  return [{ number: null, title: title ?? tune ?? null, parts: [notes] }];
};

export const readNotesCsv: ReadSongs = async (bytes, decode: DecodeText = fileText) => {
  const rows: unknown = parse(await decode(bytes), {
    columns: true,
    bom: true,
    trim: true,
    skip_empty_lines: true,
  });
  if (!(Array.isArray(rows) && rows.length > 0)) throw new Error('it has no rows of notes');
  return [{ number: null, title: null, parts: [requireForm({ notes: rows }, listSchema).notes] }];
};
