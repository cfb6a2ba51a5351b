/** Layers of networks: products with a bias, normalisation and pooling, on the engine. */
import * as tf from '@tensorflow/tfjs-core';
import {
  axisOf,
  type DeviceValue,
  device,
  type OnnxValue,
  toChannelsLast,
  toHost,
  toTensor,
} from '../value.js';
import { elementwiseOps } from './elementwise.js';
import { type Attributes, given, type OnnxOp } from './op.js';
import { padsOf } from './padding.js';

/** `Gemm`: alpha A B + beta C, with A and B transposed or not. */
const gemm: OnnxOp = (inputs, attributes) => {
  const [a, b] = [given(inputs, 0), given(inputs, 1)].map((value) => toTensor(value) as tf.Tensor2D);
  const isSet = (name: string): boolean => attributes.number(name, 0) !== 0;
  const product = tf.matMul(a, b, isSet('transA'), isSet('transB'));
  const [alpha, beta] = [attributes.number('alpha', 1), attributes.number('beta', 1)];
  const scaled = alpha === 1 ? product : tf.mul(product, alpha);
  if (inputs[2] === undefined || beta === 0) return device(scaled);
  const bias = toTensor(inputs[2]);
  return device(tf.add(scaled, beta === 1 ? bias : tf.mul(bias, beta)));
};

/** A value of four dimensions as the engine's images, of three as images of one row. */
function asImages(value: OnnxValue): { images: tf.Tensor4D; isLine: boolean } {
  if (value.shape.length === 4) return { images: toChannelsLast(value), isLine: false };
  if (value.shape.length !== 3) throw new Error(`${value.shape.length} dimensions`);
  const [batch, channels, length] = value.shape;
  const last = tf.transpose(toTensor(value), [0, 2, 1]);
  return { images: tf.reshape(last, [batch, 1, length, channels]), isLine: true };
}

/** Images as a value of the dimensions that they came from. */
function fromImages(images: tf.Tensor4D, isLine: boolean): DeviceValue {
  const [batch, height, width, channels] = images.shape;
  if (isLine) return device(tf.transpose(tf.reshape(images, [batch, width, channels]), [0, 2, 1]));
  const shape = [batch, channels, height, width];
  return { kind: 'device', type: 'float', shape, channelsLast: true, tensor: images };
}

/** `BatchNormalization` by stored statistics. */
const batchNormalization: OnnxOp = (inputs, attributes) => {
  const value = given(inputs, 0);
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map((i) => toTensor(given(inputs, i)));
  if (attributes.number('training_mode', 0) !== 0) throw new Error('the statistics of the batch');
  const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, attributes.number('epsilon', 1e-5))));
  const offset = tf.sub(shift, tf.mul(mean, factor));
  if (value.shape.length === 2) return device(tf.add(tf.mul(toTensor(value), factor), offset));
  const { images, isLine } = asImages(value);
  return fromImages(tf.add(tf.mul(images, factor), offset), isLine);
};

/** `LayerNormalization` over the dimensions from an axis on. */
const layerNormalization: OnnxOp = (inputs, attributes) => {
  const x = toTensor(given(inputs, 0));
  const first = axisOf(attributes.number('axis', -1), x.rank);
  const axes = x.shape.flatMap((_, d) => (d >= first ? [d] : []));
  const { mean, variance } = tf.moments(x, axes, true);
  const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, attributes.number('epsilon', 1e-5))));
  const scaled = tf.mul(normal, toTensor(given(inputs, 1)));
  return device(inputs[2] === undefined ? scaled : tf.add(scaled, toTensor(inputs[2])));
};

/** `InstanceNormalization`: every channel of every example, over its places. */
const instanceNormalization: OnnxOp = (inputs, attributes) => {
  const x = toTensor(given(inputs, 0));
  const channels: number[] = x.shape.map((size, d) => (d === 1 ? size : 1));
  const [scale, shift] = [1, 2].map((i) => tf.reshape(toTensor(given(inputs, i)), channels));
  const places = x.shape.flatMap((_, d) => (d >= 2 ? [d] : []));
  const { mean, variance } = tf.moments(x, places, true);
  const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, attributes.number('epsilon', 1e-5))));
  return device(tf.add(tf.mul(tf.sub(x, mean), factor), shift));
};

/** A number that is smaller than every other of a maximum. */
const LEAST = -3.4028234663852886e38;

interface Window {
  kernel: [number, number];
  strides: [number, number];
  /** Above, below, left, right. */
  pads: [number, number, number, number];
}

/** Window of a pooling over images of some size, with the padding that rounding up adds at the end. */
function windowOf(attributes: Attributes, { shape }: tf.Tensor4D, isLine: boolean): Window {
  const kernel = attributes.list('kernel_shape') ?? [];
  if (kernel.length !== (isLine ? 1 : 2)) throw new Error(`a window of ${kernel.length} dimensions`);
  if ((attributes.list('dilations') ?? []).some((size) => size !== 1)) throw new Error('dilated windows');
  const strides = attributes.list('strides') ?? kernel.map(() => 1);
  const sizes = isLine ? [shape[2]] : [shape[1], shape[2]];
  const dilations = kernel.map(() => 1);
  const pads = padsOf(attributes, { kernel, strides, dilations }, sizes);
  if (attributes.number('ceil_mode', 0) !== 0)
    sizes.forEach((size, d) => {
      const end = kernel.length + d;
      const steps = Math.ceil((size + pads[d] + pads[end] - kernel[d]) / strides[d]);
      // A window that would begin in the padding after the end is left out.
      const last = steps * strides[d] >= size + pads[d] ? steps - 1 : steps;
      pads[end] = Math.max(pads[end], last * strides[d] + kernel[d] - size - pads[d]);
    });
  if (isLine) return { kernel: [1, kernel[0]], strides: [1, strides[0]], pads: [0, 0, pads[0], pads[1]] };
  return {
    kernel: [kernel[0], kernel[1]],
    strides: [strides[0], strides[1]],
    pads: [pads[0], pads[2], pads[1], pads[3]],
  };
}

const padded = (
  images: tf.Tensor4D,
  { pads: [top, bottom, left, right] }: Window,
  value: number,
): tf.Tensor4D =>
  top + bottom + left + right === 0
    ? images
    : tf.pad(
        images,
        [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ],
        value,
      );

const maxPool: OnnxOp = (inputs, attributes) => {
  const { images, isLine } = asImages(given(inputs, 0));
  const window = windowOf(attributes, images, isLine);
  return fromImages(
    tf.maxPool(padded(images, window, LEAST), window.kernel, window.strides, 'valid'),
    isLine,
  );
};

const averagePool: OnnxOp = (inputs, attributes) => {
  const { images, isLine } = asImages(given(inputs, 0));
  const window = windowOf(attributes, images, isLine);
  const pool = (x: tf.Tensor4D): tf.Tensor4D =>
    tf.avgPool(padded(x, window, 0), window.kernel, window.strides, 'valid');
  const isPadded = window.pads.some((size) => size > 0);
  if (!isPadded) return fromImages(pool(images), isLine);
  if (attributes.number('count_include_pad', 0) !== 0 && attributes.number('ceil_mode', 0) === 0)
    return fromImages(pool(images), isLine);
  if (attributes.number('count_include_pad', 0) !== 0) throw new Error('padding that counts, rounded up');
  // The share of each window that is not padding.
  const [, height, width] = images.shape;
  return fromImages(tf.div(pool(images), pool(tf.ones([1, height, width, 1]))), isLine);
};

/** `Dropout`, which changes nothing where a network predicts. */
const dropout: OnnxOp = (inputs, attributes, outputs) => {
  const isTraining = inputs[2] !== undefined && toHost(inputs[2]).values[0] !== 0;
  if (isTraining) throw new Error('training');
  return elementwiseOps.Identity(inputs.slice(0, 1), attributes, outputs);
};

export const layerOps = {
  Gemm: gemm,
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  InstanceNormalization: instanceNormalization,
  MaxPool: maxPool,
  AveragePool: averagePool,
  Dropout: dropout,
};
