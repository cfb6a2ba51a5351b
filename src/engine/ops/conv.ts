/** 2D convolution whose kernel's gradient is computed in the way that is fast on the processor at hand. */
import * as tf from '@tensorflow/tfjs-core';
import { attribute, hasKernels, productsPay, runNative } from './native.js';

/** Most taps of a kernel, height times width, of which the gradient is made of one product each. */
const MOST_TAPS = 9;

/**
 * A convolution of stride 1, as `tf.conv2d`.
 *
 * @param x - [batch, height, width, inputs]
 * @param kernel - [height, width, inputs, outputs]
 * @param padding - `same` adds zeros on all sides, `valid` none
 * @returns [batch, height, width, outputs]
 */
export function conv2d(x: tf.Tensor4D, kernel: tf.Tensor4D, padding: 'same' | 'valid'): tf.Tensor4D {
  if (!areProducts(kernel.shape)) return tf.conv2d(x, kernel, 1, padding);
  return tf.customGrad((input, filter, save) => {
    const [image, weights] = [input as tf.Tensor4D, filter as tf.Tensor4D];
    (save as unknown as tf.GradSaveFunc)([image, weights]);
    return {
      value: tf.conv2d(image, weights, 1, padding),
      gradFunc: (dy: tf.Tensor, [savedInput, savedKernel]: tf.Tensor[]) => [
        tf
          .engine()
          .runKernel(
            'Conv2DBackpropInput',
            { dy, filter: savedKernel },
            { strides: 1, pad: padding, dataFormat: 'NHWC', inputShape: savedInput.shape },
          ) as tf.Tensor,
        filterGradient(savedInput, dy, savedKernel.shape, padding),
      ],
    };
  })(x, kernel) as tf.Tensor4D;
}

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
  if (areProducts(shape) && strides[0] * strides[1] === 1)
    return tf.tidy(() => byProducts(x as tf.Tensor4D, dy, shape, padding));
  const attributes = { strides, pad: padding, dataFormat: 'NHWC', filterShape: shape };
  return tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, attributes) as tf.Tensor;
}

const areProducts = ([height, width]: number[]): boolean =>
  hasKernels() && productsPay() && height * width <= MOST_TAPS;

/**
 * dW of each tap is a product of x, moved by the tap, and dy, over all places. Where x has one channel, the taps' images
 * lie side by side in one matrix.
 */
function byProducts(
  x: tf.Tensor4D,
  dy: tf.Tensor,
  [height, width, inputs, outputs]: number[],
  padding: 'same' | 'valid',
): tf.Tensor {
  const [batch, rows, columns] = dy.shape;
  const before = [height, width].map((size) => (padding === 'same' ? Math.floor((size - 1) / 2) : 0));
  const padded =
    padding === 'same' && height * width > 1
      ? tf.pad(x, [
          [0, 0],
          [before[0], height - 1 - before[0]],
          [before[1], width - 1 - before[1]],
          [0, 0],
        ])
      : x;
  const taps = Array.from({ length: height * width }, (_, i) => [Math.floor(i / width), i % width]);
  const moved = ([i, j]: number[]): tf.Tensor =>
    tf.slice(padded, [0, i, j, 0], [batch, rows, columns, inputs]);
  const gradients = tf.reshape(dy, [-1, outputs]);
  const product = (values: tf.Tensor): tf.Tensor =>
    runNative(
      'MatMul',
      [
        attribute('transpose_a', 'BOOL', true),
        attribute('transpose_b', 'BOOL', false),
        attribute('T', 'TYPE', 'float32'),
      ],
      [values, gradients],
    );
  const kernel =
    inputs === 1
      ? product(tf.reshape(tf.concat(taps.map(moved), 3), [-1, taps.length]))
      : tf.stack(taps.map((tap) => tf.tidy(() => product(tf.reshape(moved(tap), [-1, inputs])))));
  return tf.reshape(kernel, [height, width, inputs, outputs]);
}
