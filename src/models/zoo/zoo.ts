/** The interface of the zoo's networks: published taggers, from input to logits. */
import type * as tf from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { InputSize } from '../../inputs/kind.js';
import type { ForwardMode } from '../layers/training.js';
import type { Parameters } from '../parameters.js';

/** The output of a network of the zoo for a batch. */
export interface ZooOutputs {
  /** [batch, labels] */
  logits: tf.Tensor2D;
  /** The representation before the output layer, [batch, size]: what transfer learning takes. */
  embedding: tf.Tensor2D;
}

/** The network up to its last sequence over time, which a branch may take to a fusion. */
export interface ZooBody {
  /** Size of the sequence's last dimension. */
  features: number;
  /** Length of the sequence. */
  steps: number;
  /** The activation maps of every convolutional block after its pooling, [batch, mel, time, channels] each. */
  maps?(input: tf.Tensor, mode: ForwardMode): tf.Tensor4D[];
  /** `input` is [batch, frames, bands]; gives [batch, steps, features]. */
  forward(input: tf.Tensor, mode: ForwardMode): tf.Tensor3D;
}

/** The published network's way from that sequence to its labels. */
export interface ZooHead {
  /** Size of the embedding. */
  embedding: number;
  forward(sequence: tf.Tensor3D, mode: ForwardMode): ZooOutputs;
}

/** A kind of network: its options, the input it takes and how it is built. */
export interface ZooKind<Schema extends z.ZodObject = z.ZodObject> {
  /** Options under `model.zoo`, with `kind`; the defaults are the published network's. */
  options: Schema;
  /** Kind of input. */
  input: string;
  body(parameters: Parameters, options: z.output<Schema>, input: InputSize): ZooBody;
  head(parameters: Parameters, options: z.output<Schema>, body: ZooBody, labels: number): ZooHead;
}
