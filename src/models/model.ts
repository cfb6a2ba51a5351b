/** A whole network: branches, fusion and head, or one of the zoo. */
import * as tf from '@tensorflow/tfjs-core';
import { UsageError } from '../base/errors.js';
import type { BranchKind, InputSize } from './branches/branch.js';
import { type BranchName, branches } from './branches/index.js';
import type { Fused, FusionKind } from './fusion/fusion.js';
import { fusions } from './fusion/index.js';
import { normal } from './initializers.js';
import { withAbsentToken } from './layers/absent-token.js';
import type { ForwardMode } from './layers/mode.js';
import { Parameters } from './parameters.js';
import { type BranchedSpec, inputsOf, type ModelSpec, type ZooSpec } from './spec.js';
import { zoo } from './zoo/index.js';
import type { ZooKind } from './zoo/zoo.js';

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

/** A network without its weights' management: what a kind of model adds. */
type Forward = TaggingModel['forward'];

/**
 * Builds a network with seeded weights.
 *
 * @param spec - branches and fusion with their options, or a network of the zoo
 * @param shape - sizes of the inputs and the number of labels
 * @param seed - decides the first weights, one generator a weight
 * @returns the network; `dispose` frees its weights
 * @throws UsageError when an option does not fit the inputs, naming the key
 */
export function buildModel(spec: ModelSpec, shape: ModelShape, seed: number): TaggingModel {
  if (spec.baseline) throw new UsageError('model.baseline describes no network; it is fitted, not built.');
  const parameters = new Parameters(seed);
  try {
    return {
      parameters,
      branches: inputsOf(spec),
      forward: spec.zoo ? zooForward(parameters, spec, shape) : branchedForward(parameters, spec, shape),
      probabilities: (logits) => (shape.head === 'softmax' ? tf.softmax(logits) : tf.sigmoid(logits)),
      dispose: () => parameters.dispose(),
    };
  } catch (error) {
    parameters.dispose();
    throw error;
  }
}

function branchedForward(parameters: Parameters, spec: BranchedSpec, shape: ModelShape): Forward {
  const names = inputsOf(spec);
  const built = names.map((name) => {
    const kind = branches[name] as BranchKind;
    const key = `model.branches.${name}`;
    return explain(key, () =>
      kind.build(parameters, name, spec.branches[name], requireInput(key, name, shape)),
    );
  });
  const kind = fusions[spec.fusion.kind] as FusionKind;
  const fusion = explain('model.fusion', () =>
    kind.build(parameters, spec.fusion, {
      branches: built.map((branch, i) => ({ name: names[i], features: branch.features })),
      labels: shape.labels,
      head: shape.head,
    }),
  );
  const absentTokens = spec.absent_token
    ? built.map(({ features }, i) =>
        parameters.trainable<tf.Tensor1D>(`${names[i]}/absent`, [features], normal(0.1)),
      )
    : null;
  return (inputs, mode) => {
    const sequences = built.map((branch, i) => {
      const input = inputs[names[i]]!;
      const heard = branch.forward(input, mode, names[i] === 'mel' ? inputs.melSegments : undefined);
      return absentTokens ? withAbsentToken(heard, absentTokens[i], branch.isPresent(input)) : heard;
    });
    const segments = sequences.map(({ values }, i) => ({ branch: names[i], steps: values.shape[1] }));
    return { ...fusion.forward(sequences, mode), segments };
  };
}

function zooForward(parameters: Parameters, spec: ZooSpec, shape: ModelShape): Forward {
  const kind = zoo[spec.zoo.kind] as ZooKind;
  const network = explain('model.zoo', () =>
    kind.build(parameters, spec.zoo, {
      input: requireInput('model.zoo', kind.input, shape),
      labels: shape.labels,
    }),
  );
  return (inputs, mode) => ({
    ...network.forward(inputs[kind.input]!, mode),
    attention: null,
    segments: [],
  });
}

function requireInput(key: string, name: BranchName, { inputs }: ModelShape): InputSize {
  const input = inputs[name];
  if (!input)
    throw new UsageError(`${key}: the config has no inputs.${name}; add it, or leave the branch out.`);
  return input;
}

/** Names the config's key in what a part of the network says of its options. */
function explain<T>(key: string, build: () => T): T {
  try {
    return build();
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`${key}: ${(error as Error).message}.`);
  }
}
