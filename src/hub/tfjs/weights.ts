/** A model's weights by name in TensorFlow.js's form. */
import type { WeightValues } from '../../models/parameters.js';
import { WEIGHTS_MANIFEST } from './read-weights.js';
import { shardsOf } from './shards.js';

/** The files of weights: shards and their manifest. */
export function weightFiles(weights: ReadonlyMap<string, WeightValues>): Record<string, string | Uint8Array> {
  const { files, manifest } = shardsOf(
    [...weights].map(([name, { shape, values }]) => ({ name, shape, dtype: 'float32' as const, values })),
  );
  return { ...files, [WEIGHTS_MANIFEST]: `${JSON.stringify(manifest)}\n` };
}
