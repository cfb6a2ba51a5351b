/** A model's weights by name out of TensorFlow.js's manifest and shards; needs no Node. */
import { z } from 'zod';
import { requireForm } from '../../base/json.js';
import type { WeightValues } from '../../models/parameters.js';

/** Name of the manifest of a model's weights. */
export const WEIGHTS_MANIFEST = 'weights_manifest.json';

const manifestSchema = z.array(
  z.object({
    paths: z.array(z.string()),
    weights: z.array(
      z.object({
        name: z.string(),
        shape: z.array(z.number().int().nonnegative()),
        dtype: z.literal('float32'),
      }),
    ),
  }),
);

/**
 * Reads weights.
 *
 * @param manifest - the parsed content of `weights_manifest.json`
 * @param read - gives the bytes of a file beside it
 * @throws Error in a few words where the manifest is not of this form, or the files are shorter than it says
 */
export async function readWeightShards(
  manifest: unknown,
  read: (path: string) => Promise<Uint8Array>,
): Promise<Map<string, WeightValues>> {
  const found = new Map<string, WeightValues>();
  for (const { paths, weights } of requireForm(manifest, manifestSchema)) {
    const bytes = await joined(paths, read);
    let at = 0;
    for (const { name, shape } of weights) {
      const end = at + 4 * shape.reduce((product, size) => product * size, 1);
      if (end > bytes.length) throw new Error(`${name} does not lie inside its files`);
      found.set(name, { shape, values: new Float32Array(bytes.slice(at, end).buffer) });
      at = end;
    }
  }
  return found;
}

async function joined(
  paths: readonly string[],
  read: (path: string) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const parts = await Promise.all(paths.map(read));
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
