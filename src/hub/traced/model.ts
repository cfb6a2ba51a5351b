/** A stored model as the operations that it computes. */
import * as tf from '@tensorflow/tfjs-core';
import { blankWindows } from '../../inputs/window.js';
import { INFERENCE } from '../../models/layers/training.js';
import type { NetworkPredictor } from '../../models/predictor.js';
import type { FrontEnd } from '../front-end/index.js';
import { type TracedNetwork, traceNetwork } from './network.js';

/**
 * Notes what a model computes of windows: `scores` and, where it has one, `embedding`.
 *
 * @param frontEnd - what computes inputs of samples; null for a network that takes them as they are
 * @throws Error in a few words where that depends on the batch's size
 */
export function traceModel(predictor: NetworkPredictor, frontEnd: FrontEnd | null): TracedNetwork {
  const { model, inputs } = predictor;
  return traceNetwork({
    makeInputs(batch) {
      const blank = predictor.tensors(blankWindows(inputs.list, batch));
      if (frontEnd === null) return blank;
      const { input, length } = frontEnd.windows;
      const left = Object.entries(blank).filter(([name]) => !frontEnd.computed.includes(name));
      return { [input]: tf.zeros([batch, length]), ...Object.fromEntries(left) };
    },
    weights: model.parameters.all(),
    forward(given) {
      const samples = frontEnd && (given[frontEnd.windows.input] as tf.Tensor2D);
      const { logits, embedding } = model.forward(
        samples ? { ...given, ...frontEnd.compute(samples) } : given,
        INFERENCE,
      );
      return { scores: model.scores(logits), ...(embedding && { embedding }) };
    },
  });
}
