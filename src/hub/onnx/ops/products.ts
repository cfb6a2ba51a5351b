/** Products of matrices and convolutions, on the engine. */
import * as tf from '@tensorflow/tfjs-core';
import { elements } from '../read-model.js';
import { device, type OnnxValue, toChannelsLast, toTensor } from '../value.js';
import { type Attributes, given, type OnnxOp } from './op.js';
import { padsOf } from './padding.js';

/**
 * `MatMul`. Where one side is a single matrix, the other's matrices are multiplied at once as one: WebAssembly has a fast
 * kernel for two matrices only.
 */
const matMul: OnnxOp = (inputs) => {
  const [a, b] = [given(inputs, 0), given(inputs, 1)];
  if (a.shape.length < 2 || b.shape.length < 2) throw new Error('a vector among its operands');
  const [left, right] = [toTensor(a), toTensor(b)];
  const rows = a.shape.at(-2)!;
  const [inner, columns] = [b.shape.at(-2)!, b.shape.at(-1)!];
  if (a.shape.at(-1) !== inner)
    throw new Error(`shapes that do not fit: [${a.shape.join(', ')}] and [${b.shape.join(', ')}]`);
  if (b.shape.length === 2) {
    const flat = tf.reshape(left, [elements(a.shape) / inner, inner]);
    return device(tf.reshape(tf.matMul(flat, right), [...a.shape.slice(0, -1), columns]));
  }
  if (a.shape.length === 2) {
    const count = elements(b.shape.slice(0, -2));
    // [n, k, p] to [k, n p], and the product [m, n p] to [n, m, p].
    const flat = tf.reshape(tf.transpose(tf.reshape(right, [count, inner, columns]), [1, 0, 2]), [inner, -1]);
    const product = tf.transpose(tf.reshape(tf.matMul(left, flat), [rows, count, columns]), [1, 0, 2]);
    return device(tf.reshape(product, [...b.shape.slice(0, -2), rows, columns]));
  }
  return device(tf.matMul(left, right));
};

/** Whether padding is what the engine calls "same" for strides of 1. */
const isSame = (kernel: readonly number[], dilations: readonly number[], pads: readonly number[]): boolean =>
  kernel.every((size, d) => {
    const total = dilations[d] * (size - 1);
    return pads[d] === Math.floor(total / 2) && pads[kernel.length + d] === Math.ceil(total / 2);
  });

/** Strides, dilations and padding of a convolution, for as many dimensions as its kernel has. */
function geometry(attributes: Attributes, kernel: number[], sizes: number[]) {
  const ones = kernel.map(() => 1);
  const strides = attributes.list('strides') ?? ones;
  const dilations = attributes.list('dilations') ?? ones;
  return { strides, dilations, pads: padsOf(attributes, { kernel, strides, dilations }, sizes) };
}

/** What a convolution ends with, by the names of the operations that it stands for. */
const ACTIVATIONS = { '': 'linear', Relu: 'relu' } as const;

function activationOf(attributes: Attributes): 'linear' | 'relu' {
  const name = attributes.text('activation', '');
  if (!Object.hasOwn(ACTIVATIONS, name)) throw new Error(`the activation ${name}`);
  return ACTIVATIONS[name as keyof typeof ACTIVATIONS];
}

interface Convolution {
  groups: number;
  strides: [number, number];
  dilations: [number, number];
  pad: 'same' | 'valid';
  bias: tf.Tensor1D | undefined;
  activation: 'linear' | 'relu';
}

/**
 * A convolution of images with weights [filters, channels of a group, height, width]: of one channel each by the engine's
 * own operation, where it has one for the strides; other groups one by one.
 */
function convolution(x: tf.Tensor4D, weights: tf.Tensor4D, options: Convolution): tf.Tensor4D {
  const { groups, strides, dilations, pad, bias, activation } = options;
  const [filters, channels, height, width] = weights.shape;
  if (groups === 1)
    return tf.fused.conv2d({
      ...{ x, strides, pad, dilations, bias, activation },
      filter: tf.transpose(weights, [2, 3, 1, 0]) as tf.Tensor4D,
    }) as tf.Tensor4D;
  // The engines give even steps only, and none between the points of a kernel together with steps.
  const isEven = strides[0] === strides[1] && (strides[0] === 1 || dilations.every((size) => size === 1));
  if (channels === 1 && isEven) {
    const ofChannels = tf.reshape(weights, [groups, filters / groups, height, width]);
    return tf.fused.depthwiseConv2d({
      ...{ x, strides, pad, dilations, bias, activation },
      filter: tf.transpose(ofChannels, [2, 3, 0, 1]) as tf.Tensor4D,
    }) as tf.Tensor4D;
  }
  const images = tf.split(x, groups, 3);
  const kernels = tf.split(weights, groups, 0);
  const biases = bias && tf.split(bias, groups);
  return tf.concat(
    images.map((image, i) => {
      const own = biases && (biases[i] as tf.Tensor1D);
      return convolution(image as tf.Tensor4D, kernels[i] as tf.Tensor4D, {
        ...options,
        groups: 1,
        bias: own,
      });
    }),
    3,
  );
}

/** `Conv` in one or two dimensions, with or without groups of channels. */
const conv: OnnxOp = (inputs, attributes) => {
  const [value, weights] = [given(inputs, 0), given(inputs, 1)];
  const [filters, channels, ...kernel] = weights.shape;
  if (kernel.length !== 1 && kernel.length !== 2) throw new Error(`${kernel.length} dimensions`);
  const groups = attributes.number('group', 1);
  if (value.shape[1] !== channels * groups)
    throw new Error(`${value.shape[1]} channels, and weights for ${channels * groups}`);
  const { strides, dilations, pads } = geometry(attributes, kernel, value.shape.slice(2));
  const isLine = kernel.length === 1;
  const image = isLine ? asImage(value) : toChannelsLast(value);
  const plane = <T>(one: T, sizes: T[]): [T, T] => (isLine ? [one, sizes[0]] : [sizes[0], sizes[1]]);
  const same = strides.every((stride) => stride === 1) && isSame(kernel, dilations, pads);
  const [top, left] = plane(0, pads.slice(0, kernel.length));
  const [bottom, right] = plane(0, pads.slice(kernel.length));
  const padded = same || pads.every((amount) => amount === 0);
  const x = padded
    ? image
    : tf.pad(image, [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ]);
  const tensor = convolution(
    x,
    tf.reshape(toTensor(weights), [filters, channels, ...plane(1, kernel)]) as tf.Tensor4D,
    {
      ...{ groups, strides: plane(1, strides), dilations: plane(1, dilations), pad: same ? 'same' : 'valid' },
      bias: inputs[2] === undefined ? undefined : (toTensor(inputs[2]) as tf.Tensor1D),
      activation: activationOf(attributes),
    },
  );
  const [batch, height, width] = tensor.shape;
  if (isLine) return device(tf.transpose(tf.reshape(tensor, [batch, width, filters]), [0, 2, 1]));
  return {
    kind: 'device',
    type: 'float',
    shape: [batch, filters, height, width],
    channelsLast: true,
    tensor,
  };
};

/** A value of one dimension with channels, [N, C, L], as an image of one row with its channels last. */
function asImage(value: OnnxValue): tf.Tensor4D {
  const [batch, channels, length] = value.shape;
  return tf.reshape(tf.transpose(toTensor(value), [0, 2, 1]), [batch, 1, length, channels]);
}

export const productOps = { MatMul: matMul, Conv: conv };
