/** The descriptions that Essentia publishes beside its models: JSON, read as they are. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { Failure, messageOf, UsageError } from '../../base/errors.js';
import { requireForm } from '../../base/json.js';

/** Largest description that is read. */
const MOST_BYTES = 8e6;

const port = z.looseObject({
  name: z.string(),
  shape: z.array(z.union([z.number(), z.string(), z.null()])).optional(),
  op: z.string().optional(),
  output_purpose: z.string().optional(),
});

const schema = z.looseObject({
  name: z.string().optional(),
  type: z.string().optional(),
  version: z.union([z.string(), z.number()]).optional(),
  description: z.string().optional(),
  classes: z.array(z.string().min(1)).optional(),
  dataset: z.looseObject({ name: z.string().optional() }).optional(),
  licence: z.string().optional(),
  license: z.string().optional(),
  citation: z.string().optional(),
  schema: z
    .looseObject({ inputs: z.array(port).default([]), outputs: z.array(port).default([]) })
    .default({ inputs: [], outputs: [] }),
  inference: z
    .looseObject({
      sample_rate: z.number().optional(),
      algorithm: z.string().optional(),
      // What polytag's own exports have beside Essentia's keys.
      inputs: z.record(z.string(), z.unknown()).optional(),
      remainder: z.enum(['cover', 'drop']).optional(),
      // Of a graph with its front end.
      samples: z
        .object({
          sample_rate: z.number().positive(),
          begin: z.number().int(),
          length: z.number().int().positive(),
          hop: z.number().int().positive(),
          step: z.number().int().positive(),
        })
        .optional(),
      embedding_model: z
        .looseObject({ model_name: z.string().optional(), algorithm: z.string().optional() })
        .optional(),
    })
    .default({}),
});

/** An input or output of a network as its description has it. */
export type DescribedPort = z.output<typeof port>;

/** What a description says of a model. */
export type ModelMetadata = z.output<typeof schema>;

/**
 * Reads a description.
 *
 * @throws UsageError when there is no such file; Failure when it is not JSON, or not of this form, naming the key
 */
export async function readMetadata(path: string): Promise<ModelMetadata> {
  const text = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new UsageError(`--metadata: there is no file ${path}.`);
    throw error;
  });
  try {
    if (text.length > MOST_BYTES) throw new Error(`it has ${text.length} bytes, more than a description`);
    return requireForm(JSON.parse(text.toString('utf8')), schema);
  } catch (error) {
    throw new Failure(`${basename(path)} cannot be read as the description of a model: ${messageOf(error)}.`);
  }
}
