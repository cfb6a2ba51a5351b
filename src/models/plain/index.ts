/**
 * Neural networks laid open, the exports of `polytag/plain`: every layer's forward and backward written out on arrays of
 * numbers, to read, to teach with and to check the engine by (docs/plain-networks.md). What trains on real data is the
 * engine behind `polytag run`.
 *
 * @example
 * import { dataGenerator, PlainNetwork } from 'polytag/plain';
 *
 * const network = new PlainNetwork({
 *   shape: [2],
 *   layers: [
 *     { kind: 'dense', units: 8 },
 *     { kind: 'activation', function: 'relu' },
 *     { kind: 'dense', units: 2 },
 *   ],
 *   learningRate: 0.01,
 *   seed: 1,
 * });
 * // Whether exactly one of two numbers is 1.
 * const read = (i: number) => ({ values: [i & 1, i >> 1], class: (i & 1) ^ (i >> 1) });
 * const batches = dataGenerator({ count: 4, shape: [2], read }, 4, 1);
 * for await (const { loss } of network.train(batches, 200)) console.log(loss);
 */
export { categoricalAccuracy, softmax, softmaxCrossEntropy } from './cross-entropy.js';
export {
  type DataGenerator,
  dataGenerator,
  type ExampleSource,
  type PlainBatch,
  type PlainExample,
} from './data-generator.js';
export type { NumberArray, PlainLayer, PlainMode, PlainWeight } from './layer.js';
export { PlainNetwork, type PlainNetworkSpec, type PlainStep, plainLayers } from './network.js';
export { rmsProp } from './rmsprop.js';
export { loadPlainNetwork, savePlainNetwork } from './stored.js';
