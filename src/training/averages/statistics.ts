/** The running statistics of batch normalisation for weights that no step was made with. */
import * as tf from '@tensorflow/tfjs-core';
import { Interrupted } from '../../base/errors.js';
import { randomGenerator } from '../../base/random.js';
import type { Chunk } from '../batches.js';
import type { StepJob } from '../step.js';

/**
 * Computes the running averages anew: the means of the moments of all batches of some chunks, in the order of the chunks. No weight
 * changes. Throws Interrupted when the signal stops it.
 */
export async function renewStatistics(
  { config, model, tensors, batches }: StepJob,
  chunks: readonly Chunk[],
  epoch: number,
  signal?: AbortSignal,
): Promise<void> {
  const { batch_size: size } = config.training;
  const { parameters } = model;
  const usual = parameters.momentum;
  try {
    for (let from = 0, batch = 0; from < chunks.length; from += size, batch++) {
      // The last batch of an epoch may be too small for moments of its own.
      if (batch > 0 && chunks.length - from < size) break;
      if (signal?.aborted) throw new Interrupted('Stopped while statistics were computed.');
      parameters.momentum = 1 / (batch + 1);
      tf.tidy(() => {
        const random = randomGenerator(config.seed, 'statistics', epoch, batch);
        const inputs = tensors(batches.windows(chunks.slice(from, from + size)));
        model.forward(inputs, { training: true, random });
      });
      // Gives signals a turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    parameters.momentum = usual;
  }
}
