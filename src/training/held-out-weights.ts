/** Weights of a late fusion, chosen on the validation split once the branches are trained. */
import * as tf from '@tensorflow/tfjs-core';
import { joinSamples } from '../audio/samples.js';
import type { Example } from '../data/dataset.js';
import type { HeadName } from '../models/heads/index.js';
import { standardised, type TargetScale } from '../models/heads/target-scale.js';
import { INFERENCE } from '../models/layers/training.js';
import type { Batches } from './batches.js';
import type { ScoringNetwork } from './predict.js';

/**
 * Replaces the weights that a model's fusion chooses on held-out examples; nothing where it has none. All chunks of the
 * examples count. Returns the sentence that says what was chosen, or null.
 */
export function chooseHeldOutWeights(
  { model, tensors }: ScoringNetwork,
  batches: Batches,
  examples: readonly Example[],
  {
    batchSize,
    head,
    alpha,
    scale,
  }: { batchSize: number; head: HeadName; alpha: number; scale?: TargetScale },
): string | null {
  const { heldOut } = model;
  if (!heldOut) return null;
  const chunks = examples.flatMap((example) => batches.chunksOf(example));
  const parts: Float32Array[][] = [];
  const truth: Float32Array[] = [];
  for (let begin = 0; begin < chunks.length; begin += batchSize) {
    const batch = chunks.slice(begin, begin + batchSize);
    tf.tidy(() => {
      const { parts: logits } = model.forward(tensors(batches.windows(batch)), INFERENCE);
      parts.push(logits!.map((part) => part.dataSync<'float32'>().slice()));
      const targets = batches.targets(batch);
      truth.push((scale ? standardised(targets, scale) : targets).dataSync<'float32'>().slice());
    });
  }
  const chosen = heldOut({
    logits: parts[0].map((_, branch) => joinSamples(parts.map((batch) => batch[branch]))),
    targets: joinSamples(truth),
    labels: examples[0].targets.length,
    head,
    alpha,
  });
  const weights = model.parameters.read();
  for (const [name, values] of chosen.values) weights.get(name)!.values.set(values);
  model.parameters.write(weights);
  return chosen.note;
}
