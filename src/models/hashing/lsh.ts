/**
 * Locality-sensitive hashing by random hyperplanes (Charikar 2002): signs of Gaussian projections of the centred
 * embedding. It learns nothing but the mean, and shows what learning is worth.
 */
import { z } from 'zod';
import { randomGenerator } from '../../base/random.js';
import type { HashLearner } from './hasher.js';
import { linearBitValues, linearHasher } from './linear.js';
import { columnMeans } from './principal.js';

const options = z.strictObject({
  kind: z.literal('lsh').describe('Signs of random projections; learns only the mean.'),
});

export const lsh: HashLearner<typeof options> = {
  options,
  title: 'locality-sensitive hashing',
  needsLabels: false,
  fit({ embeddings, rows, width, bits, seed }) {
    const random = randomGenerator(seed, 'lsh');
    const projection = Float64Array.from({ length: width * bits }, () => random.normal());
    return linearHasher(columnMeans(embeddings, rows, width), projection);
  },
  bitValues: linearBitValues,
};
