/** What the notes of a recording were found with, by the names of the command line, and the command that finds them again. */
import { z } from 'zod';
import { shellWords } from '../../base/format.js';

/** The settings of a recognition as a project keeps them: every one that "polytag transcribe" has for notes, defaults filled in. */
export const keptSettings = z.strictObject({
  model: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,39}$/)
    .describe('Pitch tracker.'),
  hold: z.number().min(0).max(2000).describe('Milliseconds that a new pitch must last to be a note.'),
  grid: z.number().int().min(1).max(64).describe('The shortest note: 16 for sixteenths.'),
  strength: z.number().min(0).max(1).describe('Share of the way from where a note was sung to the grid.'),
  tempo: z.number().min(20).max(400).optional().describe('Quarters per minute; absent where it was fitted.'),
  beats: z.union([z.literal('auto'), z.number().int().min(1).max(16)]).describe('Quarters in a bar.'),
  pickup: z
    .union([z.literal('auto'), z.number().min(0).max(16)])
    .describe('Quarters before the first bar line.'),
  fMin: z.number().min(30).max(4000).describe('Lowest pitch, in Hz.'),
  fMax: z.number().min(30).max(4000).describe('Highest pitch, in Hz.'),
});

/** The settings of a recognition. */
export type KeptSettings = z.output<typeof keptSettings>;

/** The command that gives the same notes of a file, as a score. `name`: the file. */
export function recogniseCommand(name: string, settings: KeptSettings): string {
  const { fMin, fMax, ...others } = settings;
  const flags = { ...others, 'f-min': fMin, 'f-max': fMax };
  const given = Object.entries(flags).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}`, String(value)],
  );
  // A name that begins with a dash would be taken for an option.
  const file = name.startsWith('-') ? `./${name}` : name;
  const score = `${file.replace(/(?<=.)\.[^./]*$/, '')}.musicxml`;
  return shellWords(['npx', 'polytag', 'transcribe', file, ...given, '--out', score]);
}
