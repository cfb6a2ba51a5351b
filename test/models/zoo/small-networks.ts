/** The networks of the zoo in small, for tests. */
import * as tf from '@tensorflow/tfjs-core';
import { randomGenerator } from '../../../src/base/random.js';
import { buildModel, type ModelShape, type TaggingModel } from '../../../src/models/model.js';
import { modelSchema } from '../../../src/models/spec.js';
import { type ZooName, zoo } from '../../../src/models/zoo/index.js';

/** Examples of a batch, and labels. */
export const [BATCH, LABELS] = [3, 4];

/** Small options and the smallest inputs that leave every part something to do. */
export const SMALL: Record<ZooName, { options: object; length: number; width: number; embedding: number }> = {
  musicnn: { options: { timbre: 3, rhythm: 2, middle: 4, hidden: 5 }, length: 20, width: 16, embedding: 5 },
  vgg: { options: { channels: 6 }, length: 70, width: 64, embedding: 6 },
  'musicnn-won': {
    options: { timbre: 3, rhythm: 2, middle: 4, hidden: 5 },
    length: 20,
    width: 16,
    embedding: 5,
  },
  fcn: { options: { channels: [2, 3, 3, 4, 5] }, length: 1280, width: 96, embedding: 5 },
  crnn: { options: { channels: [2, 3, 3, 4], hidden: 5 }, length: 200, width: 96, embedding: 5 },
  samplecnn: { options: { channels: 6, squeeze_excitation: true }, length: 59_049, width: 1, embedding: 24 },
  'short-chunk': { options: { channels: 3, residual: true }, length: 130, width: 128, embedding: 12 },
  vgg16: { options: { channels: 2 }, length: 64, width: 64, embedding: 16 },
  'harmonic-cnn': { options: { channels: 2 }, length: 80_000, width: 1, embedding: 4 },
  cnnsa: {
    options: { channels: 4, heads: 2, hidden: 6 },
    length: 40,
    width: 128,
    embedding: 8,
  },
  'music-tagger-cnn': {
    options: { channels: [2, 3, 3, 4, 5], dropout: 0.1 },
    length: 1280,
    width: 96,
    embedding: 5,
  },
  'compact-cnn': { options: { channels: 3 }, length: 1280, width: 96, embedding: 15 },
  // Of samples: a window has no bands of its own.
  'piano-cnn': {
    options: { channels: [3, 4], n_fft: 64, hop_length: 64, bands: 12, hidden: 5, trainable: 'all' },
    length: 1024,
    width: 1,
    embedding: 5,
  },
  'crnn-artist': {
    options: { channels: [2, 3, 3, 4], hidden: 5 },
    length: 50,
    width: 128,
    embedding: 5,
  },
};

/** Names of all networks. */
export const NETWORKS = Object.keys(zoo) as ZooName[];

/** A network as a config describes it. */
export const specOf = (name: ZooName, options: object = {}) =>
  modelSchema().parse({ zoo: { kind: name, ...options } });

/** A small network with seeded weights. */
export function buildSmall(name: ZooName, seed = 1): TaggingModel {
  const { options, length, width } = SMALL[name];
  const inputs = { [zoo[name].input]: { length, width, sampleRate: 16_000 } };
  const shape: ModelShape = { inputs, labels: LABELS, head: 'sigmoid' };
  return buildModel(specOf(name, options), shape, seed);
}

/** Inputs of a small network, [batch, length, width]. */
export function makeMel(name: ZooName): tf.Tensor3D {
  const { length, width } = SMALL[name];
  const random = randomGenerator(7, 'mel');
  const values = Float32Array.from({ length: BATCH * length * width }, () => Math.abs(random.normal()));
  return tf.tensor3d(values, [BATCH, length, width]);
}
