/** The parts of a config that decide how a model is fitted and evaluated: `loss`, `training`, `evaluation`, and everything else that a learner uses. */
import { z } from 'zod';
import { keysOf, withoutDoubles } from '../base/registry.js';
import type { InputsConfig } from '../inputs/schema.js';
import { hashers, hashLearnerSchema } from '../models/hashing/index.js';
import type { ModelSpec } from '../models/spec.js';
import { augmentSchema } from './augment/schema.js';
import { averageSchema } from './averages/index.js';
import { conditionSchema } from './conditions/index.js';
import { distillationSchema } from './distillation.js';
import type { LossConfig } from './losses/index.js';
import { optimizerSchema } from './optimizers.js';
import { phasesSchema } from './phases.js';
import { scheduleSchema } from './schedules/index.js';
import { USUAL_METRIC, VALIDATION_METRICS } from './validation-metric.js';

export const trainingSchema = z.strictObject({
  epochs: z.int().positive().default(40).describe('Most passes over the training split.'),
  batch_size: z.int().positive().default(16).describe('Training examples per step.'),
  accumulate: z
    .int()
    .positive()
    .default(1)
    .describe(
      'Parts in which the batch of a step is computed, one after the other; their gradients are added up, and memory is needed for one part. Batch normalisation uses the statistics of each part.',
    ),
  chunks: z
    .enum(['random', 'all'])
    .optional()
    .describe(
      'What an epoch takes of each training example. random: one chunk of inputs.chunk_seconds, drawn anew in each epoch; all: every chunk. Default: random.',
    ),
  optimizer: optimizerSchema,
  schedule: scheduleSchema,
  phases: phasesSchema.optional(),
  average: averageSchema.optional(),
  learning_rates: z
    .array(
      z.strictObject({
        layers: z
          .string()
          .describe('Pattern of layers’ names, such as front/*; layers below those that match count too.'),
        factor: z.number().positive().describe('Their learning rate, as a part of the optimiser’s.'),
      }),
    )
    .default([])
    .describe(
      'Other learning rates by layer, in every phase; of several patterns that match a layer, the first counts. Default: one rate for all.',
    ),
  gradient_clip: z
    .number()
    .positive()
    .nullable()
    .default(5)
    .describe('Largest norm of the whole gradient; null for none.'),
  early_stopping: z
    .strictObject({
      metric: z
        .enum(VALIDATION_METRICS)
        .default(USUAL_METRIC)
        .describe(
          'On the validation split; the weights of its best epoch are kept. roc_auc, pr_auc (both macro) and accuracy are of tags and classes, r2, rmse, pearson and ccc of numbers, for which the default is ccc, overall_accuracy of pitch, for which it is the default.',
        ),
      patience: z
        .int()
        .positive()
        .nullable()
        .default(10)
        .describe('Epochs without improvement before training stops; null for never.'),
    })
    .prefault({})
    .describe('Which epoch is kept, and when training stops.'),
  augment: augmentSchema.optional(),
  labelled: z
    .number()
    .positive()
    .max(1)
    .default(1)
    .describe(
      'Share of the training split whose labels are used, whole songs that the seed draws. The other examples are left out, or get the scores of a teacher under training.distillation.',
    ),
  distillation: distillationSchema.optional(),
  modality_dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe(
      'Probability with which each input of a training example is removed, so that the model can do without it; at least one input always stays.',
    ),
  checkpoint_steps: z
    .int()
    .positive()
    .default(500)
    .describe('A checkpoint is written every so many steps, and after each epoch.'),
});

/** `training` of a config with every default written out. */
export type TrainingConfig = z.output<typeof trainingSchema>;

const retrievalSchema = z
  .strictObject({
    bits: withoutDoubles(z.array(z.int().min(8).max(256)).min(1))
      .default([16, 32, 64, 128])
      .describe('Lengths of the learners’ codes.'),
    learners: withoutDoubles(z.array(hashLearnerSchema), ({ kind }) => kind)
      .default(() => keysOf(hashers).map((kind) => hashLearnerSchema.parse({ kind })))
      .describe('Hash learners that are fitted to the embeddings of the training split. Default: all.'),
  })
  .describe(
    'Ranks the training split by the embedding of each test recording, by cosine, by the model’s hash code and by those of hash learners, and measures how well recordings with a shared label are found (docs/hashing.md).',
  );

export const evaluationSchema = z.strictObject({
  batch_size: z.int().positive().default(32).describe('Examples that are scored at once; changes no score.'),
  bootstrap_samples: z
    .int()
    .nonnegative()
    .default(1000)
    .describe('Resamples of the test split that the 95 % intervals are from; 0 for no intervals.'),
  bootstrap_unit: z
    .enum(['song', 'artist', 'album', 'clip'])
    .optional()
    .describe(
      'What the bootstrap draws, with all its clips. A clip whose song is not known is drawn with what data.group keeps together, else alone. Default: song.',
    ),
  examples: z.int().nonnegative().default(12).describe('Clips that the report plays.'),
  map: z
    .int()
    .nonnegative()
    .default(0)
    .describe(
      'Chunks of the test split, at most, that the report maps by their embeddings (t-SNE and UMAP) and plays; of networks that predict classes. 0 for no map.',
    ),
  retrieval: retrievalSchema.optional(),
  confusing: z
    .strictObject({
      mixes: z
        .int()
        .min(2)
        .default(100)
        .describe('Mixes of two validation recordings, and as many recordings alone.'),
      snippets: z
        .int()
        .positive()
        .default(20)
        .describe('Snippets that vote on each; as many as you will classify with.'),
    })
    .optional()
    .describe(
      'Fits when a vote of snippets is confusing, on mixes of validation recordings of different classes (docs/classify.md). Default: not fitted.',
    ),
  conditions: z
    .array(conditionSchema)
    .default([])
    .describe(
      'Changed conditions under which the test split is scored again, such as {absent: [lyrics]} or {noise: {snr: 10}}; each may combine several changes.',
    ),
});

/** `evaluation` of a config with every default written out. */
export type EvaluationConfig = z.output<typeof evaluationSchema>;

/** All of a config that a learner depends on. */
export interface Experiment {
  seed: number;
  inputs: InputsConfig;
  model: ModelSpec;
  loss: LossConfig;
  training: TrainingConfig;
  evaluation: EvaluationConfig;
}
