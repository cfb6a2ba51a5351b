/** What every branch and every fusion promises, on every engine. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomGenerator } from '../../src/base/random.js';
import { loadEngine } from '../../src/engine/engine.js';
import { INFERENCE } from '../../src/models/layers/training.js';
import type { TaggingModel } from '../../src/models/model.js';
import { categoricalCrossEntropy } from '../../src/training/losses/classes.js';
import { trainingLoss } from '../../src/training/losses/index.js';
import { penalisedBinaryCrossEntropy } from '../../src/training/losses/tags.js';
import { availableEngines } from '../engine/available.js';
import {
  ADAPTIVE,
  BATCH,
  BRANCHES,
  branchesWith,
  build,
  buildFrom,
  CHOICES,
  type Choice,
  FORGETS,
  FUSIONS,
  LABELS,
  makeInputs,
  PADDED_STEPS,
  paddedSegments,
  SHORT_ROW,
  WITHOUT_ATTENTION,
  withoutModality,
  withSegments,
} from './made-models.js';

/** What a model gives for the batch, as numbers. */
interface Given {
  logits: Float32Array;
  logitShape: number[];
  probabilities: number[][];
  segments: { branch: string; steps: number }[];
  /** [batch][heads][steps] */
  attention: number[][][] | null;
}

function give(model: TaggingModel): Given {
  let given: Given | undefined;
  tf.tidy(() => {
    const { logits, attention, segments } = model.forward(makeInputs(), INFERENCE);
    given = {
      logits: logits.dataSync<'float32'>().slice(),
      logitShape: logits.shape,
      probabilities: model.scores(logits).arraySync(),
      segments,
      attention: attention?.arraySync() ?? null,
    };
  });
  return given!;
}

/** Gradients of the loss by every trained weight, in training. */
function gradientsOf(model: TaggingModel, head: Choice['head']): Map<string, Float32Array> {
  const gradients = new Map<string, Float32Array>();
  tf.tidy(() => {
    const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 0], 'int32'), LABELS) as tf.Tensor2D;
    const loss =
      head === 'softmax'
        ? categoricalCrossEntropy
        : (y: tf.Tensor2D, z: tf.Tensor2D) => penalisedBinaryCrossEntropy(y, z, 2);
    const mode = { training: true as const, random: randomGenerator(5) };
    const trainable = model.parameters.trainableVariables();
    const { grads } = tf.variableGrads(
      () => trainingLoss(loss, labels, model.forward(makeInputs(), mode)),
      trainable.map(([, variable]) => variable),
    );
    for (const [name, variable] of trainable)
      gradients.set(name, grads[variable.name].dataSync<'float32'>().slice());
  });
  return gradients;
}

/** Weights that have no gradient in some models, and why. */
const WITHOUT_GRADIENT: { weight: string; when: (choice: Choice) => boolean; why: string }[] = [
  {
    weight: 'fusion/weights',
    when: ({ names }) => names.length === 1,
    why: 'one branch has one weight in a late average, which the softmax over weights makes 1',
  },
];

describe.each(availableEngines)('on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  describe.each(CHOICES)('%s', (_, choice) => {
    let [before, model, given] = [0, null as unknown as TaggingModel, null as unknown as Given];
    beforeAll(() => {
      before = tf.memory().numTensors;
      model = build(choice);
      given = give(model);
    });
    afterAll(() => model.dispose());

    it('gives a finite logit for each label', () => {
      expect(given.logitShape).toEqual([BATCH, LABELS]);
      expect(given.logits.every(Number.isFinite)).toBe(true);
    });

    it('keeps its batch statistics where it is frozen, and trains the rest', () => {
      const own = build(choice);
      const isHead = (name: string): boolean => name.includes('head');
      own.parameters.freeze([...own.parameters.read().keys()].filter((name) => !isHead(name)));
      const states = (): Map<string, unknown> =>
        new Map([...own.parameters.read()].filter(([name]) => !isHead(name)));
      const kept = states();
      const gradients = gradientsOf(own, choice.head);
      expect([...gradients.keys()].filter((name) => !isHead(name))).toEqual([]);
      expect(gradients.size).toBeGreaterThan(0);
      for (const gradient of gradients.values()) expect(gradient.every(Number.isFinite)).toBe(true);
      expect(states()).toEqual(kept);
      own.dispose();
    });

    it('gives probabilities, which sum to 1 where labels are exclusive', () => {
      for (const row of given.probabilities) {
        expect(row.every((p) => p > 0 && p < 1)).toBe(true);
        if (choice.head === 'softmax') expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      }
    });

    it('has the same weights for the same seed and others for another', () => {
      const [twin, other] = [build(choice), build(choice, { seed: 2 })];
      expect(give(twin).logits).toEqual(given.logits);
      expect(give(other).logits).not.toEqual(given.logits);
      for (const each of [twin, other]) each.dispose();
    });

    it('names the branch of each step', () => {
      expect(given.segments.map(({ branch }) => branch)).toEqual(choice.names);
      expect(given.segments.every(({ steps }) => steps > 0)).toBe(true);
    });

    if (choice.fusion.kind in WITHOUT_ATTENTION)
      it(`gives no attention: ${WITHOUT_ATTENTION[choice.fusion.kind]}`, () => {
        expect(given.attention).toBeNull();
      });
    else {
      it('spreads the attention of each head over all steps', () => {
        const steps = given.segments.reduce((sum, segment) => sum + segment.steps, 0);
        for (const row of given.attention!)
          for (const head of row) {
            expect(head).toHaveLength(steps);
            expect(head.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
          }
      });

      it('gives padding no attention', () => {
        let end = 0;
        for (const { branch, steps } of given.segments) {
          end += steps;
          const padded = PADDED_STEPS[branch as (typeof BRANCHES)[number]]?.(choice) ?? 0;
          for (const head of given.attention![SHORT_ROW])
            expect(head.slice(end - padded, end), branch).toEqual(new Array(padded).fill(0));
        }
      });
    }

    it('trains every weight', () => {
      const exempt = WITHOUT_GRADIENT.filter(({ when }) => when(choice)).map(({ weight }) => weight);
      for (const [name, gradient] of gradientsOf(model, choice.head)) {
        expect(gradient.every(Number.isFinite), name).toBe(true);
        if (!exempt.includes(name))
          expect(
            gradient.some((g) => g !== 0),
            name,
          ).toBe(true);
      }
    });

    it('leaves no tensor behind', () => {
      model.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  describe.each(FUSIONS)('an absent modality: $kind', (fusion) => {
    it.each(BRANCHES)('nothing but its token counts without %s', (absent) => {
      const choice: Choice = { names: BRANCHES, fusion, head: 'sigmoid', segmentation: 'fixed' };
      const model = build(choice, { absentToken: true });
      tf.tidy(() => {
        const inputs = withoutModality(makeInputs(), absent);
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
        if (!(fusion.kind in FORGETS)) expect(change(isToken)).not.toEqual(logits);
      });
      model.dispose();
    });
  });

  it('learns the token where a modality is absent, and leaves what is there as it is', () => {
    const choice: Choice = { names: BRANCHES, fusion: FUSIONS[0], head: 'sigmoid', segmentation: 'fixed' };
    const [withTokens, without] = [true, false].map((absentToken) => build(choice, { absentToken }));
    tf.tidy(() => {
      const inputs = makeInputs();
      const [a, b] = [withTokens, without].map((model) => model.forward(inputs, INFERENCE).logits);
      const rows = (x: tf.Tensor2D): number[][] => x.arraySync();
      for (const row of Array.from({ length: BATCH }, (_, i) => i).filter((i) => i !== SHORT_ROW))
        for (const [i, logit] of rows(a)[row].entries()) expect(logit).toBeCloseTo(rows(b)[row][i], 5);
      expect(rows(a)[SHORT_ROW]).not.toEqual(rows(b)[SHORT_ROW]);
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

  it.each(ADAPTIVE)('ignores padded segments: $names, $fusion.kind, $head', (choice) => {
    const model = build(choice);
    tf.tidy(() => {
      const inputs = makeInputs();
      const logits = model.forward(inputs, INFERENCE).logits.dataSync();
      const padded = withSegments(inputs, paddedSegments(inputs));
      const withMore = model.forward(padded, INFERENCE).logits.dataSync();
      for (const [i, logit] of logits.entries()) expect(withMore[i]).toBeCloseTo(logit, 5);
    });
    model.dispose();
  });

  it('says when an adaptive branch is given no segments', () => {
    const model = build(ADAPTIVE[0]);
    tf.tidy(() => {
      expect(() => model.forward(withSegments(makeInputs(), null), INFERENCE)).toThrow(
        'mel: adaptive segmentation needs the segments of the batch',
      );
    });
    model.dispose();
  });

  it('leaves no variable behind when an option does not fit', () => {
    const before = tf.memory().numTensors;
    expect(() => buildFrom({ branches: { mel: { channels: [4, 4, 4, 4, 4] } } })).toThrow(
      /^model\.branches\.mel: 5 poolings leave nothing/,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names a branch that a fixed late average gives no weight', () => {
    const model = {
      branches: branchesWith('mel', 'lyrics'),
      fusion: { kind: 'late-average', weights: { mel: 1 } },
    };
    expect(() => buildFrom(model)).toThrow(
      'model.fusion: weights has no positive number for the branch "lyrics"',
    );
  });
});
