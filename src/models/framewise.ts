/** A network with a value per step in place of one per window: branches side by side, and a dense layer per step. */
import * as tf from '@tensorflow/tfjs-core';
import { UsageError } from '../base/errors.js';
import { type ModelInputSet, stepLength } from '../inputs/window.js';
import type { Branch, Sequence } from './branches/branch.js';
import { binsOf, type PitchOptions } from './heads/pitch.js';
import { glorotUniform } from './initializers.js';
import { dense } from './layers/dense.js';
import type { Parameters } from './parameters.js';

/** Steps of a window at even distances, each over as many frames of an input. */
export interface StepGrid {
  /** Name of the input whose frames, or samples, they are of. */
  input: string;
  /** Steps of a window. */
  count: number;
  /** Frames, or samples, of a step. */
  stride: number;
}

/** Seconds from the beginning of a window to the middle of each step; frame t is centred on sample t · hop. */
export function stepTimes({ grid, list }: ModelInputSet, { input, count, stride }: StepGrid): Float64Array {
  const taken = list.find(({ name }) => name === input)!;
  const frame = stepLength(taken) / grid.sampleRate;
  return Float64Array.from({ length: count }, (_, step) => (step * stride + (stride - 1) / 2) * frame);
}

/** A branch of the network. */
export interface StepBranch {
  name: string;
  input: string;
  /** Frames, or samples, of a window. */
  length: number;
  branch: Branch;
}

/** A pitch head that was built. */
export interface PitchHead {
  steps: StepGrid;
  /** Logits of the bins and of no pitch, [batch × steps, bins + 1], from the sequences of the branches. */
  logits(sequences: readonly Sequence[]): tf.Tensor2D;
}

/**
 * Builds the head on branches whose steps follow each other evenly. Throws UsageError, with the key, for a branch without
 * such steps, or with other steps than the first. Weights: `pitch/kernel` [features, bins + 1] and `pitch/bias`.
 */
export function pitchHead(
  parameters: Parameters,
  branches: readonly StepBranch[],
  options: PitchOptions,
): PitchHead {
  const grids = branches.map(({ name, input, length, branch }): StepGrid => {
    if (branch.stride === undefined)
      throw new UsageError(
        `model.branches.${name}: model.pitch needs a branch whose steps follow each other evenly in time, and this one's do not; give a branch of the kind frames or mel (docs/models.md).`,
      );
    return { input, stride: branch.stride, count: Math.floor(length / branch.stride) };
  });
  const [steps] = grids;
  const other = grids.findIndex(({ count }) => count !== steps.count);
  if (other >= 0)
    throw new UsageError(
      `model.branches.${branches[other].name}: it has ${grids[other].count} steps in a window and ${branches[0].name} has ${steps.count}; for model.pitch give branches with the same steps.`,
    );
  const features = branches.reduce((sum, { branch }) => sum + branch.features, 0);
  const classes = binsOf(options) + 1;
  const project = dense(parameters, 'pitch', features, classes, glorotUniform);
  return {
    steps,
    logits(sequences) {
      const joint = tf.concat(
        sequences.map(({ values }) => values),
        2,
      ); // [batch, steps, features]
      return tf.reshape(project(joint), [-1, classes]) as tf.Tensor2D; // [batch × steps, bins + 1]
    },
  };
}
