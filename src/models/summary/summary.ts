/**
 * What a network is made of, found by watching it run on one window: its layers with the shapes that they give, their
 * weights and multiply-adds, and how much of its input a step of each branch depends on.
 */
import * as tf from '@tensorflow/tfjs-core';
import { randomGenerator } from '../../base/random.js';
import { type Input, type ModelInputSet, stepLength, windowSize } from '../../inputs/window.js';
import { INFERENCE } from '../layers/training.js';
import type { TaggingModel } from '../model.js';
import { toTensors } from '../predictor.js';
import type { NetworkSpec } from '../spec.js';
import { Layers } from './layers.js';
import { axesOf, fieldOf, operationKind, type Reach, reachOfInput, variesAlong } from './reach.js';
import { type Event, Watch } from './watch.js';

/** An input of a network. */
export interface InputSummary {
  name: string;
  /** Shape of a window. */
  size: number[];
  /** Length of a window; null for a text. */
  seconds: number | null;
}

/** A layer of a network. */
export interface LayerSummary {
  /** Path of its weights. */
  name: string;
  /** What it does, in order: `convolution 3×3`, `normalisation`, `ReLU`. */
  operations: string[];
  /** Shape of its output, without the batch. */
  output: number[];
  /** Trained numbers. */
  parameters: number;
  /** Of one window: products that are added up, in convolutions, dense and recurrent layers and attention. */
  multiply_adds: number;
  /** Inputs and layers that it takes. */
  from: string[];
}

/** How much of its input one step of a branch, or of a whole network of the zoo, depends on. */
export interface FieldSummary {
  branch: string;
  input: string;
  /** Steps of the input, before any pooling over all of the window. */
  steps: number;
  /** The same in seconds; null for a text. */
  seconds: number | null;
  /** Whether it is all of the window: the steps of a recurrent layer or of attention, or a field longer than the window. */
  is_whole: boolean;
}

/** A network in numbers. */
export interface NetworkSummary {
  inputs: InputSummary[];
  layers: LayerSummary[];
  receptive_fields: FieldSummary[];
  totals: {
    /** Trained numbers. */
    parameters: number;
    /** Numbers that training leaves alone: running averages, and frozen weights. */
    fixed: number;
    /** Of one window. */
    multiply_adds: number;
  };
}

/**
 * Runs a network on one window of noise and says what it is made of. Operations are counted as they are computed: zeros
 * beside a map as what they pad. The receptive field is the one without edges, in the grid of the input's steps.
 */
export function summariseNetwork(
  model: TaggingModel,
  spec: NetworkSpec,
  inputs: ModelInputSet,
): NetworkSummary {
  const weights = model.parameters.all();
  const sizes = new Map([...weights].map(([name, { size }]) => [name, size]));
  const layers = new Layers(sizes);
  const pooled = new WeakMap<tf.Tensor, number>();
  const watch = new Watch((event) => {
    const field = fieldBeforePooling(event, pooled);
    for (const output of event.outputs) if (field !== null) pooled.set(output, field);
    return layers.file(event);
  });
  for (const [name, variable] of weights) watch.know(variable, { weights: [name] });
  const fields: FieldSummary[] = [];
  tf.tidy(() => {
    const batch = {
      count: 1,
      values: Object.fromEntries(inputs.list.map((input) => [input.name, noiseOf(input)])),
    };
    const tensors = toTensors(spec, inputs)(batch);
    for (const { name } of inputs.list) {
      const tensor = tensors[name];
      const layer = layers.addInput(name, tensor.shape.slice(1));
      watch.know(tensor, { weights: [], data: { layer, reach: reachOfInput(name, tensor), isMask: false } });
    }
    watch.run(() =>
      model.forward(tensors, INFERENCE, ({ branch, input }, values) => {
        const reach = watch.of(values)?.data?.reach ?? null;
        const steps = pooled.get(values) ?? (reach ? fieldOf(reach) : null);
        fields.push(fieldSummary(branch, inputs, input, steps));
      }),
    );
  });
  watch.dispose();
  const isTrained = (name: string): boolean => weights.get(name)!.trainable;
  const sizeOf = (names: string[]): number =>
    names.filter(isTrained).reduce((sum, name) => sum + sizes.get(name)!, 0);
  const found = layers.found.filter(({ isInput }) => !isInput);
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return {
    inputs: inputs.list.map((input) => ({
      name: input.name,
      size: input.source === 'text' ? [input.size.length] : [input.size.length, input.size.width],
      seconds: secondsOf(inputs, input, input.size.length),
    })),
    layers: found.map(({ name, operations, output, multiplyAdds, weights: own, from }) => ({
      ...{ name, operations, output },
      parameters: sizeOf(own),
      multiply_adds: multiplyAdds,
      from: from.map((number) => layers.found[number].name),
    })),
    receptive_fields: fields,
    totals: {
      parameters: model.parameters.count(),
      fixed: total - model.parameters.count(),
      multiply_adds: found.reduce((sum, layer) => sum + layer.multiplyAdds, 0),
    },
  };
}

/** A window of an input that is not silent, so that whatever depends on its values has something to depend on. */
function noiseOf(input: Input): Float32Array | Int32Array {
  const random = randomGenerator(0, 'summary', input.name);
  const size = windowSize(input);
  if (input.source === 'text')
    return Int32Array.from({ length: size }, () => random.integer(input.size.width));
  return Float32Array.from({ length: size }, () => random.normal());
}

function secondsOf({ grid }: ModelInputSet, input: Input, steps: number): number | null {
  return input.source === 'text' ? null : (steps * stepLength(input)) / grid.sampleRate;
}

/**
 * The field of what a pooling over all of the window takes, for what depends on such poolings alone; null for all else.
 *
 * @param fields - of tensors that were pooled
 */
function fieldBeforePooling(event: Event, fields: WeakMap<tf.Tensor, number>): number | null {
  const operands = Object.entries(event.known).flatMap(([name, { data }]) =>
    data ? [{ tensor: event.operands[name].tensor, reach: data.reach }] : [],
  );
  const before = operands.map(({ tensor }) => fields.get(tensor));
  if (before.every((field) => field !== undefined)) return Math.max(...before);
  const [{ reach }] = operands;
  const isPooled = operationKind(event.kernel) === 'reducing' && reach && variesAlong(reach, axesOf(event));
  return isPooled ? fieldOf(reach as Reach) : null;
}

function fieldSummary(
  branch: string,
  inputs: ModelInputSet,
  name: string,
  steps: number | null,
): FieldSummary {
  const input = inputs.list.find((one) => one.name === name)!;
  const { length } = input.size;
  const whole = steps === null || steps >= length;
  const field = steps ?? length;
  return { branch, input: name, steps: field, seconds: secondsOf(inputs, input, field), is_whole: whole };
}
