/**
 * A convolution with both its gradients, by Winograd's algorithm beside oneDNN, on the maps of networks of the zoo. Read the ratio, not
 * the milliseconds; `POLYTAG_KERNELS=0` leaves nothing to compare.
 */
import * as tf from '@tensorflow/tfjs-core';
import { bench, describe } from 'vitest';
import { loadEngine } from '../src/engine/engine.js';
import { conv2d } from '../src/engine/ops/conv.js';
import { hasKernels, useKernels } from '../src/engine/ops/native.js';
import { winogradPays } from '../src/engine/ops/winograd.js';

/** Maps [batch, height, width, inputs] and kernels [height, width, inputs, outputs]. */
const CONVOLUTIONS: { name: string; map: number[]; kernel: number[] }[] = [
  { name: 'short-chunk, second layer', map: [8, 64, 115, 128], kernel: [3, 3, 128, 128] },
  { name: 'short-chunk, fourth layer', map: [8, 16, 28, 256], kernel: [3, 3, 256, 256] },
  { name: 'SampleCNN, second layer', map: [8, 1, 19_683, 128], kernel: [1, 3, 128, 128] },
  { name: 'TextCNN, 4 words', map: [16, 1, 200, 64], kernel: [1, 4, 64, 64] },
];

await loadEngine();
const compiled = hasKernels();

for (const { name, map, kernel } of CONVOLUTIONS) {
  if (!winogradPays({ map, kernel, padding: 'same', strides: [1, 1] })) continue;
  const x = tf.randomNormal(map, 0, 1, 'float32', 1);
  const weights = tf.randomNormal(kernel, 0, 1, 'float32', 2);
  const gradients = tf.grads((values, filter) =>
    conv2d(values as tf.Tensor4D, filter as tf.Tensor4D, 'same'),
  );
  const dy = tf.ones([...map.slice(0, 3), kernel[3]]);
  const under = (use: boolean): void => {
    useKernels(use && compiled);
    tf.tidy(() => {
      for (const gradient of gradients([x, weights], dy)) gradient.dataSync();
    });
  };
  describe(name, () => {
    bench('Winograd', () => under(true));
    bench('oneDNN', () => under(false));
  });
}
