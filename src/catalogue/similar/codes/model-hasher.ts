/** The hash layer of a model as what makes the codes of an index. */
import { join } from 'node:path';
import { UsageError } from '../../../base/errors.js';
import { fileSha256 } from '../../../base/files.js';
import { readModelDescription, readModelWeights } from '../../../hub/model-folder.js';
import { findModel } from '../../../hub/store.js';
import { MODEL_FILES } from '../../../models/description.js';
import { hasherOfNetwork, NETWORK } from '../../../models/hashing/network.js';
import type { FittedHasher } from './fit-hasher.js';
import { isIndexLength, MOST_BITS } from './packed-codes.js';

/** A model's hasher, with the hash of its weights, by which a table's embeddings are known to be the model's. */
export interface ModelHasher extends FittedHasher {
  weights: string;
}

/**
 * Reads the hash layer of a model.
 *
 * @param model - name of a model, or folder of a run
 * @throws UsageError when there is no such model, or it has no hash layer
 */
export async function hasherOfModel(model: string): Promise<ModelHasher> {
  const folder = await findModel(model);
  const { spec } = await readModelDescription(folder);
  if (!spec.hash)
    throw new UsageError(
      `--hash: the model ${model} has no hash layer; train one with model.hash, or name a hash learner.`,
    );
  const { bits } = spec.hash;
  if (!isIndexLength(bits))
    throw new UsageError(
      `--hash: the code of ${model} has ${bits} bits, and those of an index a multiple of 32 up to ${MOST_BITS}; train it with such a model.hash.bits.`,
    );
  return {
    hasher: hasherOfNetwork(await readModelWeights(folder)),
    parameters: { kind: NETWORK, bits, model },
    weights: await fileSha256(join(folder, MODEL_FILES.weights)),
  };
}
