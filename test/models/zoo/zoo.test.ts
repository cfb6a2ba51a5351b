/** What every network of the zoo promises, on every engine. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import { loadEngine } from '../../../src/engine/engine.js';
import { INFERENCE } from '../../../src/models/layers/training.js';
import { buildModel, type ModelShape, type TaggingModel } from '../../../src/models/model.js';
import { Parameters } from '../../../src/models/parameters.js';
import { modelSchema } from '../../../src/models/spec.js';
import { describeSpec, inputsOf } from '../../../src/models/spec-parts.js';
import { type ZooName, zoo } from '../../../src/models/zoo/index.js';
import type { ZooKind } from '../../../src/models/zoo/zoo.js';
import { penalisedBinaryCrossEntropy } from '../../../src/training/losses/tags.js';
import { availableEngines } from '../../engine/available.js';
import { disturb } from '../disturb.js';
import { BATCH, buildSmall, LABELS, makeMel, NETWORKS, SMALL, specOf } from './small-networks.js';

/** Trained numbers of the networks as they were published, with 50 labels. */
const PUBLISHED: Record<ZooName, { length: number; width?: number; weights: number }> = {
  musicnn: { length: 187, weights: 787_159 },
  vgg: { length: 187, weights: 605_748 },
  // Won et al. 2020, counted in their published weights; the spectrogram has none.
  'musicnn-won': { length: 188, weights: 784_300 },
  fcn: { length: 1813, weights: 447_732 },
  crnn: { length: 1813, weights: 394_100 },
  // Won et al. 2020, counted by make-torch-reference.py.
  samplecnn: { length: 59_049, width: 1, weights: 1_869_874 },
  'short-chunk': { length: 231, width: 128, weights: 3_687_348 },
  'harmonic-cnn': { length: 80_000, width: 1, weights: 3_631_551 },
  cnnsa: { length: 938, width: 128, weights: 10_521_652 },
  // torchvision's vgg16_bn.features with one channel in, the normalisation of the spectrogram, and the output layer.
  vgg16: { length: 231, width: 128, weights: 14_723_136 - 2 * 64 * 9 + 2 + 512 * 50 + 50 },
  // Without the convolutions' biases, which the normalisation that follows takes out.
  'music-tagger-cnn': { length: 1366, weights: 865_950 - 736 },
  'compact-cnn': { length: 1360, weights: 39_282 - 160 },
  // Its sizes are ours, counted by hand: four convolutions, the normalisation of the spectrogram, two dense layers.
  'piano-cnn': { length: 16_000, weights: 192 + 4704 + 18_624 + 37_056 + 2 + 73_792 + 3250 },
  // Each GRU layer has a second bias, for its state.
  'crnn-artist': { length: 94, width: 128, weights: 394_162 + 2 * 3 * 32 },
};

/** Networks of PyTorch's, where a normalisation follows a bias right away and takes it out, so that its gradient is 0. */
const NORM_BEHIND_BIAS: ZooName[] = [
  ...(['musicnn-won', 'fcn', 'crnn', 'samplecnn', 'short-chunk', 'vgg16', 'harmonic-cnn', 'cnnsa'] as const),
];

const isBiasBeforeNorm = (name: ZooName, weight: string, model: TaggingModel): boolean =>
  NORM_BEHIND_BIAS.includes(name) &&
  weight.endsWith('/bias') &&
  model.parameters.read().has(weight.replace(/bias$/, 'norm/gamma'));

/** Forward as the papers write it: convolution, bias, ReLU, normalisation, and only then pooling. */
function plainBlock(
  model: TaggingModel,
  name: string,
  x: tf.Tensor4D,
  pool: [[number, number], [number, number]],
): tf.Tensor {
  const weight = (part: string): tf.Tensor => {
    const { values, shape } = model.parameters.read().get(`${name}/${part}`)!;
    return tf.tensor(values, shape);
  };
  const convolved = tf.conv2d(x, weight('kernel') as tf.Tensor4D, 1, 'same');
  const active = tf.relu(tf.add(convolved, weight('bias')));
  const centred = tf.div(tf.sub(active, weight('norm/mean')), tf.sqrt(tf.add(weight('norm/variance'), 1e-3)));
  const normal = tf.add(tf.mul(centred, weight('norm/gamma')), weight('norm/beta')) as tf.Tensor4D;
  return tf.maxPool(normal, pool[0], pool[1], 'valid');
}

describe.each(availableEngines)('networks of the zoo on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  describe.each(NETWORKS)('%s', (name) => {
    it('takes the input that it names', () => {
      const model = buildSmall(name);
      expect(model.inputs).toEqual([zoo[name].input]);
      model.dispose();
    });

    it('gives a finite logit for each label, and an embedding', () => {
      const model = buildSmall(name);
      tf.tidy(() => {
        const { logits, embedding } = model.forward({ [zoo[name].input]: makeMel(name) }, INFERENCE);
        expect(logits.shape).toEqual([BATCH, LABELS]);
        expect(embedding?.shape).toEqual([BATCH, SMALL[name].embedding]);
        expect([...logits.dataSync(), ...embedding!.dataSync()].every(Number.isFinite)).toBe(true);
      });
      model.dispose();
    });

    it('gives no attention and names no segments', () => {
      const model = buildSmall(name);
      tf.tidy(() => {
        const { attention, segments } = model.forward({ [zoo[name].input]: makeMel(name) }, INFERENCE);
        expect([attention, segments]).toEqual([null, []]);
      });
      model.dispose();
    });

    it('has the same weights for the same seed and others for another', () => {
      const models = [buildSmall(name), buildSmall(name), buildSmall(name, 2)];
      tf.tidy(() => {
        const [first, twin, other] = models.map((model) =>
          model.forward({ [zoo[name].input]: makeMel(name) }, INFERENCE).logits.dataSync(),
        );
        expect(twin).toEqual(first);
        expect(other).not.toEqual(first);
      });
      for (const model of models) model.dispose();
    });

    it('trains every weight', () => {
      const model = buildSmall(name);
      tf.tidy(() => {
        const mel = makeMel(name);
        const labels = tf.tensor2d([1, 0, 0, 1, 0, 1, 0, 1, 1, 1, 0, 0], [BATCH, LABELS]);
        const trainable = model.parameters.trainableVariables();
        const { grads } = tf.variableGrads(
          () => {
            const mode = { training: true as const, random: randomGenerator(5) };
            return penalisedBinaryCrossEntropy(
              labels,
              model.forward({ [zoo[name].input]: mel }, mode).logits,
              1,
            );
          },
          trainable.map(([, variable]) => variable),
        );
        for (const [weight, variable] of trainable) {
          const gradient = [...grads[variable.name].dataSync()];
          expect(gradient.every(Number.isFinite), weight).toBe(true);
          expect(
            gradient.some((g) => g !== 0),
            weight,
          ).toBe(!isBiasBeforeNorm(name, weight, model));
        }
      });
      model.dispose();
    });

    it('leaves no tensor behind', () => {
      const before = tf.memory().numTensors;
      const model = buildSmall(name);
      tf.tidy(() => model.forward({ [zoo[name].input]: makeMel(name) }, INFERENCE).logits.dataSync());
      model.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  it.each(NETWORKS)('%s: scores of a window do not depend on its batch', (name) => {
    const model = buildSmall(name);
    disturb(model);
    tf.tidy(() => {
      const mel = makeMel(name);
      const { input } = zoo[name];
      const together = model.forward({ [input]: mel }, INFERENCE).logits.dataSync();
      for (const [i, window] of tf.split(mel, BATCH).entries()) {
        const alone = model.forward({ [input]: window }, INFERENCE).logits.dataSync();
        for (const [label, logit] of alone.entries())
          expect(Math.abs(logit - together[i * LABELS + label])).toBeLessThan(
            5e-5 * Math.max(1, Math.abs(logit)),
          );
      }
    });
    model.dispose();
  });

  it('vgg: pooling the convolution first changes nothing, whatever the signs of gamma', () => {
    const model = buildSmall('vgg');
    disturb(model);
    tf.tidy(() => {
      const mel = makeMel('vgg');
      const weights = model.parameters.read();
      const gammas = weights.get('conv1/norm/gamma')!.values;
      expect(gammas.some((g) => g < 0) && gammas.some((g) => g > 0)).toBe(true);
      const value = (part: string): number => weights.get(`input/${part}`)!.values[0];
      const scale = value('gamma') / Math.sqrt(value('variance') + 1e-3);
      let x = tf.mul(tf.sub(tf.expandDims(mel, 3), value('mean')), scale);
      x = tf.add(x, value('beta'));
      const pools: [[number, number], [number, number]][] = [
        [
          [4, 1],
          [2, 2],
        ],
        ...Array.from({ length: 3 }, (): [[number, number], [number, number]] => [
          [2, 2],
          [2, 2],
        ]),
        [
          [4, 4],
          [4, 4],
        ],
      ];
      for (const [i, pool] of pools.entries()) x = plainBlock(model, `conv${i + 1}`, x as tf.Tensor4D, pool);
      const wanted = x.dataSync();
      const { embedding } = model.forward({ mel }, INFERENCE);
      for (const [i, given] of embedding!.dataSync().entries())
        expect(Math.abs(given - wanted[i])).toBeLessThan(1e-4 * Math.max(1, Math.abs(wanted[i])));
    });
    model.dispose();
  });

  it.each(NETWORKS)('%s: has the published number of weights by default', (name) => {
    const { length, width = 96, weights } = PUBLISHED[name];
    const inputs = { [zoo[name].input]: { length, width, sampleRate: 16_000 } };
    const model = buildModel(specOf(name), { inputs, labels: 50, head: 'sigmoid' }, 1);
    expect(model.parameters.count()).toBe(weights);
    model.dispose();
  });

  it.each<[ZooName, number, number, RegExp]>([
    ['musicnn', 187, 2, /^model\.zoo: 2 mel bands are too few; give at least 3\.$/],
    ['vgg', 65, 64, /^model\.zoo: five poolings leave nothing of 65 frames × 64 bands; give at least 66/],
    ['vgg', 66, 62, /^model\.zoo: five poolings leave nothing of 66 frames × 62 bands/],
    [
      'music-tagger-cnn',
      1279,
      96,
      /^model\.zoo: five poolings leave nothing of 1279 frames × 96 bands; give at least 1280 frames \(inputs\.chunk_seconds\) and 96 bands \(inputs\.mel\.bands\)\.$/,
    ],
    ['compact-cnn', 1280, 64, /^model\.zoo: five poolings leave nothing of 1280 frames × 64 bands/],
    [
      'crnn-artist',
      15,
      128,
      /^model\.zoo: four poolings leave nothing of 15 frames × 128 bands; give at least 16 frames \(inputs\.chunk_seconds\) and 128 bands/,
    ],
    ['crnn-artist', 94, 96, /^model\.zoo: four poolings leave nothing of 94 frames × 96 bands/],
  ])('%s says that %i frames of %i bands do not fit', (name, length, width, message) => {
    const before = tf.memory().numTensors;
    const shape: ModelShape = { inputs: { mel: { length, width } }, labels: 2, head: 'sigmoid' };
    expect(() => buildModel(specOf(name, SMALL[name].options), shape, 1)).toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each<[ZooName, number, number[][]]>([
    [
      'music-tagger-cnn',
      1366,
      [
        [48, 341, 32],
        [24, 85, 128],
        [12, 21, 128],
        [4, 4, 192],
        [1, 1, 256],
      ],
    ],
    [
      'compact-cnn',
      1360,
      [
        [48, 340, 32],
        [16, 85, 32],
        [8, 17, 32],
        [4, 4, 32],
        [1, 1, 32],
      ],
    ],
  ])('%s gives the maps of its blocks, [mel, time, channels]', (name, length, shapes) => {
    const parameters = new Parameters(1);
    const kind = zoo[name] as unknown as ZooKind;
    const body = kind.body(parameters, kind.options.parse({ kind: name }), { length, width: 96 });
    tf.tidy(() => {
      const maps = body.maps!(tf.ones([1, length, 96]), INFERENCE);
      expect(maps.map(({ shape }) => shape)).toEqual(shapes.map((shape) => [1, ...shape]));
    });
    parameters.dispose();
  });

  it('compact-cnn: normalised by the clip, it trains every weight and keeps no averages', () => {
    const shape: ModelShape = {
      inputs: { mel: { length: 1280, width: 96 } },
      labels: LABELS,
      head: 'sigmoid',
    };
    const spec = specOf('compact-cnn', { channels: 3, normalisation: 'clip' });
    const model = buildModel(spec, shape, 1);
    const all = model.parameters.trainableVariables();
    expect(all).toHaveLength(model.parameters.read().size);
    tf.tidy(() => {
      const mel = makeMel('compact-cnn');
      const mode = { training: true as const, random: randomGenerator(5) };
      const forward = (input: tf.Tensor) => model.forward({ mel: input }, mode);
      // The features, as the head takes the last block's only.
      const { grads } = tf.variableGrads(
        () => tf.mean(tf.square(tf.add(forward(mel).embedding!, forward(mel).logits.mean()))) as tf.Scalar,
        all.map(([, variable]) => variable),
      );
      for (const [name, variable] of all)
        expect(
          [...grads[variable.name].dataSync()].some((g) => g !== 0),
          name,
        ).toBe(true);
      const [first] = tf.split(mel, BATCH);
      expect(forward(first).embedding!.dataSync()).toEqual(
        model.forward({ mel: first }, INFERENCE).embedding!.dataSync(),
      );
    });
    model.dispose();
  });

  it('crnn-artist: normalises the bands first, then pools what convolution, ELU and normalisation give', () => {
    const model = buildSmall('crnn-artist');
    disturb(model);
    const body = zoo['crnn-artist'].body;
    tf.tidy(() => {
      const mel = makeMel('crnn-artist');
      const weights = model.parameters.read();
      const part = (name: string): tf.Tensor =>
        tf.tensor(weights.get(name)!.values, weights.get(name)!.shape);
      const normal = (x: tf.Tensor, name: string): tf.Tensor => {
        const centred = tf.div(
          tf.sub(x, part(`${name}/mean`)),
          tf.sqrt(tf.add(part(`${name}/variance`), 1e-3)),
        );
        return tf.add(tf.mul(centred, part(`${name}/gamma`)), part(`${name}/beta`));
      };
      // [batch, frames, bands] to [batch, bands, frames, 1]
      let x = tf.expandDims(tf.transpose(normal(mel, 'input'), [0, 2, 1]), 3) as tf.Tensor4D;
      const pools: [number, number][] = [
        [2, 2],
        [4, 2],
        [4, 2],
        [4, 2],
      ];
      const wanted = pools.map((pool, i) => {
        const name = `conv${i + 1}`;
        const convolved = tf.add(
          tf.conv2d(x, part(`${name}/kernel`) as tf.Tensor4D, 1, 'same'),
          part(`${name}/bias`),
        );
        x = tf.maxPool(normal(tf.elu(convolved), `${name}/norm`) as tf.Tensor4D, pool, pool, 'valid');
        return x;
      });
      expect(wanted.map(({ shape }) => shape)).toEqual([
        [BATCH, 64, 25, 2],
        [BATCH, 16, 12, 3],
        [BATCH, 4, 6, 3],
        [BATCH, 1, 3, 4],
      ]);
      const parameters = new Parameters(1);
      const { length, width, options } = SMALL['crnn-artist'];
      const built = body(
        parameters,
        zoo['crnn-artist'].options.parse({ kind: 'crnn-artist', ...options }) as never,
        { length, width },
      );
      parameters.writeUnder('', new Map([...weights].filter(([name]) => /^(input|conv)/.test(name))));
      for (const [i, map] of built.maps!(mel, INFERENCE).entries()) {
        const ours = map.dataSync();
        for (const [at, value] of wanted[i].dataSync().entries())
          expect(Math.abs(ours[at] - value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)));
      }
      parameters.dispose();
    });
    model.dispose();
  });

  it.each<[object, number[][]]>([
    [
      { pooling: 'strides' },
      [
        [64, 47, 64],
        [16, 24, 128],
        [4, 12, 128],
        [1, 6, 128],
      ],
    ],
    [
      { extra_layers: 3 },
      [[64, 47, 64], [16, 23, 128], [4, 11, 128], ...Array.from({ length: 4 }, () => [1, 5, 128])],
    ],
  ])('crnn-artist with %o gives maps of the sizes that follow', (given, shapes) => {
    const parameters = new Parameters(1);
    const kind = zoo['crnn-artist'] as unknown as ZooKind;
    const options = kind.options.parse({ kind: 'crnn-artist', ...given });
    const body = kind.body(parameters, options, { length: 94, width: 128 });
    tf.tidy(() => {
      const maps = body.maps!(tf.ones([1, 94, 128]), INFERENCE);
      expect(maps.map(({ shape }) => shape)).toEqual(shapes.map((shape) => [1, ...shape]));
      expect(body.forward(tf.ones([1, 94, 128]), INFERENCE).shape).toEqual([1, body.steps, body.features]);
    });
    parameters.dispose();
  });

  it('wants a mel spectrogram', () => {
    expect(() => buildModel(specOf('vgg'), { inputs: {}, labels: 2, head: 'sigmoid' }, 1)).toThrow(
      /^model\.zoo: the config has no inputs\.mel/,
    );
  });
});

describe('a config that names a network of the zoo', () => {
  it('takes no branches and no fusion', () => {
    const issues = (model: object): string[] =>
      modelSchema()
        .safeParse(model)
        .error!.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    expect(issues({ zoo: { kind: 'vgg' }, branches: { mel: {} } })).toEqual([
      'branches: a network of the zoo takes no branches; remove one of them',
    ]);
    expect(issues({ zoo: { kind: 'vgg' }, fusion: { kind: 'concat' } })).toEqual([
      'fusion: a network of the zoo has nothing to join; remove one of them',
    ]);
    expect(issues({})).toEqual(['branches: name at least one branch, or a network with model.zoo']);
  });

  it('is described by its name and takes the input that the network takes', () => {
    expect(describeSpec(specOf('musicnn'))).toBe('musicnn');
    expect(inputsOf(specOf('musicnn'))).toEqual(['mel']);
    expect(describeSpec(modelSchema().parse({ branches: { lyrics: {}, mel: {} } }))).toBe(
      'mel + lyrics, self-attention',
    );
  });

  it.each(NETWORKS)('%s: reads the same after it was written out', (name) => {
    const spec = specOf(name);
    expect(modelSchema().parse(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
  });
});
