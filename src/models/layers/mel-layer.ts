/** The mel spectrogram as a layer: from samples, with tensors, so that it can learn. */
import * as tf from '@tensorflow/tfjs-core';
import { hannWindow } from '../../features/framing.js';
import { melFilters } from '../../features/mel-scale.js';
import type { Parameters } from '../parameters.js';

/** Sizes of the layer; names and meaning as of `inputs.mel`. */
export interface MelLayerOptions {
  n_fft: number;
  hop_length: number;
  bands: number;
  /** Exponent of the magnitudes before the bands. */
  power: 1 | 2;
  /** none: all is fixed; filters: the mel filters learn; all: the transform's sines and cosines learn too. */
  trainable: 'none' | 'filters' | 'all';
}

/** Below this the square root is not differentiated. */
const TINY = 1e-12;

/** [nFft, 2 × bins]: the periodic Hann window times the cosines of the transform, then its sines. */
export function fourierKernel(nFft: number): Float32Array {
  const bins = nFft / 2 + 1;
  const window = hannWindow(nFft);
  return Float32Array.from({ length: nFft * 2 * bins }, (_, i) => {
    const [n, k] = [Math.floor(i / (2 * bins)), i % (2 * bins)];
    // The angle within one turn, so that it is exact.
    const angle = (2 * Math.PI * ((n * (k % bins)) % nFft)) / nFft;
    return window[n] * (k < bins ? Math.cos(angle) : Math.sin(angle));
  });
}

/** [bins, bands]: triangles as of `inputs.mel`. */
function filterMatrix(nFft: number, bands: number, sampleRate: number): Float32Array {
  const matrix = new Float32Array((nFft / 2 + 1) * bands);
  for (const [band, { first, weights }] of melFilters({ sampleRate, nFft, melBands: bands }).entries())
    for (const [k, weight] of weights.entries()) matrix[(first + k) * bands + band] = weight;
  return matrix;
}

/**
 * log10(1 + 10000 x) of the mel spectrogram of [batch, samples], [batch, frames, bands], with the values of `inputs.mel`: frame
 * t is centred on sample t · hop_length, with zeros before and after the window. Weights, where they learn: `name/kernel`
 * [n_fft, 2 × bins] and `name/filters` [bins, bands]; what filters that learn make negative counts as 0.
 */
export function melLayer(
  parameters: Parameters,
  name: string,
  { n_fft: nFft, hop_length: hop, bands, power, trainable }: MelLayerOptions,
  { samples, sampleRate }: { samples: number; sampleRate: number },
): { frames: number; forward: (x: tf.Tensor) => tf.Tensor3D } {
  const bins = nFft / 2 + 1;
  const frames = Math.floor(samples / hop);
  if (frames < 1) throw new Error(`${samples} samples hold no frame of ${hop}; give a longer chunk`);
  const fixedOr = (
    learns: boolean,
    weight: string,
    shape: [number, number],
    values: Float32Array,
  ): (() => tf.Tensor2D) => {
    if (!learns) return () => tf.tensor2d(values, shape);
    const own = parameters.trainable<tf.Tensor2D>(`${name}/${weight}`, shape, () => values);
    return () => own;
  };
  const kernel = fixedOr(trainable === 'all', 'kernel', [nFft, 2 * bins], fourierKernel(nFft));
  const filters = fixedOr(
    trainable !== 'none',
    'filters',
    [bins, bands],
    filterMatrix(nFft, bands, sampleRate),
  );
  const places = Int32Array.from(
    { length: frames * nFft },
    (_, i) => Math.floor(i / nFft) * hop + (i % nFft),
  );
  // The window's last frame may reach beyond the padding of half a transform.
  const after = Math.max(nFft / 2, (frames - 1) * hop + nFft / 2 - samples);
  return {
    frames,
    forward(x) {
      const signal = tf.reshape(x, [-1, samples]) as tf.Tensor2D;
      const padded = tf.pad(signal, [
        [0, 0],
        [nFft / 2, after],
      ]);
      const cut = tf.gather(padded, tf.tensor1d(places, 'int32'), 1); // [batch, frames × nFft]
      const spectrum = tf.matMul(tf.reshape(cut, [-1, nFft]) as tf.Tensor2D, kernel()); // [batch × frames, 2 × bins]
      const [re, im] = tf.split(tf.square(spectrum), 2, 1);
      const squared = tf.add(re, im) as tf.Tensor2D;
      const bent = power === 2 ? squared : (tf.sqrt(tf.add(squared, TINY)) as tf.Tensor2D);
      const mel = tf.relu(tf.matMul(bent, filters())); // [batch × frames, bands]
      const log = tf.mul(tf.log1p(tf.mul(mel, 10_000)), Math.LOG10E);
      return tf.reshape(log, [-1, frames, bands]) as tf.Tensor3D;
    },
  };
}
