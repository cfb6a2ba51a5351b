/** The hash layer of a trained network as a hasher: its codes are those of the network's embedding. */
import { HASH_WEIGHTS } from '../heads/hash.js';
import type { WeightValues } from '../parameters.js';
import { type BitValues, fittedValues, type Hasher, type HashLearner, hasherOf } from './hasher.js';

/** Name of such a hasher among stored ones. */
export const NETWORK = 'network';

/** Wᵀ h + v of an embedding h: a bit is set where the relaxed code σ(Wᵀ h + v) is at least 0.5. */
export const networkHasher: Pick<HashLearner, 'bitValues'> = {
  bitValues(fitted, { width, bits }): BitValues {
    const kernel = fittedValues(fitted, 'kernel', [width, bits]);
    const bias = fittedValues(fitted, 'bias', [bits]);
    return (embeddings, at, values) => {
      values.set(bias);
      for (let column = 0; column < width; column++) {
        const value = embeddings[at + column];
        for (let bit = 0; bit < bits; bit++) values[bit] += value * kernel[column * bits + bit];
      }
    };
  },
};

/** The hasher of a model with `model.hash`, from its weights. */
export function hasherOfNetwork(weights: ReadonlyMap<string, WeightValues>): Hasher {
  const kernel = weights.get(HASH_WEIGHTS.kernel)!;
  const [width, bits] = kernel.shape;
  const arrays = new Map([
    ['kernel', kernel],
    ['bias', weights.get(HASH_WEIGHTS.bias)!],
  ]);
  return hasherOf(networkHasher, { kind: NETWORK, width, bits, arrays });
}
