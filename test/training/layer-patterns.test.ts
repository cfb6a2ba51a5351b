import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadEngine } from '../../src/engine/engine.js';
import { constant } from '../../src/models/initializers.js';
import { layerOf, Parameters } from '../../src/models/parameters.js';
import { freezeLayers, rateFactors, weightsMatching } from '../../src/training/layer-patterns.js';
import { availableEngines } from '../engine/available.js';

let parameters: Parameters;

beforeAll(async () => {
  await loadEngine(availableEngines[0]);
});
beforeEach(() => {
  parameters = new Parameters(1);
  for (const name of ['front/conv1/kernel', 'front/conv10/kernel', 'front/conv1/norm/gamma', 'head/kernel'])
    parameters.trainable(name, [1], constant(1));
  parameters.state('front/conv1/norm/mean', [1], 0);
});
afterEach(() => {
  parameters.dispose();
});

const matched = (pattern: string): string[] => weightsMatching(pattern, parameters, 'model.freeze');
const trained = (): string[] => parameters.trainableVariables().map(([name]) => name);

describe('patterns of layers', () => {
  it('match whole names, and what lies below', () => {
    expect(layerOf('front/conv1/norm/gamma')).toBe('front/conv1/norm');
    expect(matched('front/conv1')).toEqual([
      'front/conv1/kernel',
      'front/conv1/norm/gamma',
      'front/conv1/norm/mean',
    ]);
    expect(matched('front')).toHaveLength(4);
  });

  it('match a weight that is a layer of its own by its name, as models show lists it', () => {
    parameters.trainable('fusion/w1', [1], constant(0));
    expect(layerOf('fusion/w1')).toBe('fusion/w1');
    expect(matched('fusion/w1')).toEqual(['fusion/w1']);
    expect(matched('fusion')).toEqual(['fusion/w1']);
  });

  it('have * for any characters and ? for one', () => {
    expect(matched('front/conv1*')).toHaveLength(4);
    expect(matched('front/conv?')).toHaveLength(3);
    expect(matched('*/norm')).toEqual(['front/conv1/norm/gamma', 'front/conv1/norm/mean']);
    expect(matched('*')).toHaveLength(5);
  });

  it('take other characters as they are', () => {
    expect(() => matched('front.conv1')).toThrow(/no layer matches "front.conv1"/);
  });

  it('that match nothing are an error with the nearest names', () => {
    expect(() => matched('fron/conv1')).toThrow(
      /^model\.freeze: no layer matches "fron\/conv1"; the nearest are front\/conv1, front\/conv10/,
    );
  });

  it('freeze layers, but not all of them', () => {
    freezeLayers(parameters, ['front/conv1', 'front/conv10'], 'model.freeze');
    expect(trained()).toEqual(['head/kernel']);
    expect(() => freezeLayers(parameters, ['*'], 'model.freeze')).toThrow(
      'model.freeze: every layer is frozen, so that there is nothing to train; leave some out.',
    );
  });

  it('give rates, of which the first that matches counts', () => {
    const rates = [
      { layers: 'front/conv1', factor: 0.1 },
      { layers: 'front', factor: 0.5 },
    ];
    expect(rateFactors(parameters, rates)).toEqual([0.1, 0.5, 0.1, 1]);
    freezeLayers(parameters, ['front/conv1'], 'model.freeze');
    expect(rateFactors(parameters, rates.slice(1))).toEqual([0.5, 1]);
    expect(() => rateFactors(parameters, rates)).toThrow(
      'training.learning_rates.0.layers: every layer that "front/conv1" matches is frozen; remove the entry.',
    );
    expect(() => rateFactors(parameters, [{ layers: 'back', factor: 1 }])).toThrow(
      /^training\.learning_rates\.0\.layers: no layer matches "back"/,
    );
  });

  it('leave the values alone', () => {
    freezeLayers(parameters, ['front'], 'model.freeze');
    expect(tf.tidy(() => [...parameters.read().values()].map(({ values }) => values[0]))).toEqual([
      1, 1, 1, 1, 0,
    ]);
  });
});
