/** Harmonic band-pass filters with a bandwidth that learns (Won, Chun, Nieto and Serra 2020, arXiv:1910.09263). */
import * as tf from '@tensorflow/tfjs-core';
import { constant } from '../initializers.js';
import type { Parameters } from '../parameters.js';
import { fourierKernel } from './mel-layer.js';

/** Bandwidth of a filter at f Hz, (SLOPE f + LEAST) / Q: the equivalent rectangular bandwidth of hearing for Q = 1. */
const [SLOPE, LEAST] = [0.1079, 24.7];
/** Lowest centre, the note C1, in MIDI numbers. */
const LOWEST = 24;
/** Smallest power that counts. */
const AMIN = 1e-10;

const hertzOf = (midi: number): number => 440 * 2 ** ((midi - 69) / 12);

/** Sizes of the layer. */
export interface HarmonicOptions {
  n_fft: number;
  hop_length: number;
  harmonics: number;
  /** Filters per semitone. */
  per_semitone: number;
}

/** Centres of the filters in Hz for each harmonic; the highest harmonic of the highest note is below half the sample rate. */
function centresOf({ harmonics, per_semitone }: HarmonicOptions, sampleRate: number): Float32Array[] {
  const highest = Math.round(69 + 12 * Math.log2(sampleRate / (2 * harmonics) / 440));
  const levels = (highest - LOWEST) * per_semitone;
  return Array.from({ length: harmonics }, (_, harmonic) =>
    Float32Array.from(
      { length: levels },
      (_, level) => (harmonic + 1) * hertzOf(LOWEST + level / per_semitone),
    ),
  );
}

/**
 * Decibels of harmonic spectrograms of [batch, samples], [batch, levels, frames, harmonics]: the power of a centred
 * transform with reflection and a periodic Hann window, through triangles around the harmonics of notes. Weight:
 * `name/q` [1], the filters' quality.
 */
export function harmonicFilters(
  parameters: Parameters,
  name: string,
  options: HarmonicOptions,
  { samples, sampleRate }: { samples: number; sampleRate: number },
): { frames: number; levels: number; forward: (x: tf.Tensor) => tf.Tensor4D } {
  const { n_fft: nFft, hop_length: hop, harmonics } = options;
  if (samples <= nFft / 2)
    throw new Error(
      `${samples} samples cannot be reflected; give more than ${nFft / 2} (inputs.chunk_seconds)`,
    );
  const frames = 1 + Math.floor(samples / hop);
  const bins = nFft / 2 + 1;
  const centres = centresOf(options, sampleRate);
  const levels = centres[0].length;
  const q = parameters.trainable<tf.Tensor1D>(`${name}/q`, [1], constant(1));
  const kernel = fourierKernel(nFft);
  const frequencies = Float32Array.from({ length: bins }, (_, k) => (k * sampleRate) / nFft);
  const all = Float32Array.from(centres.flatMap((of) => [...of]));
  const filters = (): tf.Tensor2D => {
    const centre = tf.tensor2d(all, [1, all.length]);
    const width = tf.div(tf.add(tf.mul(centre, SLOPE), LEAST), q); // [1, harmonics × levels]
    const distance = tf.sub(tf.tensor2d(frequencies, [bins, 1]), centre); // [bins, harmonics × levels]
    return tf.relu(tf.sub(1, tf.div(tf.mul(tf.abs(distance), 2), width))) as tf.Tensor2D;
  };
  const places = Int32Array.from(
    { length: frames * nFft },
    (_, i) => Math.floor(i / nFft) * hop + (i % nFft),
  );
  return {
    frames,
    levels,
    forward(x) {
      const half = nFft / 2;
      const signal = tf.reshape(x, [-1, samples]) as tf.Tensor2D;
      const padded = tf.mirrorPad(
        signal,
        [
          [0, 0],
          [half, half],
        ],
        'reflect',
      );
      const cut = tf.gather(padded, tf.tensor1d(places, 'int32'), 1); // [batch, frames × nFft]
      const rows = tf.reshape(cut, [-1, nFft]) as tf.Tensor2D;
      const spectrum = tf.matMul(rows, tf.tensor2d(kernel, [nFft, 2 * bins]));
      const [re, im] = tf.split(tf.square(spectrum), 2, 1);
      const power = tf.matMul(tf.add(re, im) as tf.Tensor2D, filters()); // [batch × frames, harmonics × levels]
      const decibels = tf.mul(tf.log(tf.maximum(power, AMIN)), 10 * Math.LOG10E);
      return tf.transpose(tf.reshape(decibels, [-1, frames, harmonics, levels]), [0, 3, 1, 2]) as tf.Tensor4D;
    },
  };
}
