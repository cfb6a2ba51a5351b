/** A branch: one modality in, a sequence out. */
import type * as tf from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { ForwardMode } from '../layers/mode.js';
import type { Parameters } from '../parameters.js';

/** What a branch makes of its input. */
export interface Sequence {
  /** [batch, time, features] */
  values: tf.Tensor3D;
  /** [batch, time], 1 for a real step and 0 for padding; null when every step is real. */
  mask: tf.Tensor2D | null;
}

/** Sizes of a branch's input, without the batch. */
export interface InputSize {
  /** Frames (mel), samples (waveform) or tokens (lyrics). */
  length: number;
  /** Mel bands (mel), 1 (waveform) or the vocabulary's size (lyrics). */
  width: number;
}

/** A branch that was built. */
export interface Branch {
  /** Size of the sequence's last dimension. */
  features: number;
  /**
   * `input` is [batch, frames, bands], [batch, samples] or [batch, tokens] (int32 ids). A branch that pools over
   * segments takes their begins and ends in steps of its input, [batch, segments, 2]; an empty one is padding.
   */
  forward(input: tf.Tensor, mode: ForwardMode, segments?: tf.Tensor3D): Sequence;
  /** [batch], 1 where the input holds anything: sound that is not digital silence, a text with a word. */
  isPresent(input: tf.Tensor): tf.Tensor1D;
}

/** A kind of branch: its options and how it is built. */
export interface BranchKind<Schema extends z.ZodType = z.ZodType> {
  /** Options under `model.branches.<name>`; each has a default. */
  options: Schema;
  build(parameters: Parameters, name: string, options: z.output<Schema>, input: InputSize): Branch;
}
