/** Features on one scale, so that distances between their frames mean something. */
import { type FeatureMatrix, zeroMatrix } from '../matrix.js';

/** A spread below this part of a band's largest magnitude is rounding of float32, and the band constant. */
const ROUNDING = 1e-6;

/** Mean and population standard deviation of each band; 0 for a band that is constant. */
function bandMoments({ values, frames, bands }: FeatureMatrix): {
  means: Float64Array;
  deviations: Float64Array;
} {
  const [means, deviations, largest] = [0, 1, 2].map(() => new Float64Array(bands));
  for (let i = 0, b = 0; i < values.length; i++, b = b + 1 === bands ? 0 : b + 1) {
    means[b] += values[i] / frames;
    largest[b] = Math.max(largest[b], Math.abs(values[i]));
  }
  for (let i = 0, b = 0; i < values.length; i++, b = b + 1 === bands ? 0 : b + 1)
    deviations[b] += (values[i] - means[b]) ** 2 / frames;
  for (let b = 0; b < bands; b++) {
    const deviation = Math.sqrt(deviations[b]);
    deviations[b] = deviation > ROUNDING * largest[b] ? deviation : 0;
  }
  return { means, deviations };
}

/**
 * Every band with mean 0 and standard deviation 1, as scikit-learn's StandardScaler; a constant band becomes 0. A band
 * is divided by no less than `floor` times the largest deviation of all bands, so that bands of mere noise stay small.
 * Throws RangeError when the floor is not in [0, 1].
 */
export function standardize(features: FeatureMatrix, floor = 0): FeatureMatrix {
  if (!(floor >= 0 && floor <= 1)) throw new RangeError(`The floor must be from 0 to 1, and is ${floor}.`);
  const { values, frames, bands } = features;
  const { means, deviations } = bandMoments(features);
  const least = floor * deviations.reduce((a, b) => Math.max(a, b), 0);
  const factors = deviations.map((deviation) => (deviation > 0 ? 1 / Math.max(deviation, least) : 0));
  const result = zeroMatrix(frames, bands);
  for (let i = 0, b = 0; i < values.length; i++, b = b + 1 === bands ? 0 : b + 1)
    result.values[i] = (values[i] - means[b]) * factors[b];
  return result;
}

/** Total variance: the mean squared distance of a frame from the mean frame. */
export function totalVariance(features: FeatureMatrix): number {
  return bandMoments(features).deviations.reduce((sum, deviation) => sum + deviation * deviation, 0);
}
