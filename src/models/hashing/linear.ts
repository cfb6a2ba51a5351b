/** Hashers whose bits are signs of linear projections of the centred embedding. */
import { type Fitted, stored } from '../baselines/classifier.js';
import { type BitValues, fittedValues } from './hasher.js';

/** The arrays of a linear hasher: `mean` [width], and `projection`, row-major [width × bits]. */
export function linearHasher(mean: ArrayLike<number>, projection: ArrayLike<number>): Fitted {
  const width = mean.length;
  return new Map([
    ['mean', stored([width], mean)],
    ['projection', stored([width, projection.length / width], projection)],
  ]);
}

/** Projections of the embedding less the mean. */
export function linearBitValues(fitted: Fitted, { width, bits }: { width: number; bits: number }): BitValues {
  const mean = Float64Array.from(fittedValues(fitted, 'mean', [width]));
  const projection = Float64Array.from(fittedValues(fitted, 'projection', [width, bits]));
  return (embeddings, at, values) => {
    values.fill(0);
    for (let column = 0; column < width; column++) {
      const value = embeddings[at + column] - mean[column];
      const row = column * bits;
      for (let bit = 0; bit < bits; bit++) values[bit] += value * projection[row + bit];
    }
  };
}
