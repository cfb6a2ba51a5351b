/** The two published forms of FCN-5, imported from their Keras files and held to reference values of one track. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeAudio } from '../../src/audio/decode.js';
import { UsageError } from '../../src/base/errors.js';
import { loadEngine } from '../../src/engine/engine.js';
import { readWeights } from '../../src/hub/formats/index.js';
import { importModel } from '../../src/hub/import.js';
import { loadPredictor, readModelDescription, readModelWeights } from '../../src/hub/model-folder.js';
import type { AudioInput } from '../../src/inputs/window.js';
import { INFERENCE } from '../../src/models/layers/training.js';
import { Parameters } from '../../src/models/parameters.js';
import type { Prediction } from '../../src/models/predictor.js';
import { type ZooName, zoo } from '../../src/models/zoo/index.js';
import type { ZooKind } from '../../src/models/zoo/zoo.js';
import { availableEngines } from '../engine/available.js';
import { largestDifference } from '../features/reference.js';
import { type NpyArray, readNpy } from '../golden/read.js';
import { needsShared, referencePath } from '../reference.js';
import { type Backend, writeCompactCnn } from './keras-file.js';

const reference = (name: string): NpyArray => readNpy(referencePath('reference', 'fcn5', `${name}.npy`));
const weightsPath = (name: string): string => referencePath('reference', 'fcn5', 'weights', name);

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polytag-fcn5-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const imported = (file: string, architecture: ZooName, name: string, folder = root): Promise<string> =>
  importModel({ file, architecture, name, folder, force: true, log: () => {} });

/** Mel × time as time × mel, which inputs are. */
function framesFirst({ shape: [bands, frames], values }: NpyArray): Float32Array {
  return Float32Array.from(
    { length: values.length },
    (_, i) => values[(i % bands) * frames + Math.floor(i / bands)],
  );
}

async function predict(model: string, mel: Float32Array): Promise<Prediction> {
  const predictor = await loadPredictor(model, root);
  const prediction = predictor.predict({ count: 1, values: { mel: mel.slice() } });
  predictor.dispose();
  return prediction;
}

/** The mel frames that a model's own front end computes of a recording at 12 kHz. */
async function ownMel(model: string, waveform: Float32Array): Promise<Float32Array> {
  const predictor = await loadPredictor(model, root);
  const [{ feature, size }] = predictor.inputs.list as AudioInput[];
  predictor.dispose();
  const stream = feature.stream();
  const parts = [stream.push(waveform), stream.finish()].flatMap((part) => [...(part ?? [])]);
  return Float32Array.from(parts.slice(0, size.length * size.width));
}

describe.each(availableEngines)('published weights of FCN-5 on engine %s', (engine) => {
  beforeEach(async () => {
    await loadEngine(engine);
  });

  it.for([
    ['weights_layer4_theano.hdf5', 'compact-cnn', 'keras1_theano', 'keras1_theano_features160'],
    ['weights_layer4_tensorflow.hdf5', 'compact-cnn', 'keras1_tensorflow', 'keras1_tensorflow_features160'],
    [
      'music_tagger_cnn_weights_theano.h5',
      'music-tagger-cnn',
      'cnn_standardised',
      'cnn_standardised_features256',
    ],
  ] as const)('%s: features and tags', async ([file, architecture, variant, features], ctx) => {
    needsShared(ctx);
    await imported(weightsPath(file), architecture, 'published');
    const mel = architecture === 'compact-cnn' ? `${variant}_mel_db` : 'musictagger_mel_db_96x1366';
    const { scores, embedding } = await predict('published', framesFirst(reference(mel)));
    expect(largestDifference(embedding!, reference(features).values)).toBeLessThan(1e-4);
    expect(largestDifference(scores, reference(`${variant}_tags50`).values)).toBeLessThan(1e-4);
  });

  it('the maps of the compact CNN, block by block', async (ctx) => {
    needsShared(ctx);
    const folder = await imported(weightsPath('weights_layer4_theano.hdf5'), 'compact-cnn', 'published');
    const { spec, shape } = await readModelDescription(folder);
    const parameters = new Parameters(1);
    const kind = zoo['compact-cnn'] as unknown as ZooKind;
    const body = kind.body(parameters, spec.zoo as never, shape.inputs.mel);
    parameters.writeUnder('', await readModelWeights(folder));
    tf.tidy(() => {
      const mel = framesFirst(reference('keras1_theano_mel_db'));
      const maps = body.maps!(tf.tensor3d(mel, [1, 1360, 96]), INFERENCE);
      for (const [i, map] of maps.entries()) {
        const wanted = reference(`keras1_theano_block${i + 1}`);
        const channelsFirst = tf.transpose(tf.squeeze(map, [0]), [2, 0, 1]);
        expect(channelsFirst.shape).toEqual(wanted.shape);
        expect(largestDifference(channelsFirst.dataSync<'float32'>(), wanted.values)).toBeLessThan(1e-4);
      }
    });
    parameters.dispose();
  });
});

describe('the front ends of FCN-5', () => {
  it('MusicTaggerCNN: from a recording to its tags', async (ctx) => {
    needsShared(ctx);
    await imported(weightsPath('music_tagger_cnn_weights_theano.h5'), 'music-tagger-cnn', 'published');
    const track = referencePath('reference', 'musicnn', 'joram-moments_of_clarity-08-solipsism-59-88.mp3');
    const { channels } = await decodeAudio(track, { mono: true, sampleRate: 12_000 });
    const start = Math.floor((channels[0].length - 349_440) / 2);
    const mel = await ownMel('published', channels[0].subarray(start, start + 349_440));
    const wanted = framesFirst(reference('musictagger_mel_db_96x1366'));
    // Stored decibels have no floor yet; the reference ends 80 below its maximum.
    const floor = wanted.reduce((a, b) => Math.max(a, b)) - 80;
    const floored = mel.map((value) => Math.max(value, floor));
    expect(largestDifference(floored, wanted)).toBeLessThan(0.2);
    const total = floored.reduce((sum, value, i) => sum + Math.abs(value - wanted[i]), 0);
    expect(total / floored.length).toBeLessThan(1e-3);
    const { scores } = await predict('published', mel);
    expect(largestDifference(scores, reference('cnn_standardised_tags50').values)).toBeLessThan(1e-4);
  });

  it('compact CNN: features of librosa’s mel lie within 0.009 of those of the original', async (ctx) => {
    needsShared(ctx);
    await imported(weightsPath('weights_layer4_theano.hdf5'), 'compact-cnn', 'published');
    const { embedding } = await predict(
      'published',
      await ownMel('published', reference('waveform_12k').values),
    );
    expect(largestDifference(embedding!, reference('keras1_theano_features160').values)).toBeLessThan(9e-3);
  });
});

describe('files that are imported without a mapping', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(root, 'keras-'));
  });
  const write = (name: string, backend: Backend): Promise<void> =>
    writeCompactCnn(join(folder, name), backend);
  const model = (file: string, name: string): Promise<string> =>
    imported(join(folder, file), 'compact-cnn', name, folder);

  it('give one model, whether Keras wrote them under Theano or TensorFlow', async () => {
    await write('weights_layer4_theano.hdf5', 'theano');
    await write('mine.h5', 'tensorflow');
    const [theano, tensorflow] = [
      await model('weights_layer4_theano.hdf5', 'a'),
      await model('mine.h5', 'b'),
    ];
    const weights = await readModelWeights(theano);
    expect(await readModelWeights(tensorflow)).toEqual(weights);
    const stored = await readWeights(join(folder, 'mine.h5'));
    const kernel = stored.get('ConvBNEluDr/convolution2d_2_W:0')!.read();
    // [mel, time, in, out] from TensorFlow's [out, in, mel, time]: mel 0, time 2, in 3, out 4.
    expect(weights.get('conv2/kernel')!.values[(2 * 32 + 3) * 32 + 4]).toBe(kernel[(4 * 32 + 3) * 9 + 2]);
    const { labels, origin, spec } = await readModelDescription(tensorflow);
    expect([labels.length, labels[0], labels[49]]).toEqual([50, 'rock', 'happy']);
    expect(origin).toMatchObject({
      source: 'mine.h5 and weights_layer4_theano.hdf5',
      licence: 'MIT, Copyright (c) 2016 Keunwoo Choi',
    });
    expect(spec.zoo).toMatchObject({ kind: 'compact-cnn', normalisation: 'clip' });
  });

  it('say which file they need beside them', async () => {
    await write('mine.h5', 'tensorflow');
    await expect(model('mine.h5', 'a')).rejects.toThrow(
      /mine\.h5 has no output layer \(dense_1\/dense_1_W, dense_1\/dense_1_b\); put the published file weights_layer4_theano\.hdf5, which has one, beside it\.$/,
    );
  });

  it('are refused in a sentence where they are others', async () => {
    await write('mine.h5', 'theano');
    const wrong = (architecture: ZooName): Promise<string> =>
      imported(join(folder, 'mine.h5'), architecture, 'a', folder);
    await expect(wrong('music-tagger-cnn')).rejects.toThrow(
      /mine\.h5 is not a published file of music-tagger-cnn: it has no array bn_0_freq\/bn_0_freq_gamma\. Say with --mapping/,
    );
    await writeCompactCnn(join(folder, 'mine.h5'), 'theano', 'rnn');
    await expect(wrong('compact-cnn')).rejects.toThrow(
      /mine\.h5 is not a published file of compact-cnn: that has no array dense_1\/rnn\. Say with --mapping/,
    );
    await expect(wrong('vgg')).rejects.toThrow(/^Weights of vgg need --mapping;/);
    await expect(wrong('vgg')).rejects.toThrow(UsageError);
  });
});
