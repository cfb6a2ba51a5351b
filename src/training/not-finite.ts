/** Where a training that diverged first left the finite numbers: a weight, an input or the output of a layer. */
import * as tf from '@tensorflow/tfjs-core';
import { Failure } from '../base/errors.js';
import { randomGenerator } from '../base/random.js';
import type { TaggingModel } from '../models/model.js';
import type { WeightValues } from '../models/parameters.js';
import { Layers } from '../models/summary/layers.js';
import { Watch } from '../models/summary/watch.js';
import { newestCheckpoint } from './checkpoints.js';

const allFinite = (tensor: tf.Tensor): boolean => tensor.dataSync<'float32'>().every(Number.isFinite);

/** Name of the first weight that is not finite; null where all are. */
export const notFiniteWeight = (weights: ReadonlyMap<string, WeightValues>): string | null =>
  [...weights].find(([, { values }]) => !values.every(Number.isFinite))?.[0] ?? null;

/**
 * Finds where a forward pass first leaves the finite numbers, as the end of a sentence: in an input, a weight, the output of
 * a layer, or only in the loss. The pass is that of training, with other dropout.
 *
 * @param inputs - tensors of a batch by input
 */
export function findNotFinite(model: TaggingModel, inputs: Parameters<TaggingModel['forward']>[0]): string {
  const input = Object.entries(inputs).find(([, tensor]) => tensor && !allFinite(tensor));
  if (input) return `first in the input ${input[0]}`;
  // Not the running averages, which the pass that failed has changed.
  const weight = model.parameters.trainableVariables().find(([, variable]) => !allFinite(variable));
  if (weight) return `first in the weight ${weight[0]}, by the step before`;
  const sizes = new Map([...model.parameters.all()].map(([name, { size }]) => [name, size]));
  const layers = new Layers(sizes);
  let first: string | null = null;
  const watch = new Watch((event) => {
    const layer = layers.file(event);
    if (first === null && event.outputs.some((output) => !allFinite(output)))
      first = layers.found[layer].name;
    return layer;
  });
  for (const [name, variable] of model.parameters.all()) watch.know(variable, { weights: [name] });
  try {
    return tf.tidy(() => {
      for (const [name, tensor] of Object.entries(inputs)) {
        if (!tensor) continue;
        const layer = layers.addInput(name, tensor.shape.slice(1));
        watch.know(tensor, { weights: [], data: { layer, reach: null, isMask: false } });
      }
      watch.run(() => model.forward(inputs, { training: true, random: randomGenerator(0, 'not finite') }));
      return first === null
        ? 'first in the loss itself, of finite logits'
        : `first in the output of ${first}`;
    });
  } finally {
    watch.dispose();
  }
}

/** The error that ends a training that diverged. `where`: as `findNotFinite` says. */
export async function divergence(
  { epoch, step }: { epoch: number; step: number },
  where: string,
  checkpointFolder: string,
): Promise<Failure> {
  const newest = await newestCheckpoint(checkpointFolder);
  const kept = newest ? `the last good checkpoint is ${newest}` : 'there was no checkpoint yet';
  return new Failure(
    `The loss became NaN in epoch ${epoch + 1}, step ${step + 1}, ${where}; ${kept}. Lower training.optimizer.learning_rate or training.gradient_clip, and run again.`,
  );
}
