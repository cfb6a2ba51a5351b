/** The mapping of `polytag models import`: which array is which weight, and the model's options. */
import { basename } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { messageOf, UsageError } from '../base/errors.js';
import { packagePath } from '../base/package.js';
import { readText } from '../text/files/read-text.js';
import type { WeightMap } from './weight-map.js';

/** A number that the shape of an array tells: the length of an axis, the first one where none is named. */
const axisLength = z.union([
  z.string(),
  z.strictObject({ array: z.string(), axis: z.int().nonnegative().default(0) }),
]);

const mappingSchema = z.strictObject({
  labels: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe("In the network's order. Default: those that --labels gives, or a published list of as many."),
  weights: z
    .record(
      z.string(),
      z.union([
        z.string(),
        z.strictObject({
          from: z.string(),
          reshape: z.array(z.int().positive()).optional(),
          parts: z.array(z.int().nonnegative()).min(1).optional(),
          above: z.string().optional(),
          flip: z.array(z.int().nonnegative()).optional(),
          transpose: z.array(z.int().nonnegative()).optional(),
          minus: z.string().optional(),
          deviation_epsilon: z.number().nonnegative().optional(),
        }),
      ]),
    )
    .describe("The file's arrays by the network's names of its weights."),
  ignore: z.array(z.string()).default([]).describe('Arrays that are ignored; * stands for any characters.'),
  options: z.record(z.string(), z.unknown()).default({}).describe('Of the network, as under model.zoo.'),
  sizes: z
    .record(z.string(), z.union([axisLength, z.array(axisLength)]))
    .default({})
    .describe("Options of the network that are lengths of the arrays' axes."),
  inputs: z.record(z.string(), z.unknown()).default({}).describe("As a config's inputs."),
  dataset: z.string().default('unknown'),
  protocol: z.string().default('unknown'),
  licence: z.string().nullable().default(null),
  citation: z.array(z.string()).default([]),
});

/** Length of an axis of an array of the file. */
export type AxisLength = z.output<typeof axisLength>;

/** The mapping that comes with polytag: a PyTorch version of the VGG-like network. */
export const EXAMPLE_MAPPING = packagePath('src/hub/mappings/vgg.yaml');
/** Its former path, still accepted. */
const FORMER_EXAMPLE = 'zoo-import-vgg.yaml';

/** A mapping, read and checked. */
export interface Mapping extends Omit<z.output<typeof mappingSchema>, 'weights' | 'ignore'> {
  map: WeightMap;
}

/** Reads a mapping. Throws a UsageError that names what is wrong in it. */
export async function readMapping(path: string): Promise<Mapping> {
  const text = await readText(path)
    .catch((error: unknown) => {
      if (error instanceof UsageError) throw error;
      return readText(basename(path) === FORMER_EXAMPLE ? EXAMPLE_MAPPING : path);
    })
    .catch((error: unknown) => {
      if (error instanceof UsageError) throw error;
      throw new UsageError(
        `There is no mapping ${path}; it is a YAML file with the keys labels and weights, such as ${EXAMPLE_MAPPING}.`,
      );
    });
  let tree: unknown;
  try {
    tree = parse(text);
  } catch (error) {
    throw new UsageError(`${path} is not valid YAML (${messageOf(error).split('\n')[0].replace(/:$/, '')}).`);
  }
  const parsed = mappingSchema.safeParse(tree);
  if (!parsed.success) {
    const [{ path: key, message }] = parsed.error.issues;
    throw new UsageError(
      `${path}: ${key.join('.') || 'the mapping'}: ${message.replace(/^Invalid input: /, '')}.`,
    );
  }
  const { weights, ignore, ...rest } = parsed.data;
  const sources = Object.entries(weights).map(([name, source]) => [
    name,
    typeof source === 'string' ? { from: source } : source,
  ]);
  return { ...rest, map: { weights: Object.fromEntries(sources), ignore } };
}
