/** 2D convolution, computed with its gradients in the way that is fast on the processor at hand. */
import * as tf from '@tensorflow/tfjs-core';
import { hasKernels, matrixProduct, productsPay, runNative, withGradient } from './native.js';
import { type ConvolutionSizes, winograd, winogradFilter, winogradInput, winogradPays } from './winograd.js';

/** Most taps of a kernel, height times width, of which the gradient is made of one product each. */
const MOST_TAPS = 9;

/**
 * A convolution, as `tf.conv2d`.
 *
 * @param x - [batch, height, width, inputs]
 * @param kernel - [height, width, inputs, outputs]
 * @param padding - `same` adds zeros on all sides, `valid` none
 * @param strides - over height and width. Default: [1, 1]
 * @returns [batch, rows, columns, outputs]
 */
export function conv2d(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  padding: 'same' | 'valid',
  strides: [number, number] = [1, 1],
): tf.Tensor4D {
  const sizes = { map: x.shape, kernel: kernel.shape, padding, strides };
  const isWinograd = winogradPays(sizes);
  if (!isWinograd && !areProducts(kernel.shape)) return tf.conv2d(x, kernel, strides, padding);
  return withGradient([x, kernel], ([image, weights], save) => {
    save([image, weights]);
    return {
      value: isWinograd
        ? winograd(image, weights, sizes)
        : tf.conv2d(image as tf.Tensor4D, weights as tf.Tensor4D, strides, padding),
      gradFunc: (dy, [savedInput, savedKernel]) => [
        isWinograd ? winogradInput(dy, savedKernel, sizes) : inputGradient(dy, savedKernel, sizes),
        filterGradient(savedInput, dy, savedKernel.shape, padding, strides),
      ],
    };
  });
}

/** Gradient of a convolution with respect to what was convolved, by oneDNN; outside of the gradient tape. */
export const inputGradient = (
  dy: tf.Tensor,
  filter: tf.Tensor,
  { map, padding, strides }: ConvolutionSizes,
): tf.Tensor =>
  tf
    .engine()
    .runKernel(
      'Conv2DBackpropInput',
      { dy, filter },
      { strides: [...strides], pad: padding, dataFormat: 'NHWC', inputShape: [...map] },
    ) as tf.Tensor;

/**
 * Gradient of a convolution with respect to its kernel, outside of the gradient tape.
 *
 * @param x - what was convolved, [batch, height, width, inputs]
 * @param dy - the output's gradient
 * @param shape - the kernel's shape
 * @param padding - the convolution's
 * @param strides - the convolution's, over height and width. Default: [1, 1]
 * @returns that shape
 */
export function filterGradient(
  x: tf.Tensor,
  dy: tf.Tensor,
  shape: number[],
  padding: 'same' | 'valid',
  strides: [number, number] = [1, 1],
): tf.Tensor {
  const sizes = { map: x.shape, kernel: shape, padding, strides };
  if (winogradPays(sizes)) return winogradFilter(x, dy, sizes);
  if (areProducts(shape))
    return tf.tidy(() => {
      const products =
        shape[2] === 1 ? productsOfImage : shape[0] * shape[1] > 1 ? productsOfTaps : productOfAll;
      return tf.reshape(
        products({ x: x as tf.Tensor4D, dy: dy as tf.Tensor4D, shape, padding, strides }),
        shape,
      );
    });
  const attributes = { strides, pad: padding, dataFormat: 'NHWC', filterShape: shape };
  return tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, attributes) as tf.Tensor;
}

const areProducts = ([height, width]: number[]): boolean =>
  hasKernels() && productsPay() && height * width <= MOST_TAPS;

/** A convolution whose kernel's gradient is wanted. */
interface Convolved {
  x: tf.Tensor4D;
  dy: tf.Tensor4D;
  /** The kernel's. */
  shape: number[];
  padding: 'same' | 'valid';
  strides: [number, number];
}

/** Zeros before and after height and width, as TensorFlow's padding adds them for an output of dy's size. */
const zerosAround = ({ x, dy, shape, padding, strides }: Convolved): [number, number][] =>
  [0, 1].map((i) => {
    const total = (dy.shape[i + 1] - 1) * strides[i] + shape[i] - x.shape[i + 1];
    const zeros = padding === 'same' ? Math.max(0, total) : 0;
    return [Math.floor(zeros / 2), Math.ceil(zeros / 2)];
  });

/** A map with zeros around its height and width. */
const padded = (x: tf.Tensor4D, around: [number, number][]): tf.Tensor4D =>
  around.flat().some((zeros) => zeros > 0) ? tf.pad(x, [[0, 0], ...around, [0, 0]]) : x;

const tapsOf = ([height, width]: number[]): number[][] =>
  Array.from({ length: height * width }, (_, i) => [Math.floor(i / width), i % width]);

/** The part of x that one tap is multiplied with, [batch, rows, columns, inputs]. */
function seenBy([i, j]: number[], x: tf.Tensor4D, { dy, strides }: Convolved): tf.Tensor {
  const [batch, rows, columns] = dy.shape;
  const ends = [i + (rows - 1) * strides[0] + 1, j + (columns - 1) * strides[1] + 1];
  return tf.stridedSlice(x, [0, i, j, 0], [batch, ...ends, x.shape[3]], [1, ...strides, 1]);
}

/** Of a kernel of one channel: the taps' images lie side by side in one matrix. */
function productsOfImage(of: Convolved): tf.Tensor {
  const { x, dy, shape } = of;
  const image = padded(x, zerosAround(of));
  const images = tf.concat(
    tapsOf(shape).map((tap) => seenBy(tap, image, of)),
    3,
  );
  return matrixProduct(tf.reshape(images, [-1, shape[0] * shape[1]]), tf.reshape(dy, [-1, dy.shape[3]]), 'a');
}

/** Of a kernel of one tap. */
const productOfAll = (of: Convolved): tf.Tensor =>
  matrixProduct(
    tf.reshape(seenBy([0, 0], of.x, of), [-1, of.shape[2]]),
    tf.reshape(of.dy, [-1, of.dy.shape[3]]),
    'a',
  );

/**
 * dW of each tap is a product of x, moved by the tap, and dy, over all places. With zeros behind its rows and columns, dy lies
 * as x does, place by place, so that x moved by a tap is x from a later place on: no copy, where TensorFlow finds it
 * aligned. With strides, x is divided into the places that lie so far apart, before.
 */
function productsOfTaps(of: Convolved): tf.Tensor {
  const { x, dy, shape, strides } = of;
  const [batch, rows, columns, outputs] = dy.shape;
  const around = zerosAround(of).map(([before, after], i): [number, number] => {
    const rest = (x.shape[i + 1] + before + after) % strides[i];
    return [before, after + (rest > 0 ? strides[i] - rest : 0)];
  });
  const phases =
    strides[0] * strides[1] > 1
      ? runNative<tf.Tensor4D>(
          'SpaceToBatchND',
          [],
          [x, tf.tensor1d(strides, 'int32'), tf.tensor2d(around, [2, 2], 'int32')],
        )
      : padded(x, around);
  const [, height, width, inputs] = phases.shape;
  const gradients = padded(dy, [
    [0, height - rows],
    [0, width - columns],
  ]);
  const places = tf.reshape(phases, [-1, inputs]);
  const last = Math.floor((shape[0] - 1) / strides[0]) * width + Math.floor((shape[1] - 1) / strides[1]);
  const count = batch * height * width - last;
  const ofDy = tf.slice(tf.reshape(gradients, [-1, outputs]), [0, 0], [count, -1]);
  const kernel = tapsOf(shape).map(([i, j]) => {
    const phase = (i % strides[0]) * strides[1] + (j % strides[1]);
    const from =
      phase * batch * height * width + Math.floor(i / strides[0]) * width + Math.floor(j / strides[1]);
    return tf.tidy(() => matrixProduct(tf.slice(places, [from, 0], [count, -1]), ofDy, 'a'));
  });
  return tf.stack(kernel);
}
