import { kept, type NumberArray, type PlainLayerKind, weightOf, zeros } from './layer.js';

/** Added to the variance. */
const EPSILON = 1e-3;
/** Part of each batch's moments that goes into the running averages. */
const MOMENTUM = 0.1;

/** Mean and variance of each channel. */
type Moments = Record<'mean' | 'variance', Float64Array>;

/** What backward needs of a batch: x̂ = (x - mean) / σ, and 1 / σ of each channel. */
interface Normalised {
  unit: NumberArray;
  inverse: Float64Array;
  /** Whether the moments were the batch's own, which depend on x, or the running averages. */
  ofBatch: boolean;
}

/**
 * Batch normalisation of the last dimension (Ioffe and Szegedy 2015), y = γ x̂ + β: x̂ by the batch's moments in
 * training, which also move the running averages (of the variance, the unbiased one), and by those averages afterwards.
 * Backward in training, with n rows: dx = γ/σ (dy - mean(dy) - x̂ mean(dy x̂)), since both moments depend on x.
 */
export const batchNorm: PlainLayerKind<unknown> = (_options, shape) => {
  const channels = shape[shape.length - 1];
  const gamma = weightOf('gamma', new Float64Array(channels).fill(1));
  const beta = weightOf('beta', new Float64Array(channels));
  const state: Moments = { mean: new Float64Array(channels), variance: new Float64Array(channels).fill(1) };
  let seen: Normalised | null = null;

  /** Mean of f over the rows, for each channel. */
  function means(
    values: Float64Array,
    f: (value: number, i: number, channel: number) => number,
  ): Float64Array {
    const sums = new Float64Array(channels);
    for (const [i, value] of values.entries()) sums[i % channels] += f(value, i, i % channels);
    return sums.map((sum) => (sum * channels) / values.length);
  }

  function momentsOf(x: Float64Array): Moments {
    const mean = means(x, (value) => value);
    const variance = means(x, (value, _, c) => (value - mean[c]) ** 2);
    const rows = x.length / channels;
    const unbiased = rows / Math.max(1, rows - 1);
    for (let c = 0; c < channels; c++) {
      state.mean[c] += MOMENTUM * (mean[c] - state.mean[c]);
      state.variance[c] += MOMENTUM * (variance[c] * unbiased - state.variance[c]);
    }
    return { mean, variance };
  }

  return {
    shape,
    weights: [gamma, beta],
    state,
    forward(x, { training }) {
      const { mean, variance } = training ? momentsOf(x.values) : state;
      const inverse = variance.map((v) => 1 / Math.sqrt(v + EPSILON));
      const unit = x.values.map((value, i) => (value - mean[i % channels]) * inverse[i % channels]);
      seen = { unit: { shape: x.shape, values: unit }, inverse, ofBatch: training };
      const values = unit.map((value, i) => gamma.values[i % channels] * value + beta.values[i % channels]);
      return { shape: x.shape, values };
    },
    backward(dy) {
      const { unit, inverse, ofBatch } = kept(seen);
      const rows = dy.values.length / channels;
      const along = means(dy.values, (d, i) => d * unit.values[i]);
      const mean = means(dy.values, (d) => d);
      gamma.gradient.set(along.map((value) => value * rows));
      beta.gradient.set(mean.map((value) => value * rows));
      const dx = zeros(unit.shape);
      for (const [i, d] of dy.values.entries()) {
        const c = i % channels;
        const own = ofBatch ? d - mean[c] - unit.values[i] * along[c] : d;
        dx.values[i] = gamma.values[c] * inverse[c] * own;
      }
      return dx;
    },
  };
};
