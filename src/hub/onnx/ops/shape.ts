/** Operations that move numbers and do not compute with them. */
import * as tf from '@tensorflow/tfjs-core';
import { elements } from '../read-model.js';
import {
  axisOf,
  device,
  eachIndex,
  emptyLike,
  type HostValue,
  host,
  integers,
  type OnnxValue,
  stridesOf,
  toHost,
  toTensor,
} from '../value.js';
import { given, type OnnxOp } from './op.js';

/** The same numbers in another shape. */
function reshaped(value: OnnxValue, shape: number[]): OnnxValue {
  if (elements(shape) !== elements(value.shape))
    throw new Error(`[${value.shape.join(', ')}] does not fit into [${shape.join(', ')}]`);
  return value.kind === 'host' ? { ...value, shape } : device(tf.reshape(toTensor(value), shape));
}

/** Axes of an input, or of an attribute as older files have them. */
const axesOf = (
  inputs: readonly (OnnxValue | undefined)[],
  listed: number[] | undefined,
): number[] | undefined => (inputs[1] === undefined ? listed : integers(inputs[1]));

const shapeOp: OnnxOp = (inputs) => {
  const { shape } = given(inputs, 0);
  return host('int', [shape.length], Float64Array.from(shape));
};

const reshape: OnnxOp = (inputs) => {
  const value = given(inputs, 0);
  const wanted = integers(given(inputs, 1)).map((size, d) => (size === 0 ? value.shape[d] : size));
  const known = wanted.reduce((product, size) => (size === -1 ? product : product * size), 1);
  return reshaped(
    value,
    wanted.map((size) => (size === -1 ? elements(value.shape) / known : size)),
  );
};

const unsqueeze: OnnxOp = (inputs, attributes) => {
  const value = given(inputs, 0);
  const axes = axesOf(inputs, attributes.list('axes')) ?? [];
  const rank = value.shape.length + axes.length;
  const added = new Set(axes.map((axis) => axisOf(axis, rank)));
  const sizes = [...value.shape];
  return reshaped(
    value,
    Array.from({ length: rank }, (_, d) => (added.has(d) ? 1 : sizes.shift()!)),
  );
};

const squeeze: OnnxOp = (inputs, attributes) => {
  const value = given(inputs, 0);
  const axes = axesOf(inputs, attributes.list('axes'))?.map((axis) => axisOf(axis, value.shape.length));
  return reshaped(
    value,
    value.shape.filter((size, d) => (axes ? !axes.includes(d) : size !== 1)),
  );
};

/** Orders that bring channels from the end to the front of the places, and back. */
const TO_FRONT = '0,3,1,2';
const TO_END = '0,2,3,1';

/** `Transpose`; where it only moves the channels of an image, no number is moved. */
const transpose: OnnxOp = (inputs, attributes) => {
  const value = given(inputs, 0);
  const order = attributes.list('perm') ?? value.shape.map((_, d) => value.shape.length - 1 - d);
  if (value.kind === 'device' && order.join() === (value.channelsLast ? TO_END : TO_FRONT)) {
    const shape = order.map((d) => value.shape[d]);
    return { ...value, shape, channelsLast: !value.channelsLast, tensor: tf.clone(value.tensor) };
  }
  return device(tf.transpose(toTensor(value), order));
};

/** Tensors one behind the other; single numbers are put side by side by a transposition, since the engines copy runs. */
function concatTensors(parts: tf.Tensor[], axis: number): tf.Tensor {
  const { shape, rank, size } = parts[0];
  const areSingle = axis === rank - 1 && parts.every((part) => part.shape[axis] === 1);
  if (!areSingle || size === 1) return tf.concat(parts, axis);
  const rows = tf.concat(parts.map((part) => tf.reshape(part, [1, size])));
  return tf.reshape(tf.transpose(rows), [...shape.slice(0, -1), parts.length]);
}

const concat: OnnxOp = (inputs, attributes) => {
  const parts = inputs.map((_, i) => given(inputs, i));
  const axis = axisOf(attributes.number('axis', 0), parts[0].shape.length);
  const areLists = parts.every((part): part is HostValue => part.kind === 'host' && part.shape.length === 1);
  if (!areLists) return device(concatTensors(parts.map(toTensor), axis));
  const count = parts.reduce((sum, { shape }) => sum + shape[0], 0);
  const values = emptyLike(parts[0].type, count, ...parts);
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.shape[0];
  }
  return host(parts[0].type, [count], values);
};

/** `Slice` with steps of 1. */
const slice: OnnxOp = (inputs) => {
  const value = given(inputs, 0);
  const [starts, ends] = [integers(given(inputs, 1)), integers(given(inputs, 2))];
  const axes = inputs[3] === undefined ? starts.map((_, i) => i) : integers(inputs[3]);
  if (inputs[4] !== undefined && integers(inputs[4]).some((step) => step !== 1))
    throw new Error('steps other than 1');
  const begin = value.shape.map(() => 0);
  const size = [...value.shape];
  axes.forEach((given_, i) => {
    const axis = axisOf(given_, value.shape.length);
    const length = value.shape[axis];
    const within = (at: number): number => Math.min(length, Math.max(0, at < 0 ? at + length : at));
    begin[axis] = within(starts[i]);
    size[axis] = Math.max(0, within(ends[i]) - begin[axis]);
  });
  return device(tf.reshape(sliceRuns(toTensor(value), begin, size), size));
};

/** A part of a tensor, in which axes that are taken whole are one with the axis before: the engines copy runs of the last. */
function sliceRuns(tensor: tf.Tensor, begin: number[], size: number[]): tf.Tensor {
  const shape: number[] = [];
  const [from, count]: number[][] = [[], []];
  for (const [d, length] of tensor.shape.entries()) {
    const isWhole = shape.length > 0 && begin[d] === 0 && size[d] === length;
    const last = shape.length - 1;
    if (isWhole) {
      shape[last] *= length;
      from[last] *= length;
      count[last] *= length;
    } else {
      shape.push(length);
      from.push(begin[d]);
      count.push(size[d]);
    }
  }
  return tf.slice(tf.reshape(tensor, shape), from, count);
}

/** `Pad` with a constant, or with the mirrored value without its edge. */
const pad: OnnxOp = (inputs, attributes) => {
  const value = given(inputs, 0);
  const mode = attributes.text('mode', 'constant');
  if (mode !== 'constant' && mode !== 'reflect') throw new Error(`padding of the mode ${mode}`);
  const amounts = integers(given(inputs, 1));
  const rank = value.shape.length;
  if (amounts.length !== 2 * rank || amounts.some((amount) => amount < 0))
    throw new Error(`${amounts.length} amounts of padding for ${rank} dimensions`);
  const fill = inputs[2] === undefined ? 0 : toHost(inputs[2]).values[0];
  const widths = value.shape.map((_, d): [number, number] => [amounts[d], amounts[rank + d]]);
  if (mode === 'reflect') return device(tf.mirrorPad(toTensor(value), widths, 'reflect'));
  if (value.kind === 'device') return device(tf.pad(toTensor(value), widths, fill));
  const shape = value.shape.map((size, d) => size + widths[d][0] + widths[d][1]);
  const values = emptyLike(value.type, elements(shape), value).fill(fill);
  const strides = stridesOf(shape);
  eachIndex(value.shape, (index, at) => {
    values[index.reduce((sum, place, d) => sum + (place + widths[d][0]) * strides[d], 0)] = value.values[at];
  });
  return host(value.type, shape, values);
};

/** `Gather`: whole slices of a value by their indices along an axis. */
const gather: OnnxOp = (inputs, attributes) => {
  const [value, indices] = [toHost(given(inputs, 0)), toHost(given(inputs, 1))];
  const axis = axisOf(attributes.number('axis', 0), value.shape.length);
  const [outer, inner] = [elements(value.shape.slice(0, axis)), elements(value.shape.slice(axis + 1))];
  const length = value.shape[axis];
  const shape = [...value.shape.slice(0, axis), ...indices.shape, ...value.shape.slice(axis + 1)];
  const values = emptyLike(value.type, elements(shape), value);
  const count = indices.values.length;
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < count; i++) {
      const at = axisOf(indices.values[i], length);
      for (let k = 0; k < inner; k++)
        values[(o * count + i) * inner + k] = value.values[(o * length + at) * inner + k];
    }
  return host(value.type, shape, values);
};

/** `GatherElements`: for each index the element at it along an axis, and at the index's own place along the others. */
const gatherElements: OnnxOp = (inputs, attributes) => {
  const [value, indices] = [toHost(given(inputs, 0)), toHost(given(inputs, 1))];
  const axis = axisOf(attributes.number('axis', 0), value.shape.length);
  const strides = stridesOf(value.shape);
  const values = emptyLike(value.type, indices.values.length, value);
  eachIndex(indices.shape, (index, at) => {
    const place = axisOf(indices.values[at], value.shape[axis]);
    values[at] =
      value.values[index.reduce((sum, own, d) => sum + (d === axis ? place : own) * strides[d], 0)];
  });
  return host(value.type, indices.shape, values);
};

/** `ScatterElements`: a copy in which some elements are replaced. */
const scatterElements: OnnxOp = (inputs, attributes) => {
  const [value, indices, updates] = [0, 1, 2].map((i) => toHost(given(inputs, i)));
  if (attributes.text('reduction', 'none') !== 'none') throw new Error('a reduction');
  const axis = axisOf(attributes.number('axis', 0), value.shape.length);
  const strides = stridesOf(value.shape);
  const values = value.values.slice();
  eachIndex(indices.shape, (index, at) => {
    const place = axisOf(indices.values[at], value.shape[axis]);
    values[index.reduce((sum, own, d) => sum + (d === axis ? place : own) * strides[d], 0)] =
      updates.values[at];
  });
  return host(value.type, value.shape, values);
};

/** `Flatten` to a matrix: dimensions before an axis are its rows. */
const flatten: OnnxOp = (inputs, attributes) => {
  const value = given(inputs, 0);
  const axis = attributes.number('axis', 1);
  const rows = elements(value.shape.slice(0, axis < 0 ? axis + value.shape.length : axis));
  return reshaped(value, [rows, rows === 0 ? 0 : elements(value.shape) / rows]);
};

/** `Expand`: repeated along dimensions of size one, as far as a shape says. */
const expand: OnnxOp = (inputs) => {
  const value = given(inputs, 0);
  const wanted = integers(given(inputs, 1));
  const rank = Math.max(wanted.length, value.shape.length);
  const [own, other] = [value.shape, wanted].map((shape) => [
    ...new Array<number>(rank - shape.length).fill(1),
    ...shape,
  ]);
  const shape = own.map((size, d) => (size === 1 ? other[d] : size));
  if (shape.some((size, d) => other[d] !== 1 && other[d] !== size))
    throw new Error(`[${value.shape.join(', ')}] does not expand to [${wanted.join(', ')}]`);
  const source = toHost(value);
  const values = emptyLike(value.type, elements(shape), source);
  const strides = stridesOf(own).map((stride, d) => (own[d] === 1 ? 0 : stride));
  eachIndex(shape, (index, at) => {
    values[at] = source.values[index.reduce((sum, i, d) => sum + i * strides[d], 0)];
  });
  return host(value.type, shape, values);
};

/** What the engine made of a value, kept where that was. */
const kept = (tensor: tf.Tensor, { kind, type }: OnnxValue): OnnxValue =>
  kind === 'device' ? device(tensor) : toHost({ ...device(tensor), type });

/** `Tile`: repeated along each dimension. */
const tile: OnnxOp = (inputs) => {
  const value = given(inputs, 0);
  const repeats = integers(given(inputs, 1));
  const shape = value.shape.map((size, d) => size * repeats[d]);
  elements(shape);
  const tensor = tf.tile(toTensor(value), repeats);
  return kept(tensor, value);
};

/** `Split` along an axis, into parts of given sizes or as many even ones as the node has outputs. */
const split: OnnxOp = (inputs, attributes, outputs) => {
  const value = given(inputs, 0);
  const axis = axisOf(attributes.number('axis', 0), value.shape.length);
  const sizes = inputs[1] === undefined ? attributes.list('split') : integers(inputs[1]);
  const count = attributes.number('num_outputs', outputs);
  const even = Math.ceil(value.shape[axis] / count);
  const own = sizes ?? Array.from({ length: count }, (_, i) => Math.min(even, value.shape[axis] - i * even));
  const parts = tf.split(toTensor(value), own, axis);
  return parts.map((part) => kept(part, value));
};

export const shapeOps = {
  Shape: shapeOp,
  Reshape: reshape,
  Unsqueeze: unsqueeze,
  Squeeze: squeeze,
  Transpose: transpose,
  Concat: concat,
  Slice: slice,
  Pad: pad,
  Gather: gather,
  GatherElements: gatherElements,
  ScatterElements: scatterElements,
  Flatten: flatten,
  Expand: expand,
  Tile: tile,
  Split: split,
};
