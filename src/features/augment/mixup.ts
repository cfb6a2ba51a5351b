/** Mixtures of two examples. */
import type { RandomGenerator } from '../../base/random.js';

/** Logarithm of a draw from the gamma distribution of a shape and scale 1 (Marsaglia and Tsang 2000). */
function logGamma(random: RandomGenerator, shape: number): number {
  // In logarithms because a draw of a small shape is often too small for a number.
  if (shape < 1) return logGamma(random, shape + 1) + Math.log(1 - random.uniform()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < (x * x) / 2 + d - d * v + d * Math.log(v))
      return Math.log(d) + Math.log(v);
  }
}

/**
 * A draw from Beta(α, α), the distribution of mixup's weights: α near 0 gives one example nearly alone, 1 uniform
 * weights, more gives halves. Throws RangeError when α is not positive.
 */
export function mixupWeight(random: RandomGenerator, alpha: number): number {
  if (!(alpha > 0)) throw new RangeError(`α must be positive, and is ${alpha}.`);
  const difference = logGamma(random, alpha) - logGamma(random, alpha);
  return 1 / (1 + Math.exp(-difference));
}

/**
 * Mixup (Zhang et al. 2018) of inputs or of labels: weight · first + (1 − weight) · second. Throws RangeError when the
 * lengths differ, or the weight is not in [0, 1].
 */
export function mixup(first: ArrayLike<number>, second: ArrayLike<number>, weight: number): Float32Array {
  if (first.length !== second.length)
    throw new RangeError(`Only arrays of one length can be mixed, not ${first.length} and ${second.length}.`);
  if (!(weight >= 0 && weight <= 1))
    throw new RangeError(`The weight must be from 0 to 1, and is ${weight}.`);
  const mixed = new Float32Array(first.length);
  for (let i = 0; i < mixed.length; i++) mixed[i] = weight * first[i] + (1 - weight) * second[i];
  return mixed;
}
