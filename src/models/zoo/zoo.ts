/** A network of the zoo: a whole published tagger, from its input to its logits. */
import type * as tf from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { InputSize } from '../branches/branch.js';
import type { BranchName } from '../branches/index.js';
import type { ForwardMode } from '../layers/mode.js';
import type { Parameters } from '../parameters.js';

/** What a network of the zoo gives for a batch. */
export interface ZooOutputs {
  /** [batch, labels] */
  logits: tf.Tensor2D;
  /** The representation before the output layer, [batch, size]: what transfer learning takes. */
  embedding: tf.Tensor2D;
}

/** A network of the zoo that was built. */
export interface ZooNetwork {
  /** `input` is [batch, frames, bands]. */
  forward(input: tf.Tensor, mode: ForwardMode): ZooOutputs;
}

/** A kind of network: its options, the input it takes and how it is built. */
export interface ZooKind<Schema extends z.ZodType = z.ZodType> {
  /** Options under `model.zoo`; the defaults are the published network's. */
  options: Schema;
  input: BranchName;
  build(
    parameters: Parameters,
    options: z.output<Schema>,
    context: { input: InputSize; labels: number },
  ): ZooNetwork;
}
