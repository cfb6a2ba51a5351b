import { type PlainLayerKind, withoutWeights } from './layer.js';

/**
 * Zeroes numbers with probability `rate` in training and scales the others by 1 / (1 - rate), so that evaluation needs no
 * change (Srivastava et al. 2014). Backward passes on what was kept, scaled alike. Throws
 * Error for another rate than 0 ≤ rate < 1.
 */
export const dropout: PlainLayerKind<{ rate: number }> = ({ rate }, shape) => {
  if (!(rate >= 0 && rate < 1))
    throw new Error(`A part of ${rate} cannot be dropped; give 0 or more, below 1.`);
  /** Of the last batch; null where nothing was dropped. */
  let mask: Float64Array | null = null;
  const masked = (values: Float64Array): Float64Array => {
    const factors = mask;
    return factors === null ? values : values.map((value, i) => value * factors[i]);
  };
  return {
    ...withoutWeights,
    shape,
    forward(x, mode) {
      mask = mode.training ? x.values.map(() => (mode.random.uniform() < rate ? 0 : 1 / (1 - rate))) : null;
      return { shape: x.shape, values: masked(x.values) };
    },
    backward: (dy) => ({ shape: dy.shape, values: masked(dy.values) }),
  };
};
