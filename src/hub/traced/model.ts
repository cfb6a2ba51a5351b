/** A stored model as the operations that it computes. */
import type * as tf from '@tensorflow/tfjs-core';
import { windowSize } from '../../inputs/window.js';
import { INFERENCE } from '../../models/layers/training.js';
import type { NetworkPredictor } from '../../models/predictor.js';
import { type TracedNetwork, traceNetwork } from './network.js';

/** A batch of silence and empty texts, as the model takes it. */
function blankInputs({ inputs, tensors }: NetworkPredictor, count: number): Record<string, tf.Tensor> {
  const values = inputs.list.map((input): [string, Float32Array | Int32Array] => {
    const size = count * windowSize(input);
    return [input.name, input.source === 'text' ? new Int32Array(size) : new Float32Array(size)];
  });
  return tensors({ count, values: Object.fromEntries(values) });
}

/**
 * Notes what a model computes of windows: `scores` and, where it has one, `embedding`.
 *
 * @throws Error in a few words where that depends on the batch's size
 */
export function traceModel(predictor: NetworkPredictor): TracedNetwork {
  const { model } = predictor;
  return traceNetwork({
    makeInputs: (batch) => blankInputs(predictor, batch),
    weights: model.parameters.all(),
    forward(inputs) {
      const { logits, embedding } = model.forward(inputs, INFERENCE);
      return { scores: model.scores(logits), ...(embedding && { embedding }) };
    },
  });
}
