/** Networks that torch.onnx exports, on each engine, against onnxruntime. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../../../src/engine/engine.js';
import { OnnxModel } from '../../../src/hub/onnx/onnx-model.js';
import { availableEngines } from '../../engine/available.js';
import { readGoldenJson } from '../../golden/read.js';

interface Packed {
  shape: number[];
  values: number[];
}

const { cases } = readGoldenJson<{
  cases: { name: string; file: string; input: Packed; outputs: Record<string, Packed> }[];
}>('onnx-networks');

describe.each(availableEngines)('on %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it.each(cases)('$name gives onnxruntime’s numbers', ({ file, input, outputs }) => {
    const before = tf.memory().numTensors;
    const model = new OnnxModel(Buffer.from(file, 'base64'));
    const { shape, values } = input;
    const found = model.run({ melspectrogram: { type: 'float', shape, values: Float32Array.from(values) } });
    expect(Object.keys(outputs)).toEqual(['activations', 'embeddings']);
    for (const [name, wanted] of Object.entries(outputs)) {
      expect(found[name].shape).toEqual(wanted.shape);
      const largest = wanted.values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      const worst = wanted.values.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - found[name].values[i])),
        0,
      );
      expect(worst / largest).toBeLessThan(1e-5);
    }
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
