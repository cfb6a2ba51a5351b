/** Operations along axes: sums, largest values, shares. */
import * as tf from '@tensorflow/tfjs-core';
import { elements } from '../read-model.js';
import {
  axisOf,
  device,
  emptyLike,
  type HostValue,
  host,
  integers,
  type OnnxValue,
  toHost,
  toTensor,
} from '../value.js';
import { given, type OnnxOp } from './op.js';

/** Whether axes are those of the places of images, [N, C, H, W]. */
const isPlaces = (axes: readonly number[]): boolean =>
  axes.length === 2 && [2, 3].every((place) => axes.includes(place) || axes.includes(place - 4));

/** What the engine reduces by. */
type Reduce = (x: tf.Tensor, axes: number[], keep: boolean) => tf.Tensor;

/** Reduces along axes on the engine; the places of an image leave its channels where they are. */
function reduceAlong(value: OnnxValue, axes: number[], keep: boolean, reduce: Reduce): OnnxValue {
  if (value.kind === 'device' && value.channelsLast && keep && isPlaces(axes)) {
    const tensor = reduce(value.tensor, [1, 2], true);
    return { ...value, shape: [value.shape[0], value.shape[1], 1, 1], tensor };
  }
  return device(reduce(toTensor(value), axes, keep));
}

/** Reduces along the axes of a node, an input or an attribute; along all where there are none. */
function reduction(reduce: Reduce): OnnxOp {
  return (inputs, attributes) => {
    const value = given(inputs, 0);
    const axes = inputs[1] === undefined ? attributes.list('axes') : integers(inputs[1]);
    const all = value.shape.map((_, d) => d);
    if (axes?.length === 0 && attributes.number('noop_with_empty_axes', 0) === 1)
      return device(tf.clone(toTensor(value)));
    const chosen = axes === undefined || axes.length === 0 ? all : axes;
    return reduceAlong(value, chosen, attributes.number('keepdims', 1) === 1, reduce);
  };
}

/** Reduces every place of a channel to one number: [N, C, …] to [N, C, 1, …]. */
function globalPool(reduce: Reduce): OnnxOp {
  return (inputs) => {
    const value = given(inputs, 0);
    const places = value.shape.flatMap((_, d) => (d >= 2 ? [d] : []));
    return reduceAlong(value, places, true, reduce);
  };
}

const maximum: Reduce = (x, axes, keep) => tf.max(x, axes, keep);
const mean: Reduce = (x, axes, keep) => tf.mean(x, axes, keep);

/** Calls `use` with the numbers of each row along an axis, and the place of its first number. */
function eachRow(
  value: HostValue,
  axis: number,
  use: (row: Float64Array, first: number, step: number) => void,
): void {
  const step = elements(value.shape.slice(axis + 1));
  const length = value.shape[axis];
  const row = new Float64Array(length);
  for (let outer = 0; outer < elements(value.shape.slice(0, axis)); outer++)
    for (let inner = 0; inner < step; inner++) {
      const first = outer * length * step + inner;
      for (let i = 0; i < length; i++) row[i] = value.values[first + i * step];
      use(row, first, step);
    }
}

/** `ArgMax`: the first of the largest. */
const argMax: OnnxOp = (inputs, attributes) => {
  const value = toHost(given(inputs, 0));
  if (attributes.number('select_last_index', 0) !== 0) throw new Error('the last of the largest');
  const axis = axisOf(attributes.number('axis', 0), value.shape.length);
  const keep = attributes.number('keepdims', 1) === 1;
  const shape = value.shape.flatMap((size, d) => (d !== axis ? [size] : keep ? [1] : []));
  const values = new Float64Array(elements(shape));
  let at = 0;
  eachRow(value, axis, (row) => {
    let best = 0;
    for (let i = 1; i < row.length; i++) if (row[i] > row[best]) best = i;
    values[at++] = best;
  });
  return host('int', shape, values);
};

/** `Softmax` along one axis, as from version 13 of the operations on. */
const softmax: OnnxOp = (inputs, attributes) => {
  const own = given(inputs, 0);
  const axis = axisOf(attributes.number('axis', -1), own.shape.length);
  if (own.kind === 'device' && axis === own.shape.length - 1) return device(tf.softmax(toTensor(own)));
  const value = toHost(own);
  const values = emptyLike('float', value.values.length, value);
  eachRow(value, axis, (row, first, step) => {
    const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const powers = row.map((x) => Math.exp(x - largest));
    const sum = powers.reduce((a, b) => a + b, 0);
    for (let i = 0; i < row.length; i++) values[first + i * step] = powers[i] / sum;
  });
  return host('float', value.shape, values);
};

export const reduceOps = {
  ReduceMax: reduction(maximum),
  ReduceMin: reduction((x, axes, keep) => tf.min(x, axes, keep)),
  ReduceMean: reduction(mean),
  ReduceSum: reduction((x, axes, keep) => tf.sum(x, axes, keep)),
  ReduceL2: reduction((x, axes, keep) => tf.sqrt(tf.sum(tf.square(x), axes, keep))),
  GlobalAveragePool: globalPool(mean),
  GlobalMaxPool: globalPool(maximum),
  ArgMax: argMax,
  Softmax: softmax,
};
