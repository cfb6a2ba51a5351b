/** Padding behind a text counts for nothing, on each engine. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomGenerator } from '../../src/base/random.js';
import { loadEngine } from '../../src/engine/engine.js';
import { batchNorm } from '../../src/models/layers/batch-norm.js';
import { bilstm } from '../../src/models/layers/bilstm.js';
import { INFERENCE } from '../../src/models/layers/training.js';
import { buildModel, type TaggingModel } from '../../src/models/model.js';
import { Parameters } from '../../src/models/parameters.js';
import { modelSchema } from '../../src/models/spec.js';
import { availableEngines } from '../engine/available.js';

const [FEATURES, UNITS, TIME] = [3, 4, 6];
const LENGTHS = [6, 2, 3, 5];
const random = randomGenerator(1, 'packed');
const VALUES = Float32Array.from({ length: LENGTHS.length * TIME * FEATURES }, () => random.normal());

const maskOf = (lengths: number[], time: number): tf.Tensor2D =>
  tf.tensor2d(lengths.map((length) => Array.from({ length: time }, (_, t) => Number(t < length))));

function expectNear(got: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(got).toHaveLength(wanted.length);
  for (let i = 0; i < got.length; i++) expect(got[i]).toBeCloseTo(wanted[i], 5);
}

/** A lyrics model with a BiLSTM, for texts of so many tokens. */
function lyricsModel(tokens: number, packed: boolean | undefined): TaggingModel {
  const spec = modelSchema().parse({
    branches: { lyrics: { embedding: 4, filters: 2, widths: [2, 3], lstm_units: 3 } },
    fusion: { kind: 'self-attention', heads: 2, features: 4, attention: 4, hidden: 4 },
  });
  (spec.branches!.lyrics as { packed?: boolean }).packed = packed;
  const shape = { inputs: { lyrics: { length: tokens, width: 12 } }, labels: 2, head: 'sigmoid' } as const;
  return buildModel(spec, shape, 1);
}

describe.each(availableEngines)('on %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it('a packed BiLSTM gives each sequence what it gives it alone, and zeros behind it', () => {
    const parameters = new Parameters(1);
    const layer = bilstm(parameters, 'layer', FEATURES, UNITS);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const x = tf.tensor3d(VALUES, [LENGTHS.length, TIME, FEATURES]);
      const packed = layer(x, maskOf(LENGTHS, TIME));
      for (const [row, length] of LENGTHS.entries()) {
        const alone = layer(tf.slice(x, [row, 0, 0], [1, length, FEATURES]));
        expectNear(tf.slice(packed, [row, 0, 0], [1, length, 2 * UNITS]).dataSync(), alone.dataSync());
        const behind = tf.slice(packed, [row, length, 0], [1, TIME - length, 2 * UNITS]).dataSync();
        expect([...behind].every((value) => value === 0)).toBe(true);
      }
    });
    expect(tf.memory().numTensors).toBe(before);
    parameters.dispose();
  });

  it('its gradients are the sums of those of the sequences alone', () => {
    const parameters = new Parameters(1);
    const layer = bilstm(parameters, 'layer', FEATURES, UNITS);
    const variables = parameters.trainableVariables().map(([, variable]) => variable);
    tf.tidy(() => {
      const x = tf.tensor3d(VALUES, [LENGTHS.length, TIME, FEATURES]);
      const square = (y: tf.Tensor): tf.Scalar => tf.sum(tf.square(y));
      const { grads } = tf.variableGrads(() => square(layer(x, maskOf(LENGTHS, TIME))), variables);
      const { grads: alone } = tf.variableGrads(
        () =>
          tf.addN(
            LENGTHS.map((length, row) => square(layer(tf.slice(x, [row, 0, 0], [1, length, FEATURES])))),
          ) as tf.Scalar,
        variables,
      );
      for (const { name } of variables) expectNear(grads[name].dataSync(), alone[name].dataSync());
    });
    parameters.dispose();
  });

  it('masked batch normalisation takes the moments of what counts alone', () => {
    const parameters = new Parameters(1);
    const layer = batchNorm(parameters, 'norm', FEATURES);
    const whole = batchNorm(parameters, 'whole', FEATURES);
    tf.tidy(() => {
      const x = tf.tensor3d(VALUES, [LENGTHS.length, TIME, FEATURES]);
      const mode = { training: true as const, random: randomGenerator(2) };
      const masked = layer(x, mode, tf.expandDims(maskOf(LENGTHS, TIME), 2));
      const real = tf.concat(
        LENGTHS.map((length, row) =>
          tf.reshape(tf.slice(x, [row, 0, 0], [1, length, FEATURES]), [-1, FEATURES]),
        ),
      );
      const expected = whole(real, mode).dataSync();
      const got = LENGTHS.flatMap((length, row) => [
        ...tf.slice(masked, [row, 0, 0], [1, length, FEATURES]).dataSync(),
      ]);
      expectNear(got, expected);
    });
    const state = parameters.read();
    for (const name of ['mean', 'variance'])
      expectNear(state.get(`norm/${name}`)!.values, state.get(`whole/${name}`)!.values);
    parameters.dispose();
  });

  it('the scores of a text do not depend on max_tokens; those of earlier models did', () => {
    const text = [2, 4, 5, 6, 7];
    const scores = (tokens: number, packed: boolean | undefined): number[] => {
      const model = lyricsModel(tokens, packed);
      // As after training: a state that is not zero without an input.
      const weights = model.parameters.read();
      for (const [name, { values }] of weights) if (/bias$|beta$/.test(name)) values.fill(0.7);
      model.parameters.write(weights);
      const out = tf.tidy(() => {
        const ids = [...text, ...new Array(tokens - text.length).fill(0)];
        const { logits } = model.forward({ lyrics: tf.tensor2d([ids], [1, tokens], 'int32') }, INFERENCE);
        return [...logits.dataSync()];
      });
      model.dispose();
      return out;
    };
    expectNear(scores(24, true), scores(9, true));
    expect(scores(24, undefined)[0]).not.toBeCloseTo(scores(9, undefined)[0], 4);
  });
});
