/** The image of one channel that a network begins with, normalised, and convolutions of it. */
import * as tf from '@tensorflow/tfjs-core';
import { filterGradient } from '../../engine/ops/conv.js';
import { imageMax, imageMaxPays } from '../../engine/ops/image-max.js';
import type { Pooling } from '../../engine/ops/norm-pool-kernel.js';
import type { Parameters } from '../parameters.js';
import { type BatchNormOptions, batchNorm } from './batch-norm.js';
import type { ForwardMode } from './training.js';

/** [batch, height, width, channels] with zeros before the first and after the last row. */
export const padRows = (x: tf.Tensor4D, before: number, after: number): tf.Tensor4D =>
  tf.pad(x, [
    [0, 0],
    [before, after],
    [0, 0],
    [0, 0],
  ]);

/** [batch, height, width, channels] with zeros on both sides of its height and of its width. */
export const padSides = (x: tf.Tensor4D, height: number, width: number): tf.Tensor4D =>
  tf.pad(x, [
    [0, 0],
    [height, height],
    [width, width],
    [0, 0],
  ]);

/**
 * γ x̂ + β, [batch, height, width, 1], where nothing before x̂ is trained. A convolution of it is linear, so the gradients
 * of γ and β follow from the kernel's, and the costly gradient of the convolution with respect to its input is not
 * computed: for y = conv(γ x̂ + β, W), Σ dy conv(x̂, W) = Σ W (dy ∗ x̂), which is dγ, and the same with ones for dβ.
 */
export class InputImage {
  constructor(
    /** γ x̂ + β, with zeros where it was padded. */
    private readonly values: tf.Tensor4D,
    /** In training, what the gradient needs: x̂; ones of one example; γ and β. */
    private readonly trained?: {
      normal: tf.Tensor4D;
      ones: tf.Tensor4D;
      gamma: tf.Tensor1D;
      beta: tf.Tensor1D;
    },
  ) {}

  /** The image after a linear change of its height and width, such as zeros around it. */
  private changed(change: (x: tf.Tensor4D) => tf.Tensor4D): InputImage {
    const { values, trained } = this;
    return new InputImage(
      change(values),
      trained && { ...trained, normal: change(trained.normal), ones: change(trained.ones) },
    );
  }

  /** The image with zeros before the first and after the last row. */
  padRows(before: number, after: number): InputImage {
    return this.changed((x) => padRows(x, before, after));
  }

  /** The image with zeros on both sides of its height and of its width. */
  padSides(height: number, width: number): InputImage {
    return this.changed((x) => padSides(x, height, width));
  }

  /** The mean of each row, [batch, height, 1, 1]. */
  meanOfRows(): InputImage {
    return this.changed((x) => tf.mean(x, 2, true));
  }

  /** Whether a pooling behind a convolution keeps one value of each row, and `greatest` computes it without the map. */
  isPooledByRow(kernel: tf.Tensor4D, padding: 'same' | 'valid', { size, stride }: Pooling): boolean {
    const columns = this.values.shape[2] - (padding === 'same' ? 0 : kernel.shape[1] - 1);
    const isRow = size[0] === 1 && stride[0] === 1 && size[1] === columns;
    return isRow && !this.trained && imageMaxPays(kernel.shape, padding);
  }

  /** The greatest value over the columns of a convolution with a kernel [height, width, 1, outputs]: [batch, rows, 1, outputs]. */
  greatest(kernel: tf.Tensor4D, padding: 'same' | 'valid'): tf.Tensor4D {
    return imageMax(this.values, kernel, padding);
  }

  /** A convolution with a kernel [height, width, 1, outputs]. Strides, over height and width, default to [1, 1]. */
  convolve(kernel: tf.Tensor4D, padding: 'same' | 'valid', strides: [number, number] = [1, 1]): tf.Tensor4D {
    const { values, trained } = this;
    if (!trained) return tf.conv2d(values, kernel, strides, padding);
    const { normal, ones } = trained;
    return tf.customGrad((gamma, beta, weights, save) => {
      const [scale, offset, filter] = [gamma, beta, weights] as tf.Tensor[];
      (save as unknown as tf.GradSaveFunc)([normal, ones, scale, offset, filter]);
      return {
        value: tf.conv2d(values, filter as tf.Tensor4D, strides, padding),
        gradFunc: (dy: tf.Tensor, [image, one, g, b, w]: tf.Tensor[]) => {
          const ofNormal = filterGradient(image, dy, w.shape, padding, strides);
          // Ones are the same in every example, so that one with the examples' sum stands for all.
          const ofOnes = filterGradient(one, tf.sum(dy, 0, true), w.shape, padding, strides);
          const along = (gradient: tf.Tensor): tf.Tensor => tf.reshape(tf.sum(tf.mul(gradient, w)), [1]);
          return [along(ofNormal), along(ofOnes), tf.add(tf.mul(ofNormal, g), tf.mul(ofOnes, b))];
        },
      };
    })(trained.gamma, trained.beta, kernel) as tf.Tensor4D;
  }
}

/** Batch normalisation of the input's one channel. Weights as of `batchNorm`, [1] each. */
export function inputImage(
  parameters: Parameters,
  name: string,
  options?: BatchNormOptions,
): (x: tf.Tensor4D, mode: ForwardMode) => InputImage {
  const norm = batchNorm(parameters, name, 1, options);
  return (x, mode) => {
    if (!mode.training || norm.isFrozen()) return new InputImage(norm(x, mode));
    const normal = norm.standardised(x);
    const { gamma, beta } = norm;
    const values = tf.add(tf.mul(normal, gamma), beta) as tf.Tensor4D;
    return new InputImage(values, { normal, ones: tf.ones([1, x.shape[1], x.shape[2], 1]), gamma, beta });
  };
}
