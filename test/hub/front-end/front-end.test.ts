/** Inputs that graphs compute of samples: the values of the inputs themselves, window by window. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/base/errors.js';
import { loadEngine } from '../../../src/engine/engine.js';
import { frontEndOf } from '../../../src/hub/front-end/index.js';
import { WindowCutter } from '../../../src/inputs/cutter.js';
import { type AudioInput, windowSize } from '../../../src/inputs/window.js';
import type { NetworkPredictor } from '../../../src/models/predictor.js';
import { availableEngines } from '../../engine/available.js';
import { melody } from '../../golden/signals.js';
import { cutSamples } from './cut-samples.js';
import { madePredictor } from './made-predictor.js';

beforeAll(async () => {
  await loadEngine(availableEngines[0]);
});

/** Of windows of 2 s, every 1.5 s, three and a part. */
const sound = melody().subarray(0, 82_000);

/** Windows of a recording as the model takes them, by input. */
function windowsOf(
  { inputs, remainder }: NetworkPredictor,
  samples: Float32Array,
): Record<string, Float32Array[]> {
  const { grid, list } = inputs;
  const cutter = new WindowCutter({ grid, inputs: list, remainder }, grid.sampleRate);
  const parts = [cutter.push(samples), cutter.finish()];
  const audio = list.filter((input): input is AudioInput => input.source === 'audio');
  return Object.fromEntries(
    audio.map((input) => {
      const size = windowSize(input);
      const windows = parts.flatMap(({ count, values }) =>
        Array.from({ length: count }, (_, i) => values[input.name].slice(i * size, (i + 1) * size)),
      );
      for (const window of windows) input.finishWindow(window);
      return [input.name, windows];
    }),
  );
}

/** The largest difference of the inputs that a graph computes to those of the model, of the largest number. */
function differences(predictor: NetworkPredictor, samples: Float32Array): Record<string, number> {
  const frontEnd = frontEndOf(predictor);
  const { length } = frontEnd.windows;
  const windows = cutSamples(frontEnd.windows, samples);
  const wanted = windowsOf(predictor, samples);
  return tf.tidy(() => {
    const found = frontEnd.compute(tf.tensor2d(windows, [windows.length / length, length]));
    return Object.fromEntries(
      frontEnd.computed.map((name) => {
        expect(found[name].shape[0]).toBe(wanted[name].length);
        const values = found[name].dataSync();
        const whole = wanted[name].flatMap((window) => [...window]);
        expect(values).toHaveLength(whole.length);
        let [worst, largest] = [0, 0];
        for (const [i, value] of whole.entries()) {
          worst = Math.max(worst, Math.abs(value - values[i]));
          largest = Math.max(largest, Math.abs(value));
        }
        return [name, worst / largest];
      }),
    );
  });
}

/** Of the largest number: decibels and logarithms of what is nearly silent show the rounding of both transforms. */
const [USUAL, NEAR_SILENCE] = [5e-6, 2e-4];

const VGGISH = {
  ...{ power: 1, f_min: 125, f_max: 7500, scale: 'htk', norm: 'none' },
  weighting: 'mel',
  bands: 64,
};

const CASES: [string, object, number][] = [
  ['the defaults', {}, USUAL],
  [
    'a short symmetric window and another hop',
    { n_fft: 512, hop_length: 160, window: 'hann-symmetric', window_length: 400 },
    USUAL,
  ],
  ['magnitudes between edges', { ...VGGISH, compression: { kind: 'log', offset: 0.01 } }, NEAR_SILENCE],
  ['long frames', { n_fft: 2048, hop_length: 512, bands: 128, window: 'hamming' }, USUAL],
  ['decibels', { compression: { kind: 'db' } }, NEAR_SILENCE],
  ['decibels below the largest', { compression: { kind: 'db', ref: 'max', top_db: 80 } }, NEAR_SILENCE],
  [
    'decibels of amplitudes below a number',
    { power: 1, compression: { kind: 'db', of: 'amplitude', ref: 0.5, top_db: 60 } },
    NEAR_SILENCE,
  ],
  ['no compression', { compression: { kind: 'none' } }, USUAL],
  ['standardised windows', { standardise: 'per-clip' }, USUAL],
  ['standardised by two numbers', { standardise: { mean: 2, deviation: 3 } }, USUAL],
  ['standardised bands', { bands: 40, standardise: 'per-band' }, USUAL],
  ['frames of the window', { frames: 'window' }, USUAL],
  ['frames of the window with silence beyond it', { frames: 'window', pad_mode: 'constant' }, USUAL],
  [
    'frames of the window in decibels',
    { frames: 'window', hop_length: 300, compression: { kind: 'db', top_db: 80 }, standardise: 'per-clip' },
    NEAR_SILENCE,
  ],
];

/** Of 40 bands. */
const STATISTICS = {
  mel: {
    means: Array.from({ length: 40 }, (_, i) => i / 20),
    deviations: Array.from({ length: 40 }, (_, i) => 0.5 + i / 10),
  },
};

describe('the spectrogram of samples', () => {
  it.each(CASES)('%s', (_, mel, tolerance) => {
    const before = tf.memory().numTensors;
    const predictor = madePredictor({ chunk_seconds: 2, chunk_step_seconds: 1.5, mel }, undefined, {
      statistics: STATISTICS,
    });
    expect(differences(predictor, sound).mel).toBeLessThan(tolerance);
    predictor.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is silence where the samples are', () => {
    const predictor = madePredictor({ chunk_seconds: 1, mel: { compression: { kind: 'db' } } });
    expect(differences(predictor, new Float32Array(20_000)).mel).toBeLessThan(1e-6);
    predictor.dispose();
  });
});

describe('several inputs of samples', () => {
  const branches = (input: string) => ({ kind: 'mel', input, channels: [3], features: 4 });
  it('share the samples, which reach as far as the longest frames, and others stay', () => {
    const predictor = madePredictor(
      {
        chunk_seconds: 1,
        ...{ mel: {}, waveform: {}, chroma: {}, lyrics: { max_tokens: 6 } },
        fine: { kind: 'mel', n_fft: 1024, hop_length: 128, bands: 40 },
      },
      {
        branches: {
          mel: { channels: [3], features: 4 },
          fine: branches('fine'),
          waveform: { channels: [3, 3, 3, 3, 3], features: 4 },
          chroma: { kind: 'frames', input: 'chroma', channels: [3], features: 4 },
          lyrics: { embedding: 4, filters: 3 },
        },
      },
    );
    const { windows, computed, left } = frontEndOf(predictor);
    expect({ computed, left }).toEqual({ computed: ['mel', 'waveform', 'fine'], left: ['lyrics', 'chroma'] });
    // 62 frames of 256 samples; 124 of 128, of 1024 samples each.
    expect(windows).toMatchObject({ begin: -512, length: 123 * 128 + 1024, hop: 256, frames: 62, step: 62 });
    // So long that the last window of 128 samples a frame has no frame that is centred after the end: that would be silence.
    const found = differences(predictor, sound.subarray(0, 40_136));
    expect(found.waveform).toBe(0);
    expect(Math.max(found.mel, found.fine)).toBeLessThan(USUAL);
    predictor.dispose();
  });
});

describe('a front end is refused', () => {
  const chunk = { chunk_seconds: 1 };
  it.each([
    [
      'for a model without a spectrogram',
      { ...chunk, waveform: {} },
      { branches: { waveform: { channels: [3, 3, 3, 3, 3], features: 4 } } },
      /^--with-frontend: no input of the model is a mel spectrogram.*; export the model made without it\.$/,
    ],
    [
      'of a sound that is prepared as a whole',
      { ...chunk, normalise: { kind: 'peak' }, mel: {} },
      undefined,
      /inputs\.mel is computed of a sound that is prepared as a whole/,
    ],
    [
      'where windows begin between frames',
      { ...chunk, mel: {}, rough: { kind: 'mel', hop_length: 512 } },
      {
        branches: {
          mel: { channels: [3], features: 4 },
          rough: { kind: 'mel', input: 'rough', channels: [3], features: 4 },
        },
      },
      /frames of inputs\.rough are 512 samples apart and windows begin every 256/,
    ],
    [
      'where segments are found in the spectrogram',
      { ...chunk, mel: {} },
      { branches: { mel: { channels: [3], features: 4, segmentation: 'adaptive' } } },
      /the graph takes mel\/segments, which are found in the spectrogram outside of it/,
    ],
  ])('%s', (_, inputs, model, message) => {
    const predictor = madePredictor(inputs, model);
    expect(() => frontEndOf(predictor)).toThrow(message);
    expect(() => frontEndOf(predictor)).toThrow(UsageError);
    predictor.dispose();
  });
});
