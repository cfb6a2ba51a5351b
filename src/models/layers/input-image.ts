/** The image of one channel that a network begins with, normalised, and convolutions of it. */
import * as tf from '@tensorflow/tfjs-core';
import { filterGradient } from '../../engine/ops/conv.js';
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

  /** The image with zeros before the first and after the last row. */
  padRows(before: number, after: number): InputImage {
    const pad = (x: tf.Tensor4D): tf.Tensor4D => padRows(x, before, after);
    const { values, trained } = this;
    return new InputImage(
      pad(values),
      trained && { ...trained, normal: pad(trained.normal), ones: pad(trained.ones) },
    );
  }

  /** A convolution of stride 1 with a kernel [height, width, 1, outputs]. */
  convolve(kernel: tf.Tensor4D, padding: 'same' | 'valid'): tf.Tensor4D {
    const { values, trained } = this;
    if (!trained) return tf.conv2d(values, kernel, 1, padding);
    const { normal, ones } = trained;
    return tf.customGrad((gamma, beta, weights, save) => {
      const [scale, offset, filter] = [gamma, beta, weights] as tf.Tensor[];
      (save as unknown as tf.GradSaveFunc)([normal, ones, scale, offset, filter]);
      return {
        value: tf.conv2d(values, filter as tf.Tensor4D, 1, padding),
        gradFunc: (dy: tf.Tensor, [image, one, g, b, w]: tf.Tensor[]) => {
          const ofNormal = filterGradient(image, dy, w.shape, padding);
          // Ones are the same in every example, so that one with the examples' sum stands for all.
          const ofOnes = filterGradient(one, tf.sum(dy, 0, true), w.shape, padding);
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
    if (!mode.training) return new InputImage(norm(x, mode));
    const normal = norm.standardised(x);
    const { gamma, beta } = norm;
    const values = tf.add(tf.mul(normal, gamma), beta) as tf.Tensor4D;
    return new InputImage(values, { normal, ones: tf.ones([1, x.shape[1], x.shape[2], 1]), gamma, beta });
  };
}
