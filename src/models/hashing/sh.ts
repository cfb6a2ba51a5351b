/**
 * Spectral hashing (Weiss, Torralba and Fergus, NIPS 2008): signs of the smoothest functions on a box along the
 * principal directions, which are sinusoids known in closed form.
 */
import { z } from 'zod';
import { stored } from '../baselines/classifier.js';
import { fittedValues, type HashLearner } from './hasher.js';
import { linearBitValues, linearHasher } from './linear.js';
import { centred, columnMeans, principalDirections } from './principal.js';
import { product } from './products.js';

const options = z.strictObject({
  kind: z.literal('sh').describe('Signs of sinusoids along the principal directions.'),
});

/** `mean`, `projection` (a direction times the frequency, for each bit) and `phase` [bits]. */
export const sh: HashLearner<typeof options> = {
  options,
  title: 'spectral hashing',
  needsLabels: false,
  fit({ embeddings, rows, width, bits }) {
    const mean = columnMeans(embeddings, rows, width);
    const values = centred(embeddings, mean);
    const count = Math.min(bits, width);
    const directions = principalDirections(values, rows, width, count);
    const { lowest, extents } = columnRanges(product(values, directions, [rows, width, count]), count);
    const projection = new Float64Array(width * bits);
    const phase = new Float64Array(bits);
    for (const [bit, { direction, mode }] of smoothestModes(extents, bits).entries()) {
      const frequency = (mode * Math.PI) / extents[direction];
      for (let column = 0; column < width; column++)
        projection[column * bits + bit] = frequency * directions[column * count + direction];
      phase[bit] = -frequency * lowest[direction];
    }
    return linearHasher(mean, projection).set('phase', stored([bits], phase));
  },
  bitValues(fitted, code) {
    const linear = linearBitValues(fitted, code);
    const phase = fittedValues(fitted, 'phase', [code.bits]);
    return (embeddings, at, values) => {
      linear(embeddings, at, values);
      for (let bit = 0; bit < values.length; bit++) values[bit] = Math.cos(values[bit] + phase[bit]);
    };
  },
};

/** Least value of each column, and how far it extends; a column of equal values counts as a billionth of the widest. */
function columnRanges(
  values: Float64Array,
  columns: number,
): { lowest: Float64Array; extents: Float64Array } {
  const lowest = new Float64Array(columns).fill(Infinity);
  const highest = new Float64Array(columns).fill(-Infinity);
  for (let i = 0; i < values.length; i++) {
    const column = i % columns;
    lowest[column] = Math.min(lowest[column], values[i]);
    highest[column] = Math.max(highest[column], values[i]);
  }
  const ranges = highest.map((high, column) => high - lowest[column]);
  const widest = Math.max(...ranges) || 1;
  return { lowest, extents: ranges.map((range) => Math.max(range, widest * 1e-9)) };
}

/**
 * The sinusoids of least frequency mode·π/extent, mode from 1 on, equal ones by direction. One direction alone has
 * enough of them, so that there may be more bits than directions.
 */
function smoothestModes(extents: Float64Array, bits: number): { direction: number; mode: number }[] {
  const all = Array.from(extents, (extent, direction) =>
    Array.from({ length: bits }, (_, i) => ({ direction, mode: i + 1, frequency: (i + 1) / extent })),
  ).flat();
  return all.sort((a, b) => a.frequency - b.frequency || a.direction - b.direction).slice(0, bits);
}
