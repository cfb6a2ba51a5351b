/** What every branch and every fusion promises, on every engine. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../src/base/random.js';
import { loadEngine } from '../../src/engine/engine.js';
import { fusions } from '../../src/models/fusion/index.js';
import { INFERENCE } from '../../src/models/layers/mode.js';
import {
  buildModel,
  type ModelInputs,
  type ModelShape,
  segmentsKey,
  type TaggingModel,
} from '../../src/models/model.js';
import { modelSchema } from '../../src/models/spec.js';
import {
  categoricalCrossEntropy,
  penalisedBinaryCrossEntropy,
  trainingLoss,
} from '../../src/training/loss.js';
import { availableEngines } from '../engine/available.js';

const [BATCH, LABELS] = [4, 3];
const SHAPE: Omit<ModelShape, 'head'> = {
  inputs: {
    mel: { length: 24, width: 16 },
    waveform: { length: 24 * 32, width: 1 },
    lyrics: { length: 9, width: 20 },
  },
  labels: LABELS,
};

/** Small options; BiLSTMs on, so that they are part of what is checked. */
type BranchName = 'mel' | 'waveform' | 'lyrics';
const SMALL: Record<BranchName, object> = {
  mel: { channels: [4, 6], convolutions: [1, 2], features: 5, lstm_units: 3 },
  waveform: { channels: [4, 5, 6], features: 5, lstm_units: 3 },
  lyrics: { embedding: 6, filters: 3, widths: [2, 3], lstm_units: 3 },
};

const FUSIONS = [
  { kind: 'self-attention', heads: 2, features: 6, attention: 4, hidden: 7 },
  { kind: 'self-attention', heads: 2, features: 6, attention: 4, hidden: 7, balanced: true },
  { kind: 'cross-attention', heads: 2, features: 6, hidden: 7 },
  { kind: 'gated', hidden: 7 },
  { kind: 'concat', hidden: 7 },
  { kind: 'late-average', hidden: 7 },
  { kind: 'late-average', hidden: 7, trained: 'together' },
  { kind: 'late-average', hidden: 7, weights: 'stacked' },
];

/** Each branch alone, and all together. */
const CHOICES: BranchName[][] = [
  ...(Object.keys(SMALL) as BranchName[]).map((name) => [name]),
  Object.keys(SMALL) as BranchName[],
];

/** A model to be checked. */
interface Choice {
  names: BranchName[];
  fusion: (typeof FUSIONS)[number];
  head: ModelShape['head'];
  /** Of the mel branch. */
  segmentation: 'fixed' | 'adaptive';
}

const everyFusion = (names: BranchName[], segmentation: Choice['segmentation']): Choice[] =>
  FUSIONS.flatMap((fusion) =>
    (['sigmoid', 'softmax'] as const).map((head) => ({ names, fusion, head, segmentation })),
  );

const fixedCases = CHOICES.flatMap((names) => everyFusion(names, 'fixed'));
const adaptiveCases = CHOICES.filter((names) => names.includes('mel')).flatMap((names) =>
  everyFusion(names, 'adaptive'),
);

function build({ names, fusion, head, segmentation }: Choice, seed = 1): TaggingModel {
  const options = { ...SMALL, mel: { ...SMALL.mel, segmentation, max_segments: 5 } };
  const spec = modelSchema().parse({
    branches: Object.fromEntries(names.map((name) => [name, options[name]])),
    fusion,
  });
  return buildModel(spec, { ...SHAPE, head }, seed);
}

/** Begins and ends of the mel chunks' segments, as many as there may be, one, and two kinds in between. */
const SEGMENTS = [
  [0, 5, 5, 6, 6, 12, 12, 20, 20, 24],
  [0, 24, 0, 0, 0, 0, 0, 0, 0, 0],
  [0, 11, 11, 24, 0, 0, 0, 0, 0, 0],
  [0, 2, 2, 23, 23, 24, 0, 0, 0, 0],
].flat();

/** Lyrics of different lengths, one of them the start token alone. */
function makeInputs(): ModelInputs {
  const random = randomGenerator(3, 'inputs');
  const values = (size: number): Float32Array => Float32Array.from({ length: size }, () => random.normal());
  const ids = [
    2, 5, 6, 7, 8, 9, 3, 4, 5, 2, 0, 0, 0, 0, 0, 0, 0, 0, 2, 11, 12, 0, 0, 0, 0, 0, 0, 2, 13, 14, 15, 16, 17,
    18, 19, 1,
  ];
  return {
    mel: tf.tensor(values(BATCH * 24 * 16), [BATCH, 24, 16]),
    waveform: tf.tensor(values(BATCH * 24 * 32), [BATCH, 24 * 32]),
    lyrics: tf.tensor(ids, [BATCH, 9], 'int32'),
    [segmentsKey('mel')]: tf.tensor3d(SEGMENTS, [BATCH, 5, 2]),
  };
}

/** Lyrics of instrumentals. */
function startTokens(): tf.Tensor2D {
  const ids = Int32Array.from({ length: BATCH * 9 }, (_, i) => (i % 9 === 0 ? 2 : 0));
  return tf.tensor2d(ids, [BATCH, 9], 'int32');
}

describe.each(availableEngines)('models on engine %s', (engine) => {
  it.each([...fixedCases, ...adaptiveCases])(
    '$names, $fusion.kind, $head, $segmentation segments',
    async (choice) => {
      await loadEngine(engine);
      const before = tf.memory().numTensors;
      const model = build(choice);
      const twin = build(choice);
      const other = build(choice, 2);
      tf.tidy(() => {
        const inputs = makeInputs();
        const { logits, attention, segments } = model.forward(inputs, INFERENCE);
        expect(logits.shape).toEqual([BATCH, LABELS]);
        expect([...logits.dataSync()].every(Number.isFinite)).toBe(true);
        expect(twin.forward(inputs, INFERENCE).logits.dataSync()).toEqual(logits.dataSync());
        expect(other.forward(inputs, INFERENCE).logits.dataSync()).not.toEqual(logits.dataSync());
        expect(segments.map(({ branch }) => branch)).toEqual(choice.names);
        const probabilities = model.probabilities(logits);
        if (choice.head === 'softmax')
          for (const sum of tf.sum(probabilities, 1).dataSync()) expect(sum).toBeCloseTo(1, 5);
        if (attention) {
          if (choice.segmentation === 'adaptive') {
            // The second chunk is one segment: the four behind it are padding.
            expect(segments[0]).toEqual({ branch: 'mel', steps: 5 });
            expect(tf.max(tf.slice(attention, [1, 0, 1], [1, 2, 4])).dataSync()[0]).toBe(0);
          }
          for (const sum of tf.sum(attention, 2).dataSync()) expect(sum).toBeCloseTo(1, 5);
          if (choice.names.includes('lyrics')) {
            // The second text is its start token alone: everything behind it is padding.
            const last = attention.shape[2] - 8;
            expect(tf.max(tf.slice(attention, [1, 0, last], [1, 2, 8])).dataSync()[0]).toBe(0);
          }
        }
        const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 0], 'int32'), LABELS) as tf.Tensor2D;
        const loss =
          choice.head === 'softmax'
            ? categoricalCrossEntropy
            : (y: tf.Tensor2D, z: tf.Tensor2D) => penalisedBinaryCrossEntropy(y, z, 2);
        const mode = { training: true as const, random: randomGenerator(5) };
        const trainable = model.parameters.trainableVariables();
        const { grads } = tf.variableGrads(
          () => trainingLoss(loss, labels, model.forward(inputs, mode)),
          trainable.map(([, variable]) => variable),
        );
        for (const [name, variable] of trainable) {
          const gradient = [...grads[variable.name].dataSync()];
          expect(gradient.every(Number.isFinite), name).toBe(true);
          // One branch has one weight in a late average, which the softmax over weights makes 1.
          if (name !== 'fusion/weights' || choice.names.length > 1)
            expect(
              gradient.some((g) => g !== 0),
              name,
            ).toBe(true);
        }
      });
      for (const each of [model, twin, other]) each.dispose();
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it.each(FUSIONS)('$kind takes nothing of an absent modality but its token', async (fusion) => {
    await loadEngine(engine);
    const before = tf.memory().numTensors;
    const names = Object.keys(SMALL) as BranchName[];
    for (const absent of names) {
      const spec = modelSchema().parse({ branches: SMALL, fusion, absent_token: true });
      const model = buildModel(spec, { ...SHAPE, head: 'sigmoid' }, 1);
      tf.tidy(() => {
        const whole = makeInputs();
        const nothing = tf.zerosLike(whole[absent]!);
        const inputs = { ...whole, [absent]: absent === 'lyrics' ? startTokens() : nothing };
        const logits = model.forward(inputs, INFERENCE).logits.dataSync().slice();
        const weights = model.parameters.read();
        const change = (wanted: (name: string) => boolean): Float32Array => {
          const changed = [...weights].map(([name, { shape, values }]) => {
            const others = wanted(name) ? values.map((value) => value * 1.5 + 0.1) : values;
            return [name, { shape, values: others }] as const;
          });
          model.parameters.write(new Map(changed));
          return model.forward(inputs, INFERENCE).logits.dataSync<'float32'>().slice();
        };
        const isToken = (name: string): boolean => name === `${absent}/absent`;
        const isNorm = (name: string): boolean => /variance/.test(name);
        expect(change((name) => name.startsWith(`${absent}/`) && !isToken(name) && !isNorm(name))).toEqual(
          logits,
        );
        expect(change(isToken)).not.toEqual(logits);
      });
      model.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('learns the token where a modality is absent, and leaves what is there as it is', async () => {
    await loadEngine(engine);
    const [withTokens, without] = [true, false].map((absent_token) =>
      buildModel(modelSchema().parse({ branches: SMALL, absent_token }), { ...SHAPE, head: 'sigmoid' }, 1),
    );
    tf.tidy(() => {
      // The second text of the inputs is its start token alone.
      const inputs = makeInputs();
      const [a, b] = [withTokens, without].map((model) => model.forward(inputs, INFERENCE).logits);
      const rows = (x: tf.Tensor2D): number[][] => x.arraySync();
      for (const row of [0, 2, 3])
        for (const [i, logit] of rows(a)[row].entries()) expect(logit).toBeCloseTo(rows(b)[row][i], 5);
      expect(rows(a)[1]).not.toEqual(rows(b)[1]);
      const [, token] = withTokens.parameters
        .trainableVariables()
        .find(([name]) => name === 'lyrics/absent')!;
      const mode = { training: true as const, random: randomGenerator(5) };
      const { grads } = tf.variableGrads(
        () => tf.sum(withTokens.forward(inputs, mode).logits) as tf.Scalar,
        [token],
      );
      expect(grads[token.name].dataSync().some((g) => g !== 0)).toBe(true);
    });
    withTokens.dispose();
    without.dispose();
  });

  it('hears nothing of what padded segments would hold', async () => {
    await loadEngine(engine);
    for (const choice of adaptiveCases) {
      const model = build(choice);
      tf.tidy(() => {
        const key = segmentsKey('mel');
        const { [key]: segments, ...inputs } = makeInputs();
        const padded = tf.concat([segments, tf.zeros([BATCH, 3, 2])], 1) as tf.Tensor3D;
        const logits = model.forward({ ...inputs, [key]: segments }, INFERENCE).logits.dataSync();
        const withMore = model.forward({ ...inputs, [key]: padded }, INFERENCE).logits.dataSync();
        for (const [i, logit] of logits.entries()) expect(withMore[i]).toBeCloseTo(logit, 5);
      });
      model.dispose();
    }
  });

  it('says when an adaptive branch is given no segments', async () => {
    await loadEngine(engine);
    const model = build(adaptiveCases[0]);
    tf.tidy(() => {
      const { [segmentsKey('mel')]: _, ...inputs } = makeInputs();
      expect(() => model.forward(inputs, INFERENCE)).toThrow(
        'mel: adaptive segmentation needs the segments of the batch',
      );
    });
    model.dispose();
  });

  it('leaves no variable behind when an option does not fit', async () => {
    await loadEngine(engine);
    const before = tf.memory().numTensors;
    const spec = modelSchema().parse({ branches: { mel: { channels: [4, 4, 4, 4, 4] } } });
    expect(() => buildModel(spec, { ...SHAPE, head: 'sigmoid' }, 1)).toThrow(
      /^model\.branches\.mel: 5 poolings leave nothing/,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names a branch that a fixed late average gives no weight', async () => {
    await loadEngine(engine);
    const spec = modelSchema().parse({
      branches: { mel: SMALL.mel, lyrics: SMALL.lyrics },
      fusion: { kind: 'late-average', weights: { mel: 1 } },
    });
    expect(() => buildModel(spec, { ...SHAPE, head: 'sigmoid' }, 1)).toThrow(
      'model.fusion: weights gives no positive number for the branch "lyrics"',
    );
  });
});

it('covers every fusion', () => {
  expect(new Set(FUSIONS.map(({ kind }) => kind))).toEqual(new Set(Object.keys(fusions)));
});
