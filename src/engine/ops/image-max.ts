/** A convolution of an image of one channel of which only the maximum over the width is wanted: the front end of Musicnn. */
import * as tf from '@tensorflow/tfjs-core';
import { filterGradient, inputGradient } from './conv.js';
import { channelPanel, hasKernels, runOwn, withGradient } from './native.js';

/** Taps of a kernel from which on dividing it into groups of three in each direction pays. */
const LEAST_TAPS = 24;

/**
 * Whether our own kernel computes it, and is faster than a convolution and its pooling.
 *
 * @param kernel - shape of the kernel, [height, width, 1, outputs]
 * @param padding - `same` for kernels of one column only
 */
export const imageMaxPays = (
  [height, width, , outputs]: readonly number[],
  padding: 'same' | 'valid',
): boolean =>
  hasKernels() &&
  channelPanel() > 0 &&
  (padding === 'valid' || width === 1) &&
  height * width >= LEAST_TAPS &&
  height >= 3 &&
  width !== 2 &&
  outputs >= channelPanel() / 2;

/**
 * The greatest value over the columns of a convolution, where `imageMaxPays`. Its gradient is that of the convolution and its
 * maximum.
 *
 * @param x - [batch, height, width, 1]
 * @param kernel - [height, width, 1, outputs]
 * @param padding - `valid`; `same` adds zeros above and below, for kernels of one column only
 * @returns [batch, rows, 1, outputs]
 */
export function imageMax(x: tf.Tensor4D, kernel: tf.Tensor4D, padding: 'same' | 'valid'): tf.Tensor4D {
  const [height] = kernel.shape;
  const zeros = padding === 'same' ? height - 1 : 0;
  const attributes = { above: Math.floor(zeros / 2), below: Math.ceil(zeros / 2) };
  return withGradient([x, kernel], ([image, weights], save) => {
    save([image, weights]);
    return {
      value: runOwn('PolytagImageMax', attributes, [image, weights], 1)[0],
      gradFunc: (dy, [savedImage, savedKernel]) => {
        const maps = tf.conv2d(savedImage as tf.Tensor4D, savedKernel as tf.Tensor4D, 1, padding);
        const chosen = tf.mul(dy, tf.cast(tf.equal(maps, tf.max(maps, 2, true)), 'float32'));
        const sizes = { map: savedImage.shape, kernel: savedKernel.shape, padding, strides: [1, 1] as const };
        return [
          inputGradient(chosen, savedKernel, sizes),
          filterGradient(savedImage, chosen, savedKernel.shape, padding),
        ];
      },
    };
  });
}
