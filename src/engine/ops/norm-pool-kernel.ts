/** Batch normalisation followed by max-pooling and perhaps ReLU, in training, by one kernel of our own each way. */
import * as tf from '@tensorflow/tfjs-core';
import { hasKernels, isOnWasm, runOwn, withGradient } from './native.js';

/** Called with the batch's mean and unbiased variance, [channels] each, while both are alive. */
export type MomentsListener = (mean: tf.Tensor1D, variance: tf.Tensor1D) => void;

/** Windows of a pooling, as far as they fit, and how far they lie apart: height and width. */
export interface Pooling {
  size: [number, number];
  stride: [number, number];
}

/** A pooling's attributes, and that of ReLU behind it, as our kernels read them (`native/pooling.h`). */
export const poolingAttributes = ({ size, stride }: Pooling, relu: boolean): Record<string, number> => ({
  pool_h: size[0],
  pool_w: size[1],
  stride_h: stride[0],
  stride_w: stride[1],
  relu: relu ? 1 : 0,
});

/** Weights and settings of a normalisation. */
export interface NormWeights {
  /** [channels] */
  gamma: tf.Tensor1D;
  /** [channels] */
  beta: tf.Tensor1D;
  /** [channels]; where it is given, max(x + bias, 0) is normalised instead of x. */
  bias?: tf.Tensor1D;
  /** Added to the variance. */
  epsilon: number;
  /** Whether max(y, 0) is the result. Default: false. */
  relu?: boolean;
}

/** Whether `normPoolKernel` computes maps of so many channels on the engine that runs: on WebAssembly, multiples of four. */
export const hasNormPool = (channels: number): boolean =>
  hasKernels() || (channels % 4 === 0 && isOnWasm('PolytagNormPool'));

/**
 * As `normPoolTraining`, where `hasNormPool` of its channels. The map is read once forward and once backward: the normalisation is
 * monotonic in each channel, so the extremes of the windows are pooled, and only these are normalised.
 *
 * @param x - [batch, height, width, channels]
 * @returns [batch, pooled height, pooled width, channels]
 */
export function normPoolKernel(
  x: tf.Tensor4D,
  { gamma, beta, bias, epsilon, relu = false }: NormWeights,
  { size, stride }: Pooling,
  onMoments: MomentsListener,
): tf.Tensor4D {
  const attributes = { ...poolingAttributes({ size, stride }, relu), rectified: bias ? 1 : 0, epsilon };
  const [batch, height, width] = x.shape;
  const rows = batch * height * width;
  const inputs = bias ? [x, gamma, beta, bias] : [x, gamma, beta];
  return withGradient(inputs, ([input, scale, offset, shift = scale], save) => {
    const given = [input, shift, scale, offset];
    const [value, extreme, mean, variance] = runOwn('PolytagNormPool', attributes, given, 4);
    onMoments(mean as tf.Tensor1D, tf.mul(variance, rows / Math.max(1, rows - 1)) as tf.Tensor1D);
    save([input, shift, scale, offset, extreme, mean, variance]);
    return {
      value,
      gradFunc: (dy, saved) => {
        const [dx, dBias, dGamma, dBeta] = runOwn('PolytagNormPoolGrad', attributes, [dy, ...saved], 4);
        return bias ? [dx, dGamma, dBeta, dBias] : [dx, dGamma, dBeta];
      },
    };
  });
}
