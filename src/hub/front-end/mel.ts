/** The log-mel spectrogram of samples with tensors: the values of `inputs.mel`. */
import * as tf from '@tensorflow/tfjs-core';
import { DECIBEL_AMIN } from '../../features/compression.js';
import { frameWindow } from '../../features/framing.js';
import { melFilters } from '../../features/mel-scale.js';
import type { Standardisation } from '../../inputs/kind.js';
import type { MelInputSettings, MelOptions } from '../../inputs/mel.js';
import { decibelsOfWindow } from '../../inputs/mel-compression.js';
import { type AudioInput, type BandStatistics, SMALLEST_DEVIATION } from '../../inputs/window.js';
import type { ExpressInput } from './tensor-input.js';

type Step = (x: tf.Tensor) => tf.Tensor;

/** The bins of the transform that some band takes: the first, and how many. */
interface Bins {
  first: number;
  count: number;
}

/** [nFft, 1, 1, 2 × bins]: the window times the cosines of the transform, then its sines, as filters of a convolution. */
function fourierFilters(settings: MelInputSettings, { first, count }: Bins): tf.Tensor4D {
  const { nFft } = settings;
  const window = frameWindow(settings);
  const values = Float32Array.from({ length: nFft * 2 * count }, (_, i) => {
    const [n, column] = [Math.floor(i / (2 * count)), i % (2 * count)];
    // The angle within one turn, so that it is exact.
    const angle = (2 * Math.PI * ((n * (first + (column % count))) % nFft)) / nFft;
    return window[n] * (column < count ? Math.cos(angle) : Math.sin(angle));
  });
  return tf.tensor4d(values, [nFft, 1, 1, 2 * count]);
}

/** The triangles of the bands over the bins that they take, [bins, bands]. */
function bandMatrix(settings: MelInputSettings): { bins: Bins; values: Float32Array } {
  const filters = melFilters(settings);
  const filled = filters.filter(({ weights }) => weights.length > 0);
  const first = Math.min(...filled.map((filter) => filter.first));
  const count = Math.max(...filled.map((filter) => filter.first + filter.weights.length)) - first;
  const values = new Float32Array(count * filters.length);
  for (const [band, { first: from, weights }] of filters.entries())
    for (const [k, weight] of weights.entries()) values[(from + k - first) * filters.length + band] = weight;
  return { bins: { first, count }, values };
}

const decibels: Step = (power) => tf.mul(tf.log(tf.maximum(power, DECIBEL_AMIN)), 10 * Math.LOG10E);

function compression({ compression: chosen }: MelInputSettings): Step {
  const { kind, ...options } = chosen ?? { kind: 'log10', factor: 10_000 };
  if (kind === 'db') return 'of' in options ? (x) => decibels(tf.square(x)) : decibels;
  if ('factor' in options) return (x) => tf.mul(tf.log1p(tf.mul(x, options.factor!)), Math.LOG10E);
  if ('offset' in options) return (x) => tf.log(tf.add(x, options.offset!));
  return (x) => x;
}

/** What happens to decibels window by window: [batch, frames, bands]. */
function windowDecibels(options: MelOptions): Step {
  const chosen = decibelsOfWindow(options.compression);
  if (chosen === null) return (x) => x;
  const { shift, topDb } = chosen;
  return (x) => {
    const largest = tf.max(x, [1, 2], true);
    const zero = shift ?? largest;
    const shifted = tf.sub(x, zero);
    return topDb === null ? shifted : tf.maximum(shifted, tf.sub(tf.sub(largest, zero), topDb));
  };
}

/** Each window to mean 0 and deviation 1. */
const standardiseWindow: Step = (x) => {
  const centred = tf.sub(x, tf.mean(x, [1, 2], true));
  const deviation = tf.sqrt(tf.mean(tf.square(centred), [1, 2], true));
  return tf.div(centred, tf.maximum(deviation, SMALLEST_DEVIATION));
};

const standardiseBands =
  ({ means, deviations }: BandStatistics): Step =>
  (x) =>
    tf.div(
      tf.sub(x, tf.tensor1d(means)),
      tf.tensor1d(deviations.map((one) => Math.max(SMALLEST_DEVIATION, one))),
    );

function standardisation({ isPerBand, statistics }: AudioInput, kind: Standardisation): Step {
  if (isPerBand) return standardiseBands(statistics!);
  if (kind === 'per-clip') return standardiseWindow;
  if (typeof kind === 'object') return (x) => tf.div(tf.sub(x, kind.mean), kind.deviation);
  return (x) => x;
}

export const melInput: ExpressInput = ({ input, options, grid }) => {
  const settings = input.stored as MelInputSettings;
  const { nFft, hopLength: hop, melBands, power } = settings;
  const frames = input.size.length;
  const ofWindow = settings.frames === 'window';
  const { bins, values } = bandMatrix(settings);
  const compress = compression(settings);
  const decibelsOf = windowDecibels(options as MelOptions);
  const standardise = standardisation(input, (options as MelOptions).standardise ?? 'none');
  return {
    // Frames of the recording are centred on its samples, and reach half a transform to both sides.
    begin: ofWindow ? 0 : -nFft / 2,
    length: ofWindow ? grid.frames * grid.hopLength : (frames - 1) * hop + nFft,
    compute(samples) {
      const edges: [number, number][] = [
        [0, 0],
        [nFft / 2, nFft / 2],
      ];
      const padded = (): tf.Tensor2D =>
        settings.padMode === 'constant' ? tf.pad(samples, edges) : tf.mirrorPad(samples, edges, 'reflect');
      const signal = ofWindow ? padded() : samples;
      const image = tf.reshape(signal, [-1, signal.shape[1]!, 1, 1]) as tf.Tensor4D;
      const spectrum = tf.conv2d(image, fourierFilters(settings, bins), [hop, 1], 'valid'); // [batch, frames, 1, 2 × bins]
      const [re, im] = tf.split(tf.square(tf.reshape(spectrum, [-1, 2 * bins.count])), 2, 1);
      const squared = tf.add(re, im);
      const magnitudes = power === 1 ? tf.sqrt(squared) : squared;
      const mel = tf.matMul(magnitudes as tf.Tensor2D, tf.tensor2d(values, [bins.count, melBands])); // [batch × frames, bands]
      return standardise(decibelsOf(tf.reshape(compress(mel), [-1, frames, melBands])));
    },
  };
};
