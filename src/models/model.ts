/** A whole network: branches, fusion, head. */
import * as tf from '@tensorflow/tfjs-core';
import { WrongUse } from '../base/errors.js';
import type { Branch, BranchKind, InputSize } from './branches/branch.js';
import { type BranchName, branches } from './branches/index.js';
import type { Fused, FusionKind } from './fusion/fusion.js';
import { fusions } from './fusion/index.js';
import type { ForwardMode } from './layers/mode.js';
import { Parameters } from './parameters.js';
import type { ModelSpec } from './spec.js';

/** A batch's inputs by branch: mel [batch, frames, bands], waveform [batch, samples], lyrics [batch, tokens] int32. */
export type ModelInputs = Partial<Record<BranchName, tf.Tensor>> & {
  /** Begin and end in frames of the mel branch's segments, [batch, segments, 2], where it is adaptive. */
  melSegments?: tf.Tensor3D;
};

/** What a model gives for a batch. */
export interface ModelOutputs extends Fused {
  /** Steps of each branch in the joint sequence, in order: how `attention` is cut. */
  segments: { branch: BranchName; steps: number }[];
}

/** What decides a model's shapes. */
export interface ModelShape {
  inputs: Partial<Record<BranchName, InputSize>>;
  labels: number;
  head: 'sigmoid' | 'softmax';
}

/** A network with its weights. */
export interface TaggingModel {
  parameters: Parameters;
  /** Names of the branches in the order of the joint sequence. */
  branches: BranchName[];
  /** Runs the network. Call it inside `tf.tidy`. */
  forward(inputs: ModelInputs, mode: ForwardMode): ModelOutputs;
  /** Turns logits into probabilities. */
  probabilities(logits: tf.Tensor2D): tf.Tensor2D;
  dispose(): void;
}

/**
 * Builds a network with seeded weights.
 *
 * @param spec - branches and fusion with their options
 * @param shape - sizes of the inputs and the number of labels
 * @param seed - decides the first weights, one generator a weight
 * @returns the network; `dispose` frees its weights
 * @throws WrongUse when an option does not fit the inputs, naming the key
 */
export function buildModel(spec: ModelSpec, shape: ModelShape, seed: number): TaggingModel {
  const parameters = new Parameters(seed);
  const names = (Object.keys(branches) as BranchName[]).filter((name) => spec.branches[name] !== undefined);
  try {
    const built = names.map((name) => buildBranch(parameters, name, spec, shape));
    const kind = fusions[spec.fusion.kind] as FusionKind;
    const fusion = explain('model.fusion', () =>
      kind.build(parameters, spec.fusion, {
        branches: built.map((branch, i) => ({ name: names[i], features: branch.features })),
        labels: shape.labels,
        head: shape.head,
      }),
    );
    return {
      parameters,
      branches: names,
      forward(inputs, mode) {
        const sequences = built.map((branch, i) =>
          branch.forward(inputs[names[i]]!, mode, names[i] === 'mel' ? inputs.melSegments : undefined),
        );
        const segments = sequences.map(({ values }, i) => ({ branch: names[i], steps: values.shape[1] }));
        return { ...fusion.forward(sequences, mode), segments };
      },
      probabilities: (logits) => (shape.head === 'softmax' ? tf.softmax(logits) : tf.sigmoid(logits)),
      dispose: () => parameters.dispose(),
    };
  } catch (error) {
    parameters.dispose();
    throw error;
  }
}

function buildBranch(parameters: Parameters, name: BranchName, spec: ModelSpec, shape: ModelShape): Branch {
  const input = shape.inputs[name];
  if (!input)
    throw new WrongUse(
      `model.branches.${name}: the config has no inputs.${name}; add it, or leave the branch out.`,
    );
  const kind = branches[name] as BranchKind;
  return explain(`model.branches.${name}`, () => kind.build(parameters, name, spec.branches[name], input));
}

/** Names the config's key in what a part of the network says of its options. */
function explain<T>(key: string, build: () => T): T {
  try {
    return build();
  } catch (error) {
    throw error instanceof WrongUse ? error : new WrongUse(`${key}: ${(error as Error).message}.`);
  }
}
