/** Batches from a source that need not fit into memory, in an order that a seed decides. */
import { randomGenerator } from '../../base/random.js';
import { type NumberArray, zeros } from './layer.js';

/** One example: its numbers and the index of its class. */
export interface PlainExample {
  values: ArrayLike<number>;
  class: number;
}

/** Where examples come from. */
export interface ExampleSource {
  count: number;
  /** Shape of an example. */
  shape: readonly number[];
  /** Reads one, from memory or from a disk, when its batch is made. */
  read(index: number): PlainExample | Promise<PlainExample>;
}

/** Some examples as the network takes them. */
export interface PlainBatch {
  /** [batch, …] */
  inputs: NumberArray;
  classes: Int32Array;
}

/** Gives batches by their number since the beginning of training. */
export interface DataGenerator {
  /** Batches of an epoch, the last one perhaps smaller. */
  perEpoch: number;
  batch(step: number): Promise<PlainBatch>;
}

/**
 * Cuts a source into batches, in another order for each epoch. A batch depends on its number and the seed alone, so
 * training goes on anywhere without reading what came before.
 */
export function dataGenerator(source: ExampleSource, batchSize: number, seed: number): DataGenerator {
  const perEpoch = Math.ceil(source.count / batchSize);
  const all = Array.from({ length: source.count }, (_, i) => i);
  let order: { epoch: number; indices: number[] } | null = null;
  return {
    perEpoch,
    async batch(step) {
      const epoch = Math.floor(step / perEpoch);
      if (order?.epoch !== epoch)
        order = { epoch, indices: randomGenerator(seed, 'order', epoch).shuffle(all) };
      const from = (step % perEpoch) * batchSize;
      const chosen = order.indices.slice(from, from + batchSize);
      const inputs = zeros([chosen.length, ...source.shape]);
      const classes = new Int32Array(chosen.length);
      const size = inputs.values.length / chosen.length;
      for (const [row, index] of chosen.entries()) {
        const example = await source.read(index);
        inputs.values.set(example.values, row * size);
        classes[row] = example.class;
      }
      return { inputs, classes };
    },
  };
}
