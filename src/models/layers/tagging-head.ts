/** The head of Won et al.'s later networks: the maximum over time, a dense layer with normalisation, and the labels. */
import * as tf from '@tensorflow/tfjs-core';
import { torchUniform } from '../initializers.js';
import type { Parameters } from '../parameters.js';
import { denseNorm } from './conv-norm.js';
import { dense } from './dense.js';
import { dropout, type ForwardMode } from './training.js';

/**
 * Maximum over time of [batch, steps, features], `back/hidden` as of `denseNorm` to as many features, which are the
 * embedding, dropout, and `head`, dense, to logits [batch, labels].
 */
export function taggingHead(
  parameters: Parameters,
  { features, labels, rate }: { features: number; labels: number; rate: number },
): {
  embedding: number;
  forward(sequence: tf.Tensor3D, mode: ForwardMode): { logits: tf.Tensor2D; embedding: tf.Tensor2D };
} {
  const toHidden = denseNorm(parameters, 'back/hidden', features, features);
  const head = dense(parameters, 'head', features, labels, torchUniform(), torchUniform(features));
  return {
    embedding: features,
    forward(sequence, mode) {
      const embedding = toHidden(tf.max(sequence, 1), mode); // [batch, features]
      return { logits: head(dropout(embedding, rate, mode)), embedding };
    },
  };
}
