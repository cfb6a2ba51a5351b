/**
 * A hash layer between a network's embedding h and its labels: q = σ(Wᵀ h + v) in (0, 1), from which the logits are
 * computed. Training takes the relaxed code q; afterwards each bit is whether q is at least 0.5.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Fused } from '../fusion/fusion.js';
import { glorotUniform } from '../initializers.js';
import { dense } from '../layers/dense.js';
import type { Parameters } from '../parameters.js';

/** The option `model.hash`. */
export const hashOptions = z
  .strictObject({
    bits: z.int().min(8).max(256).default(64).describe('Length of the code, 8 to 256 bits.'),
  })
  .describe(
    'A hash layer between the embedding and the labels, whose thresholded values are a binary code of the recording (docs/hashing.md).',
  );

/** Options of a hash layer. */
export type HashOptions = z.output<typeof hashOptions>;

/** Names of the hash layer's weights W [embedding, bits] and v [bits]: the layer that else gives the logits. */
export const HASH_WEIGHTS = { kernel: 'head/kernel', bias: 'head/bias' } as const;

/**
 * Turns what a network whose head has as many outputs as the code has bits gives into the relaxed code, [batch, bits], and
 * logits of the labels. Weights: `classes/kernel` [bits, labels] and `classes/bias` [labels].
 */
export function hashLayer(
  parameters: Parameters,
  { bits }: HashOptions,
  labels: number,
): <Outputs extends Fused>(outputs: Outputs) => Outputs & { code: tf.Tensor2D } {
  const classes = dense(parameters, 'classes', bits, labels, glorotUniform);
  return (outputs) => {
    const code = tf.sigmoid(outputs.logits); // [batch, bits]
    return { ...outputs, code, logits: classes(code) };
  };
}
