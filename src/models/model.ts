/** A whole network: branches, fusion and head, or one of the zoo. */
import type * as tf from '@tensorflow/tfjs-core';
import { UsageError } from '../base/errors.js';
import type { InputSize } from '../inputs/kind.js';
import { pitchHead, type StepBranch, type StepGrid } from './framewise.js';
import type { Fused, Fusion, FusionKind } from './fusion/fusion.js';
import { fusions } from './fusion/index.js';
import { hashLayer } from './heads/hash.js';
import { type HeadName, heads } from './heads/index.js';
import type { TargetScale } from './heads/target-scale.js';
import { normal } from './initializers.js';
import { withAbsentToken } from './layers/presence.js';
import type { ForwardMode } from './layers/training.js';
import { Parameters } from './parameters.js';
import type { BranchedSpec, ModelSpec, PitchSpec, ZooSpec } from './spec.js';
import { branchesOf, inputsOf } from './spec-parts.js';
import { zoo } from './zoo/index.js';
import type { ZooKind } from './zoo/zoo.js';

/**
 * A batch's tensors by name: each input's under its own (mel [batch, frames, bands], waveform [batch, samples], lyrics
 * [batch, tokens] int32), and the begins and ends in frames of a branch's segments, [batch, segments, 2], under
 * `segmentsKey`.
 */
export type ModelInputs = Record<string, tf.Tensor>;

/** Name of a branch's segments among a batch's tensors. */
export const segmentsKey = (branch: string): string => `${branch}/segments`;

/** The output of a model for a batch. */
export interface ModelOutputs extends Fused {
  /** Steps of each branch in the joint sequence, in order: how `attention` is cut. */
  segments: { branch: string; steps: number }[];
}

/** Sizes that decide a model's shapes, and the scale of the numbers that it predicts. */
export interface ModelShape {
  inputs: Record<string, InputSize>;
  labels: number;
  head: HeadName;
  /** Of a regression; absent for labels. */
  scale?: TargetScale;
}

/** Receives a branch's sequence [batch, steps, features] before a fusion or a head takes it. */
export type OnSequence = (of: { branch: string; input: string }, values: tf.Tensor) => void;

/** A network with its weights. */
export interface TaggingModel {
  parameters: Parameters;
  /** Names of the inputs that it takes. */
  inputs: string[];
  /** Size of the representation before the output layer; null where it has none. */
  embedding: number | null;
  /** Steps that it gives a value each for, so that a batch has [batch × steps] rows of logits; absent for one a window. */
  steps?: StepGrid;
  /** As of its fusion. */
  heldOut?: Fusion['heldOut'];
  /** Runs the network. Call it inside `tf.tidy`. `onSequence` receives what each branch, or a network of the zoo, gives. */
  forward(inputs: ModelInputs, mode: ForwardMode, onSequence?: OnSequence): ModelOutputs;
  /** Turns logits into scores: probabilities of labels, numbers in the targets' own units, or Hz and confidence. */
  scores(logits: tf.Tensor2D): tf.Tensor2D;
  dispose(): void;
}

/** A network without its weights' management: what a kind of model adds. */
type Network = Pick<TaggingModel, 'forward' | 'embedding' | 'heldOut' | 'steps'>;

/**
 * Builds a network with seeded weights, one generator per weight; `dispose` frees them. Throws UsageError when an
 * option does not fit the inputs, naming the key.
 *
 * @param seed - null: all weights are 0, which takes a fraction of the time, where they are written next or never read
 */
export function buildModel(spec: ModelSpec, shape: ModelShape, seed: number | null): TaggingModel {
  if (spec.baseline) throw new UsageError('model.baseline describes no network; it is fitted, not built.');
  if (spec.predictions)
    throw new UsageError('model.predictions describes no network, only scores; name a network.');
  const parameters = new Parameters(seed);
  try {
    const network = networkOf(parameters, spec, shape);
    return {
      parameters,
      inputs: inputsOf(spec),
      ...network,
      scores: (logits) => heads[shape.head].scores(logits, { scale: shape.scale, pitch: spec.pitch }),
      dispose: () => parameters.dispose(),
    };
  } catch (error) {
    parameters.dispose();
    throw error;
  }
}

/** Names of the weights whose shapes depend on the number of labels: those of the output layer. */
export function outputWeights(spec: ModelSpec, shape: ModelShape): Set<string> {
  const [own, other] = [shape.labels, shape.labels + 1].map((labels) => {
    const model = buildModel(spec, { ...shape, labels, scale: undefined }, null);
    const shapes = new Map([...model.parameters.all()].map(([name, weight]) => [name, weight.shape.join()]));
    model.dispose();
    return shapes;
  });
  return new Set([...own].flatMap(([name, sizes]) => (other.get(name) === sizes ? [] : [name])));
}

function networkOf(
  parameters: Parameters,
  spec: BranchedSpec | PitchSpec | ZooSpec,
  shape: ModelShape,
): Network {
  if (spec.zoo) return zooNetwork(parameters, spec, shape);
  return spec.pitch ? pitchNetwork(parameters, spec, shape) : branchedNetwork(parameters, spec, shape);
}

function buildBranches(
  parameters: Parameters,
  spec: BranchedSpec | PitchSpec,
  shape: ModelShape,
): StepBranch[] {
  return branchesOf(spec).map(({ name, kind, input, options }) => {
    const key = `model.branches.${name}`;
    const size = requireInput(key, input, shape);
    const branch = explain(key, () => kind.build(parameters, name, options, size));
    return { name, input, length: size.length, branch };
  });
}

function pitchNetwork(parameters: Parameters, spec: PitchSpec, shape: ModelShape): Network {
  const built = buildBranches(parameters, spec, shape);
  const head = pitchHead(parameters, built, spec.pitch);
  return {
    embedding: null,
    steps: head.steps,
    forward(inputs, mode, onSequence) {
      const sequences = built.map(({ name, input, branch }) => {
        const sequence = branch.forward(inputs[input], mode);
        onSequence?.({ branch: name, input }, sequence.values);
        return sequence;
      });
      const segments = built.map(({ name }) => ({ branch: name, steps: head.steps.count }));
      return { logits: head.logits(sequences), embedding: null, attention: null, segments };
    },
  };
}

function branchedNetwork(parameters: Parameters, spec: BranchedSpec, shape: ModelShape): Network {
  const built = buildBranches(parameters, spec, shape);
  const kind = fusions[spec.fusion.kind] as FusionKind;
  const fusion = explain('model.fusion', () =>
    kind.build(parameters, spec.fusion, {
      branches: built.map(({ name, branch }) => ({ name, features: branch.features })),
      labels: spec.hash?.bits ?? shape.labels,
      head: shape.head,
    }),
  );
  const withCode = spec.hash && hashLayer(parameters, spec.hash, shape.labels);
  const absentTokens = spec.absent_token
    ? built.map(({ name, branch }) =>
        parameters.trainable<tf.Tensor1D>(`${name}/absent`, [branch.features], normal(0.1)),
      )
    : null;
  return {
    embedding: fusion.embedding,
    ...(fusion.heldOut && { heldOut: fusion.heldOut }),
    forward(inputs, mode, onSequence) {
      const sequences = built.map(({ name, input, branch }, i) => {
        const values = inputs[input];
        const sequence = branch.forward(values, mode, inputs[segmentsKey(name)] as tf.Tensor3D | undefined);
        onSequence?.({ branch: name, input }, sequence.values);
        return absentTokens ? withAbsentToken(sequence, absentTokens[i], branch.isPresent(values)) : sequence;
      });
      const segments = sequences.map(({ values }, i) => ({ branch: built[i].name, steps: values.shape[1] }));
      const outputs = { ...fusion.forward(sequences, mode), segments };
      return withCode?.(outputs) ?? outputs;
    },
  };
}

function zooNetwork(parameters: Parameters, spec: ZooSpec, shape: ModelShape): Network {
  const kind = zoo[spec.zoo.kind] as unknown as ZooKind;
  const [body, head] = explain('model.zoo', () => {
    const built = kind.body(parameters, spec.zoo, requireInput('model.zoo', kind.input, shape));
    return [built, kind.head(parameters, spec.zoo, built, shape.labels)] as const;
  });
  return {
    embedding: head.embedding,
    forward(inputs, mode, onSequence) {
      const sequence = body.forward(inputs[kind.input], mode);
      onSequence?.({ branch: spec.zoo.kind, input: kind.input }, sequence);
      return { ...head.forward(sequence, mode), attention: null, segments: [] };
    },
  };
}

function requireInput(key: string, name: string, { inputs }: ModelShape): InputSize {
  const input = inputs[name];
  if (!input) throw new UsageError(`${key}: the config has no inputs.${name}; add it, or remove the branch.`);
  return input;
}

/** Names the config's key in errors of a part of the network. */
function explain<T>(key: string, build: () => T): T {
  try {
    return build();
  } catch (error) {
    throw error instanceof UsageError
      ? error
      : new UsageError(`${key}: ${(error as Error).message}.`, { cause: error });
  }
}
