/** A transformer encoder with normalisation after each part, as BERT's (Devlin, Chang, Lee and Toutanova 2019). */
import * as tf from '@tensorflow/tfjs-core';
import { constant, torchUniform } from '../initializers.js';
import type { Parameters } from '../parameters.js';
import { dense } from './dense.js';
import { dotProductAttention } from './dot-product-attention.js';
import { dropout, type ForwardMode } from './training.js';

/** Sizes of the encoder. */
export interface EncoderOptions {
  layers: number;
  features: number;
  heads: number;
  /** Units between the two dense layers of a part. */
  hidden: number;
  /** Part of the attention's weights, and of what each part gives, that is dropped in training. */
  attentionDropout: number;
  dropout: number;
}

/** Added to the variance, as BERT does. */
const EPSILON = 1e-12;

/** Layer normalisation of the last dimension (Ba, Kiros and Hinton 2016). Weights: `name/gamma`, `name/beta`. */
function layerNorm(parameters: Parameters, name: string, features: number): (x: tf.Tensor) => tf.Tensor3D {
  const gamma = parameters.trainable<tf.Tensor1D>(`${name}/gamma`, [features], constant(1));
  const beta = parameters.trainable<tf.Tensor1D>(`${name}/beta`, [features], constant(0));
  return (x) => {
    const centred = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centred), -1, true);
    return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, EPSILON))), gamma), beta);
  };
}

/** x Φ(x) (Hendrycks and Gimpel 2016), by the error function. */
const gelu = (x: tf.Tensor): tf.Tensor => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));

/**
 * The encoder: [batch, time, features] to the same. Each layer is self-attention and then two dense layers, each added to
 * its input and normalised. Weights: `name1/query`, `key`, `value`, `attended`, `inner`, `outer` (dense) and
 * `name1/attended_norm`, `outer_norm`, and so on.
 */
export function transformerEncoder(
  parameters: Parameters,
  name: string,
  { layers, features, heads, hidden, attentionDropout, dropout: rate }: EncoderOptions,
): (x: tf.Tensor3D, mode: ForwardMode) => tf.Tensor3D {
  const built = Array.from({ length: layers }, (_, i) => {
    const at = (part: string): string => `${name}${i + 1}/${part}`;
    const layer = (part: string, inputs: number, outputs: number) =>
      dense(parameters, at(part), inputs, outputs, torchUniform(), torchUniform(inputs));
    return {
      query: layer('query', features, features),
      key: layer('key', features, features),
      value: layer('value', features, features),
      attended: layer('attended', features, features),
      attendedNorm: layerNorm(parameters, at('attended_norm'), features),
      inner: layer('inner', features, hidden),
      outer: layer('outer', hidden, features),
      outerNorm: layerNorm(parameters, at('outer_norm'), features),
    };
  });
  return (input, mode) => {
    let x = input;
    for (const { query, key, value, attended, attendedNorm, inner, outer, outerNorm } of built) {
      const read = dotProductAttention(query(x), key(x), value(x), null, heads, (weights) =>
        dropout(weights, attentionDropout, mode),
      );
      x = attendedNorm(tf.add(dropout(attended(read), rate, mode), x)); // [batch, time, features]
      x = outerNorm(tf.add(dropout(outer(gelu(inner(x)) as tf.Tensor3D), rate, mode), x));
    }
    return x;
  };
}
