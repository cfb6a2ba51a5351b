/**
 * Iterative quantisation (Gong and Lazebnik, "Iterative quantization: a Procrustean approach to learning binary codes",
 * CVPR 2011): principal directions, then the rotation of them whose signs lose least.
 */
import { z } from 'zod';
import { randomGenerator } from '../../base/random.js';
import type { HashLearner } from './hasher.js';
import { linearBitValues, linearHasher } from './linear.js';
import { centred, columnMeans, principalDirections } from './principal.js';
import { product } from './products.js';
import { quantizingRotation } from './rotation.js';

const options = z.strictObject({
  kind: z.literal('itq').describe('Principal directions, rotated so that their signs lose least.'),
  rounds: z.int().min(0).default(50).describe('Rounds of signs and nearest rotation.'),
});

export const itq: HashLearner<typeof options> = {
  options,
  title: 'iterative quantisation',
  needsLabels: false,
  // A bit is a principal direction.
  mostBits: (width) => width,
  fit({ embeddings, rows, width, bits, seed }, { rounds }) {
    const mean = columnMeans(embeddings, rows, width);
    const values = centred(embeddings, mean);
    const directions = principalDirections(values, rows, width, bits);
    const rotation = quantizingRotation(
      product(values, directions, [rows, width, bits]),
      { directions: bits, bits, rounds },
      randomGenerator(seed, 'itq'),
    );
    return linearHasher(mean, product(directions, rotation, [width, bits, bits]));
  },
  bitValues: linearBitValues,
};
