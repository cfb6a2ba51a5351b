/** The interface of a fusion: the branches' sequences in, logits out. */
import type * as tf from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { Sequence } from '../branches/branch.js';
import type { HeadName } from '../heads/index.js';
import type { ForwardMode } from '../layers/training.js';
import type { Parameters } from '../parameters.js';
import type { HeldOut } from './late-weights.js';

/** The output of a fusion. */
export interface Fused {
  /** [batch, labels] */
  logits: tf.Tensor2D;
  /** The joint representation before the head, [batch, size]; null where there is none. */
  embedding: tf.Tensor2D | null;
  /** Weights over the joint sequence, [batch, heads, joint time], in the order of the branches; null where there are none. */
  attention: tf.Tensor3D | null;
  /** The relaxed hash code, [batch, bits] in (0, 1); absent where the model has no hash layer. */
  code?: tf.Tensor2D;
  /** Logits of each branch alone, [batch, labels], where each is trained by its own loss; absent otherwise. */
  branchLogits?: tf.Tensor2D[];
  /** Logits of each branch alone, [batch, labels], where the fusion joins scores; absent otherwise. */
  parts?: tf.Tensor2D[];
}

/** Weights of a fusion that were chosen on held-out examples. */
export interface HeldOutWeights {
  /** By the weight's name. */
  values: Map<string, Float32Array>;
  /** What was chosen, for the run's notes. */
  note: string;
}

/** A fusion that was built. */
export interface Fusion {
  /** Size of the joint representation; null where there is none. */
  embedding: number | null;
  /** Chooses weights on examples that the branches were not trained on; absent where there are none to choose. */
  heldOut?(outputs: HeldOut): HeldOutWeights;
  /** Takes the sequences in the order of `BuildFusion.branches`. */
  forward(sequences: Sequence[], mode: ForwardMode): Fused;
}

/** What a fusion is built from. */
export interface FusionContext {
  /** The branches in order, with the size of each one's steps. */
  branches: { name: string; features: number }[];
  /** Number of labels. */
  labels: number;
  /** Whether labels are independent (sigmoid) or exclusive (softmax), or numbers are predicted (linear). */
  head: HeadName;
}

/** A kind of fusion: its options and how it is built. */
export interface FusionKind<Schema extends z.ZodType = z.ZodType> {
  options: Schema;
  build(parameters: Parameters, options: z.output<Schema>, context: FusionContext): Fusion;
}
