/** The interface of a branch: one input in, a sequence out. */
import type * as tf from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { InputSize } from '../../inputs/kind.js';
import type { ForwardMode } from '../layers/training.js';
import type { Parameters } from '../parameters.js';

/** The output of a branch. */
export interface Sequence {
  /** [batch, time, features] */
  values: tf.Tensor3D;
  /** [batch, time], 1 for a real step and 0 for padding; null when every step is real. */
  mask: tf.Tensor2D | null;
}

/** A branch that was built. */
export interface Branch {
  /** Size of the sequence's last dimension. */
  features: number;
  /** Frames, or samples, of the input per step, where the steps follow each other evenly; absent for all others. */
  stride?: number;
  /**
   * `input` is [batch, frames, bands], [batch, samples] or [batch, tokens] (int32 ids). `segments`, for a branch that
   * pools over them, are begins and ends in input steps, [batch, segments, 2]; an empty one is padding.
   */
  forward(input: tf.Tensor, mode: ForwardMode, segments?: tf.Tensor3D): Sequence;
  /** [batch], 1 where the input holds anything: sound that is not digital silence, a text with a word. */
  isPresent(input: tf.Tensor): tf.Tensor1D;
}

/** Computes the segments of one window on the host: begins and ends in frames, row-major [count × 2]. */
export interface Segmenter {
  count: number;
  segments(window: Float32Array): Float32Array;
}

/** A kind of branch: its options and how it is built. */
export interface BranchKind<Schema extends z.ZodType = z.ZodType> {
  /** Options under `model.branches.<name>`; each has a default. */
  options: Schema;
  /** The input that it takes when the config names none and none has the branch's name. */
  input: string;
  build(parameters: Parameters, name: string, options: z.output<Schema>, input: InputSize): Branch;
  /** For a branch whose steps are segments of the window; null where the options ask for none. */
  segmenter?(
    options: z.output<Schema>,
    input: InputSize,
    grid: { sampleRate: number; hopLength: number },
  ): Segmenter | null;
}
