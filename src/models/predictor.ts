/** A model with its inputs: the only way from windows of a recording and its lyrics to scores. */

import * as tf from '@tensorflow/tfjs-core';
import { UsageError } from '../base/errors.js';
import type { Tail } from '../inputs/cutter.js';
import type { InputsConfig } from '../inputs/schema.js';
import {
  type Input,
  type ModelInputSet,
  stepLength,
  type WindowBatch,
  windowSize,
} from '../inputs/window.js';
import { type ClipAttention, joinAttention } from './attention.js';
import { inputsOfModel, type ModelDescription, type ModelSettings, settingsOfInputs } from './description.js';
import type { Hasher } from './hashing/index.js';
import { hasherOfNetwork } from './hashing/network.js';
import type { Task } from './heads/index.js';
import { INFERENCE } from './layers/training.js';
import { buildModel, type ModelInputs, segmentsKey, type TaggingModel } from './model.js';
import type { WeightValues } from './parameters.js';
import type { NetworkSpec } from './spec.js';
import { branchesOf } from './spec-parts.js';

/** A model's output for a batch of windows. */
export interface Prediction {
  windows: number;
  /** Probabilities of labels, or predicted numbers, row-major [windows × labels]; of pitch [windows × steps × 2]. */
  scores: Float32Array;
  /** The representation before the output layer, row-major [windows × size]; null where the model has none. */
  embedding: Float32Array | null;
}

/** A model ready to predict; dispose of it at the end. */
export interface Predictor {
  readonly name: string;
  /** Names of the labels, or of the numbers that it predicts. */
  readonly labels: string[];
  readonly inputs: ModelInputSet;
  /** Treatment of the end of a recording that fills no whole window. */
  readonly remainder: Tail;
  readonly settings: ModelSettings;
  /** Size of the embedding; null where there is none. */
  readonly embedding: number | null;
  /** Makes the code of a recording from its mean embedding; absent where the model has no hash layer. */
  readonly hasher?: Hasher;
  /**
   * Scores windows; the batch's values may be changed in place. Throws UsageError when the batch lacks an input, has no
   * whole windows or was computed with other settings.
   */
  predict(batch: WindowBatch & { settings?: ModelSettings }): Prediction;
  /** What all stored models have in common. */
  readonly description: {
    name: string;
    task: Task;
    thresholds: number[] | null;
    inputs: InputsConfig;
  };
  /** Attention of one recording's windows by branch; absent where the model has none. */
  attention?(batch: WindowBatch, starts: readonly number[]): ClipAttention[];
  /**
   * Bytes of the weights that a copy in another thread has, and whether it needs an engine there; absent where the model's
   * folders alone do not make one.
   */
  readonly copy?: { bytes: number; needsEngine: boolean };
  /** What computes, with its version, where that is not the engine. */
  readonly engine?: string;
  /** Frees the weights. */
  dispose(): void;
}

/** Makes a batch's tensors for a network, the segments of its branches among them; call it inside `tf.tidy`. */
export type ToTensors = (batch: WindowBatch) => ModelInputs;

/** The inputs of a network, from windows. */
export function toTensors(spec: NetworkSpec, { grid, list }: ModelInputSet): ToTensors {
  const segmented = (spec.branches ? branchesOf(spec) : []).flatMap(({ name, kind, input, options }) => {
    const taken = list.find((one) => one.name === input)!;
    const segmenter = kind.segmenter?.(options, taken.size, {
      ...grid,
      hopLength: stepLength(taken),
    });
    return segmenter ? [{ name, taken, segmenter }] : [];
  });
  return (batch) => {
    const segments = segmented.map(({ name, taken, segmenter }): [string, tf.Tensor] => {
      const size = windowSize(taken);
      const values = batch.values[taken.name] as Float32Array;
      const edges = new Float32Array(batch.count * segmenter.count * 2);
      for (let i = 0; i < batch.count; i++)
        edges.set(segmenter.segments(values.subarray(i * size, (i + 1) * size)), i * segmenter.count * 2);
      return [segmentsKey(name), tf.tensor3d(edges, [batch.count, segmenter.count, 2])];
    });
    return { ...windowTensors(list, batch), ...Object.fromEntries(segments) };
  };
}

/** A network that predicts. */
export class NetworkPredictor implements Predictor {
  readonly inputs: ModelInputSet;
  readonly settings: ModelSettings;
  readonly tensors: ToTensors;
  readonly hasher?: Hasher;
  /** Absent in a network without branches, so that nobody cuts windows for it. */
  readonly attention?: Predictor['attention'];

  /** The predictor takes ownership of the network. */
  constructor(
    readonly model: TaggingModel,
    readonly description: Omit<ModelDescription, 'format'>,
  ) {
    this.inputs = inputsOfModel(description);
    this.settings = settingsOfInputs(this.inputs, this.remainder);
    this.tensors = toTensors(description.spec as NetworkSpec, this.inputs);
    if (description.spec.branches) this.attention = (batch, starts) => this.attend(batch, starts);
    if (description.spec.hash) this.hasher = hasherOfNetwork(model.parameters.read());
  }

  /**
   * Builds a described network with given weights; an engine must be running. Throws Error when a weight is missing,
   * unknown or of another shape.
   */
  static fromWeights(
    description: ModelDescription,
    weights: ReadonlyMap<string, WeightValues>,
  ): NetworkPredictor {
    const model = buildModel(description.spec, description.shape, null);
    try {
      model.parameters.write(weights);
      return new NetworkPredictor(model, description);
    } catch (error) {
      model.dispose();
      throw error;
    }
  }

  get name(): string {
    return this.description.name;
  }

  get labels(): string[] {
    return this.description.labels;
  }

  get remainder(): Tail {
    return this.description.remainder ?? 'cover';
  }

  get embedding(): number | null {
    return this.model.embedding;
  }

  get copy(): Predictor['copy'] {
    return { bytes: 4 * this.model.parameters.count(), needsEngine: true };
  }

  predict(batch: WindowBatch & { settings?: ModelSettings }): Prediction {
    requireWindows(this, batch);
    const { model } = this;
    const [scores, embedding = null] = tf.tidy((): Float32Array[] => {
      const outputs = model.forward(this.tensors(batch), INFERENCE);
      const tensors = [model.scores(outputs.logits), ...(outputs.embedding ? [outputs.embedding] : [])];
      return tensors.map((tensor) => tensor.dataSync<'float32'>().slice());
    });
    return { windows: batch.count, scores, embedding };
  }

  /**
   * The attention of one recording's windows by branch, each at its place in time (`starts`: first frame of each);
   * where two windows overlap, the mean of both; a text's is the mean over the windows; empty when the fusion has none.
   */
  private attend(batch: WindowBatch, starts: readonly number[]): ClipAttention[] {
    const { model, inputs } = this;
    const { spec } = this.description;
    if (!spec.branches) return [];
    let joined: ClipAttention[] = [];
    tf.tidy(() => {
      const tensors = this.tensors(batch);
      const { attention, segments } = model.forward(tensors, INFERENCE);
      if (!attention) return;
      const sources = new Map(inputs.list.map(({ name, source }) => [name, source]));
      const branches = branchesOf(spec).map(({ name, input }, i) => ({
        branch: name,
        input,
        steps: segments[i].steps,
        inTime: sources.get(input) === 'audio',
        edges: tensors[segmentsKey(name)]?.dataSync<'float32'>() ?? null,
      }));
      const [, heads] = attention.shape;
      joined = joinAttention(attention.dataSync<'float32'>(), heads, branches, starts, inputs.grid.frames);
    });
    return joined;
  }

  dispose(): void {
    this.model.dispose();
  }
}

/**
 * Throws UsageError for a batch that does not fit a predictor or was computed with other settings: the scores would be
 * silently wrong.
 */
export function requireWindows(
  { name, inputs, settings: own }: Pick<Predictor, 'name' | 'inputs' | 'settings'>,
  { count, values, settings }: WindowBatch & { settings?: ModelSettings },
): void {
  if (settings) requireSettings(name, own, settings);
  for (const input of inputs.list) {
    const given = values[input.name];
    if (!given) throw new UsageError(`The model ${name} takes ${input.name}, and the batch has none.`);
    if (count < 1 || given.length !== count * windowSize(input))
      throw new UsageError(
        `The batch does not hold ${count} whole windows for the model ${name}; a window has ${inputs.list
          .map((one) => `${windowSize(one)} numbers of ${one.name}`)
          .join(', ')}.`,
      );
  }
}

function requireSettings(name: string, wanted: ModelSettings, given: ModelSettings): void {
  const flat = ({ inputs, ...rest }: ModelSettings): Map<string, unknown> =>
    new Map(
      [rest, ...Object.values(inputs)].flatMap((part, i) =>
        Object.entries(part).map(([key, value]) => [
          i === 0 ? key : `${Object.keys(inputs)[i - 1]}.${key}`,
          value,
        ]),
      ),
    );
  const [own, other] = [flat(wanted), flat(given)];
  for (const key of new Set([...own.keys(), ...other.keys()]))
    if (JSON.stringify(own.get(key)) !== JSON.stringify(other.get(key)))
      throw new UsageError(
        `The model ${name} was trained with ${key} ${own.get(key)} and the batch has ${other.get(key)}; compute it with the model's own settings.`,
      );
}

/**
 * The tensors of a batch by input, [batch, frames, bands], [batch, samples] or [batch, tokens] (int32); call it inside
 * `tf.tidy`. The values are changed in place where the model's input differs from the stored one.
 */
export function windowTensors(
  inputs: readonly Input[],
  { count, values }: WindowBatch,
): Record<string, tf.Tensor> {
  return Object.fromEntries(
    inputs.map((input): [string, tf.Tensor] => {
      const own = values[input.name];
      if (input.source === 'text') return [input.name, tf.tensor2d(own, [count, input.size.length], 'int32')];
      const floats = own as Float32Array;
      const size = windowSize(input);
      for (let i = 0; i < count; i++) input.finishWindow(floats.subarray(i * size, (i + 1) * size));
      const shape = input.kind.shape?.(input.size) ?? [input.size.length, input.size.width];
      return [input.name, tf.tensor(floats, [count, ...shape])];
    }),
  );
}
