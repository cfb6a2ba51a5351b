/** The schema of a config, assembled from those of its parts; the JSON Schema for editors is made from it. */
import { z } from 'zod';
import { derived } from '../base/registry.js';
import { type DataOptions, dataSchema } from '../data/sets/index.js';
import { inputsSchema } from '../inputs/schema.js';
import { modelSchema } from '../models/spec.js';
import { lossSchema } from '../training/losses/index.js';
import { type Experiment, evaluationSchema, trainingSchema } from '../training/schema.js';

/** A config with every default written out. */
export interface Config extends Experiment {
  /** Paths of modules that add to the registries; absent where there are none. */
  extensions?: string[];
  name: string;
  data: DataOptions;
}

/** Schema of a config, of the registries' present members. */
export const configSchema = derived(
  () =>
    z
      .strictObject({
        extensions: z
          .array(z.string())
          .min(1)
          .optional()
          .describe(
            'JavaScript modules that add branches, inputs, fusions, losses or data sets, relative to this file (docs/extending.md).',
          ),
        name: z
          .string()
          .regex(
            /^[\p{Letter}\p{Mark}\p{Number}_.-]+$/u,
            'may hold letters of any script, digits, dots, hyphens and underscores',
          )
          .default('experiment')
          .describe('Name of the run in titles, and of its folder in reports/.'),
        seed: z
          .int()
          .default(1)
          .describe('Decides the first weights, the batches, dropout, augmentation and the bootstrap.'),
        data: dataSchema()
          .prefault({})
          .describe('The data set, its splits and what is predicted (docs/data-sets.md).'),
        inputs: inputsSchema()
          .prefault({} as never)
          .describe('What is computed from recordings and lyrics; those that no branch takes are left out.'),
        model: modelSchema().describe('Branches and a fusion, or a published network, or a baseline.'),
        loss: lossSchema()
          .prefault({} as never)
          .describe('What training minimises; that of the task unless named.'),
        training: trainingSchema.prefault({}).describe('How the network is trained.'),
        evaluation: evaluationSchema.prefault({}).describe('How the test split is scored and reported.'),
      })
      .meta({ title: 'polytag experiment' }) as unknown as z.ZodType<Config>,
);

/** JSON Schema (draft 2020-12) of a config file, `extends` included. */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configSchema(), { io: 'input' }) as Record<string, unknown> & {
    properties: Record<string, unknown>;
  };
  const file = { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] };
  return {
    ...schema,
    // Keys missing from a file may come from the one that it extends.
    required: [],
    properties: {
      extends: { description: 'Configs that this one extends, relative to it.', ...file },
      ...schema.properties,
    },
  };
}
