/** The part of a config that describes evaluation: `evaluation`. */
import { z } from 'zod';
import { conditionSchema } from './conditions/schema.js';

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
