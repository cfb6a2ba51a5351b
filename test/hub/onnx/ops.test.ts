/** Every operation of ONNX graphs against onnxruntime, on each engine. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../../../src/engine/engine.js';
import { OnnxModel, onnxOps } from '../../../src/hub/onnx/onnx-model.js';
import type { OnnxTensor } from '../../../src/hub/onnx/read-model.js';
import { availableEngines } from '../../engine/available.js';
import { readGoldenJson } from '../../golden/read.js';

interface Packed {
  type: string;
  shape: number[];
  values: number[];
}
interface Case {
  op: string;
  file: string;
  inputs: Record<string, Packed>;
  outputs: Record<string, Packed>;
}

const { cases } = readGoldenJson<{ cases: Case[] }>('onnx');

const unpack = ({ type, shape, values }: Packed): OnnxTensor => ({
  type: type === 'bool' ? 'bool' : type === 'int64' ? 'int' : 'float',
  shape,
  values: type === 'float32' ? Float32Array.from(values) : Float64Array.from(values),
});

it('each operation has a case', () => {
  expect(Object.keys(onnxOps).filter((op) => !cases.some((one) => one.op === op))).toEqual([]);
});

describe.each(availableEngines)('on %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it.each(cases.map((one, i) => ({ i, ...one })))('$op (graph $i) is as onnxruntime’s', (one) => {
    const before = tf.memory().numTensors;
    const model = new OnnxModel(Buffer.from(one.file, 'base64'));
    const given = Object.fromEntries(
      Object.entries(one.inputs).map(([name, packed]) => [name, unpack(packed)]),
    );
    const found = model.run(given);
    expect(model.run(given)).toEqual(found);
    for (const [name, wanted] of Object.entries(one.outputs)) {
      expect(found[name].shape).toEqual(wanted.shape);
      expect(found[name].type).toBe(unpack(wanted).type);
      const worst = wanted.values.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - found[name].values[i])),
        0,
      );
      expect(worst).toBeLessThanOrEqual(1e-5);
    }
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
