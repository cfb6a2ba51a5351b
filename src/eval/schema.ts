/** The part of a config that describes evaluation: `evaluation`. */
import { z } from 'zod';
import { keysOf } from '../base/registry.js';
import { noises } from '../features/augment/level-and-noise.js';

export const conditionSchema = z
  .strictObject({
    name: z.string().min(1).optional().describe('In tables and plots; made of the rest when left out.'),
    absent: z
      .array(z.string())
      .default([])
      .describe('Inputs that are removed: silence, or a text without words.'),
    noise: z
      .strictObject({
        snr: z.number().min(-20).max(100).describe('Power of the music over that of the noise, in dB.'),
        colour: z.enum(keysOf(noises)).default('white'),
      })
      .optional()
      .describe('Noise added to the recordings, at a ratio to each chunk.'),
    shuffled_lyrics: z
      .boolean()
      .default(false)
      .describe('Whether every clip is read the lyrics of another song of its split.'),
    clips: z
      .enum(['all', 'with-lyrics', 'without-lyrics'])
      .default('all')
      .describe('Which test clips are scored.'),
  })
  .refine(
    ({ absent, noise, shuffled_lyrics: shuffled, clips }) =>
      absent.length > 0 || noise !== undefined || shuffled || clips !== 'all',
    'a condition must change something: give absent, noise, shuffled_lyrics or clips',
  );

/** A changed test condition with every option written out. */
export type TestCondition = z.output<typeof conditionSchema>;

/** A condition in a few words: its name, or `without lyrics, white noise at 10 dB`. */
export function conditionName({
  name,
  absent,
  noise,
  shuffled_lyrics: shuffled,
  clips,
}: TestCondition): string {
  if (name !== undefined) return name;
  return [
    absent.length > 0 ? `without ${absent.join(' and ')}` : [],
    noise ? `${noise.colour} noise at ${noise.snr} dB` : [],
    shuffled ? 'shuffled lyrics' : [],
    clips === 'all' ? [] : `clips ${clips.replace('-', ' ')}`,
  ]
    .flat()
    .join(', ');
}

export const evaluationSchema = z.strictObject({
  batch_size: z.int().positive().default(32),
  bootstrap_samples: z.int().nonnegative().default(1000),
  examples: z.int().nonnegative().default(12).describe('Clips that the report lets a person hear.'),
  conditions: z
    .array(conditionSchema)
    .default([])
    .describe('Changed conditions under which the test split is scored again: inputs removed, noise.'),
});

/** `evaluation` of a config with every default written out. */
export type EvaluationConfig = z.output<typeof evaluationSchema>;
