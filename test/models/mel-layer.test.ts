/** The mel spectrogram as a layer: the values of inputs.mel, and gradients where it learns. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../../src/engine/engine.js';
import { mel } from '../../src/inputs/mel.js';
import { type MelLayerOptions, melLayer } from '../../src/models/layers/mel-layer.js';
import { Parameters } from '../../src/models/parameters.js';
import { availableEngines } from '../engine/available.js';
import { toneInNoise } from '../features/known-signals.js';

const RATE = 16_000;
const SAMPLES = 4100;
const samples = toneInNoise().subarray(3000, 3000 + SAMPLES);

/** What inputs.mel gives for the window's samples with silence around, as many frames as the layer has. */
function ofInput({ n_fft, hop_length, bands, power }: MelLayerOptions): Float32Array {
  const options = mel.options.parse({ n_fft, hop_length, bands, power });
  const feature = mel.feature(mel.settings(options, RATE));
  const frames = Math.floor(SAMPLES / hop_length);
  const around = new Float32Array(SAMPLES + 2 * n_fft + hop_length);
  around.set(samples, n_fft / 2);
  return feature.rows(around, frames);
}

const sizes: MelLayerOptions[] = [
  { n_fft: 512, hop_length: 256, bands: 96, power: 2, trainable: 'none' },
  { n_fft: 512, hop_length: 160, bands: 40, power: 1, trainable: 'filters' },
  { n_fft: 128, hop_length: 100, bands: 20, power: 2, trainable: 'all' },
];

describe.each(availableEngines)('the mel layer on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it.each(sizes)('has the values of inputs.mel within 1e-4: %o', (options) => {
    const parameters = new Parameters(1);
    const layer = melLayer(parameters, 'mel', options, { samples: SAMPLES, sampleRate: RATE });
    tf.tidy(() => {
      const two = tf.stack([tf.tensor1d(samples), tf.zeros([SAMPLES])]);
      const values = layer.forward(two);
      expect(values.shape).toEqual([2, Math.floor(SAMPLES / options.hop_length), options.bands]);
      const [own, silent] = tf.unstack(values).map((row) => row.dataSync());
      const expected = ofInput(options);
      expect(own.length).toBe(expected.length);
      expect(Math.max(...own)).toBeGreaterThan(1);
      for (const [i, value] of expected.entries()) expect(Math.abs(own[i] - value)).toBeLessThan(1e-4);
      expect(Math.max(...silent)).toBeLessThan(1e-3);
    });
    const names = parameters.trainableVariables().map(([name]) => name);
    const learns = { none: [], filters: ['mel/filters'], all: ['mel/kernel', 'mel/filters'] };
    expect(names).toEqual(learns[options.trainable]);
    parameters.dispose();
  });

  it('has the gradients of finite differences by filters and transform', () => {
    const parameters = new Parameters(1);
    const options = { n_fft: 16, hop_length: 16, bands: 3, power: 2, trainable: 'all' } as const;
    const layer = melLayer(parameters, 'mel', options, { samples: 64, sampleRate: RATE });
    const loss = (): tf.Scalar => {
      const values = layer.forward(tf.tensor2d(samples.subarray(0, 64), [1, 64]));
      const weights = tf.tensor(Float32Array.from({ length: values.size }, (_, i) => Math.sin(1 + 1.7 * i)));
      return tf.sum(tf.mul(tf.reshape(values, [-1]), weights));
    };
    for (const [name, variable] of parameters.trainableVariables()) {
      const gradient = tf.tidy(() =>
        tf.variableGrads(loss, [variable]).grads[variable.name].dataSync().slice(),
      );
      const values = variable.dataSync().slice();
      const largest = Math.max(...gradient.map(Math.abs));
      expect(largest, name).toBeGreaterThan(0);
      const at = (i: number, delta: number): number =>
        tf.tidy(() => {
          variable.assign(
            tf.tensor(
              values.map((value, k) => (k === i ? value + delta : value)),
              variable.shape,
            ),
          );
          return loss().dataSync()[0];
        });
      const scale = name.endsWith('filters') ? 1e-5 : 1e-3;
      for (let i = 0; i < values.length; i += 7) {
        // Where a filter is 0, a smaller weight could make the band negative, which counts as 0.
        const difference = (at(i, scale) - at(i, -scale)) / (2 * scale);
        expect(Math.abs(gradient[i] - difference), `${name} ${i}`).toBeLessThan(0.02 * largest);
      }
      tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
    }
    parameters.dispose();
  });
});

it('says where a window has no frame', () => {
  const parameters = new Parameters(1);
  expect(() => melLayer(parameters, 'mel', sizes[0], { samples: 100, sampleRate: RATE })).toThrow(
    '100 samples hold no frame of 256; give a longer chunk',
  );
});
