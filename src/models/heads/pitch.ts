/**
 * Pitch per frame as a distribution over bins of equal width in cents and one class for no pitch, as in joint detection and
 * classification of a melody (Kum and Nam 2019), with the blurred truth and the decoding of CREPE (Kim, Salamon, Li and Bello
 * 2018).
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';

/** The option `model.pitch`. */
export const pitchOptions = z
  .strictObject({
    f_min: z
      .number()
      .min(16)
      .max(8000)
      .default(65)
      .describe('Lowest pitch in Hz: the middle of the first bin.'),
    f_max: z.number().min(16).max(8000).default(1050).describe('Highest pitch in Hz, which a bin covers.'),
    cents: z.number().min(5).max(100).default(20).describe('Width of a bin in cents.'),
    blur: z
      .number()
      .min(1)
      .max(200)
      .default(25)
      .describe('Deviation in cents of the Gaussian that the true pitch is spread by over the bins.'),
  })
  .refine(({ f_min: low, f_max: high }) => low < high, {
    path: ['f_max'],
    message: 'must be above f_min',
  })
  .describe(
    'The pitch of each step of the branches, in place of a fusion: for data sets with the target pitch (docs/models.md).',
  );

/** Options of a pitch head. */
export type PitchOptions = z.output<typeof pitchOptions>;

/** What is predicted of each frame: its pitch in Hz, and the probability that it has one. */
export const PITCH_LABELS = ['hz', 'confidence'] as const;

/** A frame is voiced from this confidence on. */
export const VOICED = 0.5;

/** Bins to either side of the likeliest that the pitch is the mean of, as CREPE's. */
const NEAR = 4;

/** Number of bins of the pitch; the class for no pitch is one more. */
export const binsOf = ({ f_min: low, f_max: high, cents }: PitchOptions): number =>
  Math.ceil((1200 * Math.log2(high / low)) / cents - 1e-9) + 1;

/** Middle of each bin in cents above `f_min`. */
const binCents = (options: PitchOptions): number[] =>
  Array.from({ length: binsOf(options) }, (_, bin) => bin * options.cents);

/**
 * The classes of true pitches in Hz, 0 for none: [frames × (bins + 1)], each row with the sum 1. A Gaussian around the
 * pitch, or the last class. A pitch outside the range is spread over the bins at its end.
 */
export function pitchClasses(hertz: ArrayLike<number>, options: PitchOptions): Float32Array {
  const { f_min: low, blur } = options;
  const middles = binCents(options);
  const top = middles[middles.length - 1];
  const width = middles.length + 1;
  const rows = new Float32Array(hertz.length * width);
  for (let t = 0; t < hertz.length; t++) {
    const row = rows.subarray(t * width, (t + 1) * width);
    if (!(hertz[t] > 0)) {
      row[width - 1] = 1;
      continue;
    }
    const cents = Math.max(0, Math.min(top, 1200 * Math.log2(hertz[t] / low)));
    let sum = 0;
    for (const [bin, middle] of middles.entries()) {
      row[bin] = Math.exp(-((middle - cents) ** 2) / (2 * blur ** 2));
      sum += row[bin];
    }
    for (let bin = 0; bin < width - 1; bin++) row[bin] /= sum;
  }
  return rows;
}

/**
 * Hz and confidence of each frame, [frames, 2], from its logits [frames, bins + 1]: the mean of the bins up to four away
 * from the likeliest, in cents, weighted by their probability; the confidence is the probability that there is a pitch.
 */
export function decodePitch(logits: tf.Tensor2D, options: PitchOptions): tf.Tensor2D {
  return tf.tidy(() => {
    const bins = binsOf(options);
    const probabilities = tf.softmax(logits); // [frames, bins + 1]
    const pitched = tf.slice(probabilities, [0, 0], [-1, bins]); // [frames, bins]
    const likeliest = tf.cast(tf.expandDims(tf.argMax(pitched, 1), 1), 'float32'); // [frames, 1]
    const distance = tf.abs(tf.sub(tf.range(0, bins), likeliest)); // [frames, bins]
    // Relative to the largest, so that a frame that is surely unvoiced has a pitch too.
    const shares = tf.div(pitched, tf.maximum(tf.max(pitched, 1, true), 1e-30));
    const weights = tf.mul(shares, tf.cast(tf.lessEqual(distance, NEAR), 'float32'));
    const middles = tf.tensor1d(binCents(options));
    const total = tf.maximum(tf.sum(weights, 1, true), 1e-30);
    const cents = tf.div(tf.sum(tf.mul(weights, middles), 1, true), total); // [frames, 1]
    const hertz = tf.mul(options.f_min, tf.exp(tf.mul(cents, Math.LN2 / 1200)));
    const unvoiced = tf.slice(probabilities, [0, bins], [-1, 1]);
    return tf.concat([hertz, tf.sub(1, unvoiced)], 1) as tf.Tensor2D;
  });
}
