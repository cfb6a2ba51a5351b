/**
 * SampleCNN, the sample-level network on the waveform (Lee, Park, Kim and Nam 2017, arXiv:1703.01789), and with residual
 * connections and squeeze-and-excitation (Kim, Lee and Nam 2018, arXiv:1710.10451), both in the form of Won et al. 2020.
 * With 59,049 samples (3.69 s at 16 kHz) and the default options it is the published network.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { relu } from '../../engine/ops/activations.js';
import { meanAlong } from '../../engine/ops/mean.js';
import { sumPool } from '../../engine/ops/sum-pool.js';
import { WAVEFORM } from '../../inputs/waveform.js';
import { torchUniform } from '../initializers.js';
import { convNorm, denseNorm } from '../layers/conv-norm.js';
import { dense } from '../layers/dense.js';
import { dropout, type ForwardMode, headDropout } from '../layers/training.js';
import type { Parameters } from '../parameters.js';
import type { ZooKind } from './zoo.js';

/** Width of every filter and pooling, and stride of the first layer, in steps. */
const THREE = 3;
/** Channels of each layer as multiples of the option `channels`; the first has strides, the last filters of one step. */
const WIDTHS = [1, 1, 1, 2, 2, 2, 2, 2, 2, 4, 4];
/** Samples of a step of the last layer: 3 to the power of its strides and poolings. */
const STRIDE = THREE ** (WIDTHS.length - 1);

const options = z.strictObject({
  kind: z
    .literal('samplecnn')
    .describe('SampleCNN (Lee et al. 2017): 1D convolutions of three steps on the samples.'),
  channels: z
    .int()
    .positive()
    .default(128)
    .describe(
      'Channels of the first three layers; the next six have twice, the last two four times as many.',
    ),
  squeeze_excitation: z
    .boolean()
    .default(false)
    .describe(
      'Whether each layer is two convolutions with a residual connection and gates by channel (Kim et al. 2018).',
    ),
  dropout: headDropout,
});

type Block = (x: tf.Tensor4D, mode: ForwardMode) => tf.Tensor4D;

/** Samples [batch, length] as frames of three side by side, the first behind one zero, as a stride of 3 with padding of 1 sees them. */
function inThrees(input: tf.Tensor, length: number): tf.Tensor4D {
  const frames = Math.floor((length - 1) / THREE) + 1;
  const samples = tf.slice(
    tf.reshape(input, [-1, length]),
    [0, 0],
    [-1, Math.min(length, frames * THREE - 1)],
  );
  const padded = tf.pad(samples, [
    [0, 0],
    [1, frames * THREE - 1 - samples.shape[1]!],
  ]);
  return tf.reshape(padded, [-1, 1, frames, THREE]); // [batch, 1, 19683, 3]
}

/** Sizes of a layer: width of its filters in steps, channels, and steps of its pooling. */
interface Sizes {
  width: number;
  inputs: number;
  outputs: number;
  pool: number;
}

const plain = (parameters: Parameters, name: string, { width, inputs, outputs, pool }: Sizes): Block =>
  convNorm(parameters, name, { size: [1, width], inputs, outputs, pool: [1, pool] });

/**
 * ReLU of two convolutions, gated by channel, plus the input, then pooling. Gates are σ(W₂ ReLU(W₁ mean over time)).
 * Weights: `name/conv1`, `name/conv2`, `name/shortcut` as of `convNorm`, `name/squeeze` and `name/excite`, dense.
 */
function gated(
  parameters: Parameters,
  name: string,
  { width, inputs, outputs, pool }: Sizes,
  isFirst: boolean,
): Block {
  const size: [number, number] = [1, width];
  // The first layer's strides are in the frames of three that it takes; its second convolution has three steps.
  const second: [number, number] = [1, isFirst ? THREE : width];
  const conv1 = convNorm(parameters, `${name}/conv1`, { size, inputs, outputs });
  const conv2 = convNorm(parameters, `${name}/conv2`, {
    ...{ size: second, inputs: outputs, outputs, activation: 'none' },
  });
  const shortcut =
    isFirst || inputs !== outputs
      ? convNorm(parameters, `${name}/shortcut`, { size, inputs, outputs, activation: 'none' })
      : null;
  const layer = (part: string) =>
    dense(parameters, `${name}/${part}`, outputs, outputs, torchUniform(), torchUniform(outputs));
  const [squeeze, excite] = [layer('squeeze'), layer('excite')];
  return (x, mode) => {
    const y = conv2(conv1(x, mode), mode); // [batch, 1, time, outputs]
    const gates = tf.sigmoid(excite(relu(squeeze(meanAlong(y, 2))))) as tf.Tensor4D; // [batch, 1, 1, outputs]
    return sumPool(shortcut?.(x, mode) ?? x, { plus: y, gates, pool: [1, pool], relu: true });
  };
}

export const samplecnn: ZooKind<typeof options> = {
  options,
  input: WAVEFORM,
  body(parameters, { channels, squeeze_excitation: isGated }, { length }) {
    const steps = Math.floor(Math.ceil(length / THREE) / (STRIDE / THREE));
    if (steps < 1)
      throw new Error(
        `nine poolings leave nothing of ${length} samples; give at least ${STRIDE} (inputs.chunk_seconds)`,
      );
    const blocks = WIDTHS.map((width, i) => {
      const [isFirst, isLast] = [i === 0, i === WIDTHS.length - 1];
      const sizes = {
        // A convolution whose width equals its stride is one product over side-by-side frames of three samples.
        width: isFirst || isLast ? 1 : THREE,
        inputs: isFirst ? THREE : WIDTHS[i - 1] * channels,
        outputs: width * channels,
        pool: isFirst || isLast ? 1 : THREE,
      };
      const name = `layer${i + 1}`;
      return isGated ? gated(parameters, name, sizes, isFirst) : plain(parameters, name, sizes);
    });
    const features = WIDTHS[WIDTHS.length - 1] * channels; // 512
    return {
      features,
      steps,
      forward(input, mode) {
        let x = inThrees(input, length); // [batch, 1, 19683, 3]
        for (const block of blocks) x = block(x, mode); // 19683, 6561, 2187, 729, 243, 81, 27, 9, 3, 1, 1 steps of 128 to 512 channels
        return tf.reshape(x, [-1, steps, features]); // [batch, 1, 512]
      },
    };
  },
  head(parameters, { squeeze_excitation: isGated, dropout: rate }, { features }, labels) {
    const toHidden = isGated ? denseNorm(parameters, 'back/hidden', features, features) : null;
    const head = dense(parameters, 'head', features, labels, torchUniform(), torchUniform(features));
    return {
      embedding: features,
      forward(sequence, mode) {
        const pooled = tf.max(sequence, 1) as tf.Tensor2D; // [batch, 512]
        const embedding = toHidden?.(pooled, mode) ?? pooled;
        return { logits: head(dropout(embedding, rate, mode)), embedding };
      },
    };
  },
};
