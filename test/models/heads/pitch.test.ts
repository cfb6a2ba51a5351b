import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import { loadEngine } from '../../../src/engine/engine.js';
import { binsOf, decodePitch, pitchClasses, pitchOptions } from '../../../src/models/heads/pitch.js';
import { INFERENCE } from '../../../src/models/layers/training.js';
import { buildModel, type ModelInputs, type TaggingModel } from '../../../src/models/model.js';
import { modelSchema } from '../../../src/models/spec.js';
import { lossOf } from '../../../src/training/losses/index.js';
import { availableEngines } from '../../engine/available.js';
import fc from '../../fast-check.js';

const options = pitchOptions.parse({ f_min: 100, f_max: 400 });
const SHAPE = {
  inputs: {
    mel: { length: 24, width: 16 },
    chroma: { length: 24, width: 12 },
    waveform: { length: 24 * 27, width: 1, sampleRate: 16_000 },
  },
  labels: 2,
  head: 'pitch' as const,
};
const SMALL = {
  mel: { channels: [3, 4], features: 5, time_pooling: false, bands: 'kept' },
  frames: { input: 'chroma', channels: [4], features: 3, time_pooling: false },
};

const build = (branches: object, more: object = {}): TaggingModel =>
  buildModel(modelSchema().parse({ branches, pitch: options, ...more }), SHAPE, 1);

const inputs = (): ModelInputs => {
  const random = randomGenerator(3);
  const noise = (shape: number[]): tf.Tensor =>
    tf.tensor(
      Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.between(-1, 1)),
      shape,
    );
  return { mel: noise([2, 24, 16]), chroma: noise([2, 24, 12]), waveform: noise([2, 24 * 27]) };
};

describe('the classes of a pitch', () => {
  it('are a Gaussian of 25 cents over bins of 20, as computed by hand', () => {
    expect(binsOf(options)).toBe(121);
    const row = pitchClasses([200], options);
    const weights = [-40, -20, 0, 20, 40].map((cents) => Math.exp(-(cents ** 2) / 1250));
    const total = Array.from({ length: 121 }, (_, i) => Math.exp(-((20 * (i - 60)) ** 2) / 1250)).reduce(
      (a, b) => a + b,
    );
    for (const [i, weight] of weights.entries()) expect(row[58 + i]).toBeCloseTo(weight / total, 6);
    expect(row[121]).toBe(0);
  });

  it('are the last one for no pitch, and sum to 1', () => {
    const rows = pitchClasses([0, 10, 5000, 250], options);
    expect(rows[121]).toBe(1);
    for (let t = 0; t < 4; t++)
      expect(rows.subarray(t * 122, (t + 1) * 122).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    // Outside the range: the bins at its ends.
    expect(rows[122]).toBe(Math.max(...rows.subarray(122, 244)));
    expect(rows[2 * 122 + 120]).toBe(Math.max(...rows.subarray(244, 366)));
  });
});

describe('options of a pitch head', () => {
  it('need a range', () => {
    expect(() => pitchOptions.parse({ f_min: 300, f_max: 200 })).toThrow('must be above f_min');
  });
});

describe.each(availableEngines)('a pitch head on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it('decodes the classes of a pitch to the pitch within a cent, and surely unvoiced frames as such', () => {
    fc.assert(
      fc.property(fc.double({ min: 110, max: 380, noNaN: true }), (hertz) => {
        const [[hz, confidence], [, unvoiced]] = tf.tidy(() => {
          const classes = pitchClasses([hertz, 0], options);
          const logits = tf.log(tf.add(tf.tensor2d(classes, [2, 122]), 1e-12)) as tf.Tensor2D;
          return decodePitch(logits, options).arraySync();
        });
        expect(Math.abs(1200 * Math.log2(hz / hertz))).toBeLessThan(1);
        expect(confidence).toBeGreaterThan(0.999);
        expect(unvoiced).toBeLessThan(0.001);
      }),
      { numRuns: 30 },
    );
  });

  it('gives Hz within its range for each step of branches, side by side', () => {
    for (const branches of [SMALL, { mel: SMALL.mel }, { frames: SMALL.frames }]) {
      const before = tf.memory().numTensors;
      const model = build(branches);
      expect(model.steps).toEqual({
        input: Object.hasOwn(branches, 'mel') ? 'mel' : 'chroma',
        count: 24,
        stride: 1,
      });
      tf.tidy(() => {
        const { logits, segments } = model.forward(inputs(), INFERENCE);
        expect(logits.shape).toEqual([48, 122]);
        expect(segments.map(({ steps }) => steps)).toEqual(Object.keys(branches).map(() => 24));
        for (const [hz, confidence] of model.scores(logits).arraySync()) {
          expect(hz).toBeGreaterThanOrEqual(99.9);
          expect(hz).toBeLessThanOrEqual(401);
          expect(confidence > 0 && confidence < 1).toBe(true);
        }
      });
      model.dispose();
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  it('has a step per pooled frame, or per so many samples', () => {
    const steps = [
      { mel: { channels: [3, 4], features: 5 } },
      { waveform: { channels: [2, 3, 4], features: 3 } },
    ].map((branches) => {
      const model = build(branches);
      const rows = tf.tidy(() => model.forward(inputs(), INFERENCE).logits.shape[0]);
      model.dispose();
      expect(rows).toBe(2 * model.steps!.count);
      return model.steps;
    });
    expect(steps).toEqual([
      { input: 'mel', count: 6, stride: 4 },
      { input: 'waveform', count: 24, stride: 27 },
    ]);
  });

  it('trains every weight, and its loss is least for the truth', () => {
    const model = build(SMALL);
    const loss = lossOf({}, { task: 'pitch', pitch: options });
    const trainable = model.parameters.trainableVariables();
    tf.tidy(() => {
      const targets = tf.tensor2d(
        Array.from({ length: 48 }, (_, t) => (t % 3 === 0 ? [0, 0] : [150 + 3 * t, 1])),
      );
      const mode = { training: true as const, random: randomGenerator(5) };
      const { grads } = tf.variableGrads(
        () => loss(targets, model.forward(inputs(), mode).logits),
        trainable.map(([, variable]) => variable),
      );
      for (const [name, variable] of trainable)
        expect(
          grads[variable.name].dataSync().some((value) => value !== 0),
          name,
        ).toBe(true);
      const classes = tf.tensor2d(pitchClasses([150, 0], options), [2, 122]);
      const exact = tf.log(tf.add(classes, 1e-9)) as tf.Tensor2D;
      const two = tf.tensor2d([
        [150, 1],
        [0, 0],
      ]);
      const least = loss(two, exact).dataSync()[0];
      expect(loss(two, tf.reverse(exact, 0) as tf.Tensor2D).dataSync()[0]).toBeGreaterThan(least + 1);
    });
    model.dispose();
  });
});

describe('a model that finds pitch', () => {
  it.each([
    [{ fusion: { kind: 'concat' } }, 'there is no fusion; remove one of them'],
    [{ absent_token: true }, 'there is no absent_token; remove one of them'],
    [{ hash: {} }, 'there is no hash; remove one of them'],
  ])('takes no %j', (more, message) => {
    expect(() => build(SMALL, more)).toThrow(message);
  });

  it('is no network of the zoo', () => {
    expect(() => modelSchema().parse({ zoo: { kind: 'musicnn' }, pitch: {} })).toThrow('there is no zoo');
  });

  it('needs branches with even steps, and the same ones', () => {
    expect(() => build({ mel: { channels: [3], segmentation: 'adaptive' } })).toThrow(
      'model.branches.mel: model.pitch needs a branch whose steps follow each other evenly in time',
    );
    expect(() => build({ ...SMALL, frames: { input: 'chroma', channels: [4] } })).toThrow(
      'model.branches.frames: it has 12 steps in a window and mel has 24',
    );
  });
});
