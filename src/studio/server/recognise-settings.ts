/** The settings of a recognition: the options of `polytag transcribe`, by their names. */
import { z } from 'zod';
import { lineOf } from '../../base/errors.js';
import { requireForm } from '../../base/json.js';
import { NOTE_VALUES } from '../../transcription/grid-notes.js';
import { TRACKER_NAMES } from '../../transcription/trackers/index.js';
import { VOICE_RANGE } from '../../transcription/trackers/pyin.js';
import { Refusal } from './refusal.js';

/** A note value, also as the text of the command line. */
const noteValue = z
  .preprocess((value) => (typeof value === 'string' ? Number(value) : value), z.literal([...NOTE_VALUES]))
  .default(16);

const settingsSchema = z
  .strictObject({
    model: z.enum(TRACKER_NAMES).default('pyin'),
    /** Milliseconds that a new pitch must last. */
    hold: z.number().min(0).max(2000).default(90),
    grid: noteValue,
    strength: z.number().min(0).max(1).default(1),
    tempo: z.number().min(20).max(400).optional(),
    beats: z.union([z.literal('auto'), z.number().int().min(1).max(16)]).default('auto'),
    pickup: z.union([z.literal('auto'), z.number().min(0).max(15.5).multipleOf(0.5)]).default('auto'),
    fMin: z.number().min(30).max(4000).default(VOICE_RANGE.fMin),
    fMax: z.number().min(30).max(4000).default(VOICE_RANGE.fMax),
  })
  .refine(({ fMin, fMax }) => fMin < fMax, 'fMin must be below fMax')
  .refine(
    ({ beats, pickup }) => beats === 'auto' || pickup === 'auto' || pickup < beats,
    'pickup must be below a bar',
  );

/** Settings with every default. */
export type RecogniseSettings = z.output<typeof settingsSchema>;

/**
 * Reads settings from their JSON.
 *
 * @param text - undefined: all defaults
 * @throws Refusal for another form, naming the key
 */
export function readSettings(text: string | undefined): RecogniseSettings {
  let given: unknown;
  try {
    given = JSON.parse(text ?? '{}');
  } catch (error) {
    throw new Refusal(400, `The settings are not valid JSON (${lineOf(error)}).`);
  }
  try {
    return requireForm(given, settingsSchema);
  } catch (error) {
    throw new Refusal(400, `The settings are not those of "polytag transcribe": ${lineOf(error)}.`);
  }
}
