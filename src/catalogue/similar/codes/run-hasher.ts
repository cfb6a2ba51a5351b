/** The hash layer of a model as what makes the codes of an index. */
import { join } from 'node:path';
import { UsageError } from '../../../base/errors.js';
import { fileSha256 } from '../../../base/files.js';
import { readModelDescription, readModelWeights } from '../../../hub/model-folder.js';
import { findModel } from '../../../hub/store.js';
import { MODEL_FILES } from '../../../models/description.js';
import { type Hasher, wordsOf } from '../../../models/hashing/index.js';
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

/** The code of several tracks: the bit of most of them, the first one's where as many have it as have not. */
export function majorityCode(codes: readonly Uint32Array[], bits: number): Uint32Array {
  const joint = new Uint32Array(wordsOf(bits));
  const has = (code: Uint32Array, bit: number): number => (code[bit >>> 5] >>> (bit & 31)) & 1;
  for (let bit = 0; bit < bits; bit++) {
    const count = codes.reduce((sum, code) => sum + has(code, bit), 0);
    const isSet = 2 * count === codes.length ? has(codes[0], bit) === 1 : 2 * count > codes.length;
    if (isSet) joint[bit >>> 5] |= 1 << (bit & 31);
  }
  return joint;
}

/** Whether a hasher takes embeddings as the model gives them; those of hash learners take unit vectors. */
export const takesWhole = ({ kind }: Pick<Hasher, 'kind'>): boolean => kind === NETWORK;
