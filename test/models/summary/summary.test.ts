/** What `summariseNetwork` says, against numbers computed by hand, and PyTorch's own counter for networks of the zoo. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadConfig, resolveConfig } from '../../../src/config/load.js';
import { loadEngine } from '../../../src/engine/engine.js';
import { bindInputs, type ModelInputSet } from '../../../src/inputs/window.js';
import { batchNorm } from '../../../src/models/layers/batch-norm.js';
import { bilstm } from '../../../src/models/layers/bilstm.js';
import { conv2d } from '../../../src/models/layers/conv.js';
import { convNorm } from '../../../src/models/layers/conv-norm.js';
import { dense } from '../../../src/models/layers/dense.js';
import { dotProductAttention } from '../../../src/models/layers/dot-product-attention.js';
import { normPool } from '../../../src/models/layers/norm-pool.js';
import { buildModel, type TaggingModel } from '../../../src/models/model.js';
import { Parameters } from '../../../src/models/parameters.js';
import type { ModelSpec, NetworkSpec } from '../../../src/models/spec.js';
import { inputsOf } from '../../../src/models/spec-parts.js';
import { type NetworkSummary, summariseNetwork } from '../../../src/models/summary/summary.js';
import { type ZooName, zoo } from '../../../src/models/zoo/index.js';
import { availableEngines } from '../../engine/available.js';

/** 20 frames of 16 bands, 16 ms each. */
const MEL = { sample_rate: 16_000, chunk_seconds: 0.32, mel: { n_fft: 512, hop_length: 256, bands: 16 } };
const [FRAMES, BANDS] = [20, 16];

const inputsOfConfig = (inputs: object, model: object, words = 0): [ModelSpec, ModelInputSet] => {
  const config = resolveConfig({ inputs, model });
  const vocabularies = { lyrics: Array.from({ length: words }, String) };
  return [config.model, bindInputs(config.inputs, inputsOf(config.model), { vocabularies })];
};

/** Of a network that is its forward pass: from [batch, frames, bands] to a branch's sequence and to logits. */
function summaryOf(
  build: (parameters: Parameters) => (mel: tf.Tensor3D) => { sequence: tf.Tensor; logits: tf.Tensor },
): NetworkSummary {
  const [spec, inputs] = inputsOfConfig(MEL, { branches: { mel: { channels: [2] } } });
  const parameters = new Parameters(1);
  const forward = build(parameters);
  const model: TaggingModel = {
    ...{ parameters, inputs: ['mel'], embedding: null },
    forward({ mel }, _mode, onSequence) {
      const { sequence, logits } = forward(mel as tf.Tensor3D);
      onSequence?.({ branch: 'mel', input: 'mel' }, sequence);
      return { logits: logits as tf.Tensor2D, embedding: null, attention: null, segments: [] };
    },
    scores: (logits) => logits,
    dispose: () => parameters.dispose(),
  };
  try {
    return summariseNetwork(model, spec as NetworkSpec, inputs);
  } finally {
    model.dispose();
  }
}

const imageOf = (mel: tf.Tensor3D): tf.Tensor4D => tf.expandDims(mel, 3);
const EVALUATION = { training: false } as const;

describe.each(availableEngines)('layers by hand on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it('a convolution, and a pooling with its normalisation', () => {
    const before = tf.memory().numTensors;
    const {
      layers,
      receptive_fields: fields,
      totals,
    } = summaryOf((parameters) => {
      const first = conv2d(parameters, 'first', [3, 3], 1, 4);
      const second = normPool(conv2d(parameters, 'second', [5, 3], 4, 6), batchNorm(parameters, 'norm', 6), {
        pooling: { size: [2, 4], stride: [2, 4] },
      });
      return (mel) => {
        const map = second(first(imageOf(mel)), EVALUATION);
        return { sequence: map, logits: map };
      };
    });
    expect(layers).toEqual([
      {
        ...{ name: 'first', operations: ['convolution 3×3'], output: [FRAMES, BANDS, 4], from: ['mel'] },
        parameters: 3 * 3 * 4,
        multiply_adds: FRAMES * BANDS * 4 * 3 * 3,
      },
      {
        ...{ name: 'second', output: [FRAMES / 2, BANDS / 4, 6], from: ['first'] },
        operations: ['convolution 5×3', 'normalisation', 'maximum 2×4'],
        parameters: 5 * 3 * 4 * 6 + 2 * 6,
        multiply_adds: FRAMES * BANDS * 6 * 5 * 3 * 4,
      },
    ]);
    // 3 frames, 4 more for the second kernel, 1 more for the pooling.
    expect(fields).toEqual([{ branch: 'mel', input: 'mel', steps: 8, seconds: 0.128, is_whole: false }]);
    expect(totals).toEqual({
      parameters: 36 + 372,
      fixed: 2 * 6,
      multiply_adds: FRAMES * BANDS * (36 + 360),
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('a convolution with strides, whose padding counts as the input going on', () => {
    const { layers, receptive_fields: fields } = summaryOf((parameters) => {
      const sizes = { size: [3, 3] as [number, number], strides: [2, 2] as [number, number] };
      const first = convNorm(parameters, 'first', { ...sizes, inputs: 1, outputs: 4 });
      const second = convNorm(parameters, 'second', { ...sizes, inputs: 4, outputs: 4 });
      return (mel) => {
        const map = second(first(imageOf(mel), EVALUATION), EVALUATION);
        return { sequence: map, logits: map };
      };
    });
    expect(layers.map(({ output }) => output)).toEqual([
      [10, 8, 4],
      [5, 4, 4],
    ]);
    expect(layers.map(({ multiply_adds: products }) => products)).toEqual([
      10 * 8 * 4 * 9,
      5 * 4 * 4 * 9 * 4,
    ]);
    expect(layers[0].operations).toEqual(['convolution 3×3, stride 2×2', 'normalisation', 'ReLU']);
    expect(fields[0]).toMatchObject({ steps: 3 + 2 * 2, is_whole: false });
  });

  it('a dense layer on each step, a BiLSTM over them, and attention between them', () => {
    const [units, heads] = [3, 2];
    const { layers, receptive_fields: fields } = summaryOf((parameters) => {
      const project = dense(parameters, 'project', BANDS, 4);
      const recur = bilstm(parameters, 'bilstm', 4, units);
      const head = dense(parameters, 'head', 2 * units, 5);
      return (mel) => {
        const sequence = recur(project(mel));
        const read = dotProductAttention(sequence, sequence, sequence, null, heads);
        return { sequence, logits: head(tf.max(read, 1)) };
      };
    });
    const of = (name: string) => layers.find((layer) => layer.name === name)!;
    expect(of('project')).toMatchObject({
      ...{ output: [FRAMES, 4], parameters: BANDS * 4 + 4, multiply_adds: FRAMES * BANDS * 4 },
    });
    for (const direction of ['forward', 'backward'])
      expect(of(`bilstm/${direction}`)).toMatchObject({
        operations: ['recurrent'],
        output: [FRAMES, units],
        parameters: (4 + units) * 4 * units + 4 * units,
        multiply_adds: FRAMES * (4 + units) * 4 * units,
      });
    expect(of('bilstm/attention')).toMatchObject({
      operations: ['attention', 'softmax'],
      // Scores of every two steps, and means by them.
      multiply_adds: 2 * FRAMES * FRAMES * 2 * units,
    });
    expect(of('head')).toMatchObject({
      output: [5],
      parameters: 2 * units * 5 + 5,
      multiply_adds: 2 * units * 5,
    });
    expect(fields[0]).toMatchObject({ steps: FRAMES, is_whole: true });
  });

  it('the field of a branch that pools over time is that of what it pools', () => {
    const { layers, receptive_fields: fields } = summaryOf((parameters) => {
      const convolve = conv2d(parameters, 'conv', [5, 1], 1, 2);
      const head = dense(parameters, 'head', 4, 3);
      return (mel) => {
        const map = convolve(imageOf(mel));
        const sequence = tf.concat([tf.mean(map, [1, 2]), tf.max(map, [1, 2])], 1);
        return { sequence, logits: head(sequence) };
      };
    });
    expect(layers.map(({ name, operations }) => [name, ...operations])).toEqual([
      ['conv', 'convolution 5×1'],
      ['mean', 'mean over time'],
      ['maximum', 'maximum over time'],
      ['concat', 'concat'],
      ['head', 'dense'],
    ]);
    expect(fields[0]).toMatchObject({ steps: 5, is_whole: false });
  });

  it('a text: masks are no layers, and what one word’s step depends on is counted in tokens', () => {
    const branches = { lyrics: { embedding: 4, widths: [3, 5], filters: 2 } };
    const [spec, inputs] = inputsOfConfig(
      { lyrics: { max_tokens: 12 } },
      { branches, fusion: { kind: 'concat', hidden: 6 } },
      30,
    );
    const sizes = Object.fromEntries(inputs.list.map(({ name, size }) => [name, size]));
    const model = buildModel(spec, { inputs: sizes, labels: 3, head: 'sigmoid' }, 1);
    const {
      layers,
      receptive_fields: fields,
      inputs: given,
    } = summariseNetwork(model, spec as NetworkSpec, inputs);
    model.dispose();
    expect(given).toEqual([{ name: 'lyrics', size: [12], seconds: null }]);
    expect(
      layers.slice(0, 4).map(({ name, parameters, multiply_adds: products }) => [name, parameters, products]),
    ).toEqual([
      ['lyrics/embedding', 30 * 4, 0],
      ['lyrics/conv3', 3 * 4 * 2, 12 * 3 * 4 * 2],
      ['lyrics/conv5', 5 * 4 * 2, 12 * 5 * 4 * 2],
      ['lyrics/concat', 0, 0],
    ]);
    expect(fields).toEqual([{ branch: 'lyrics', input: 'lyrics', steps: 5, seconds: null, is_whole: false }]);
  });
});

interface Reference {
  parameters: number;
  multiply_adds: number;
}
const path = join(import.meta.dirname, '..', 'zoo', 'torch-reference.json');
const references = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Reference>;

/** Fields in steps of the input, by the sum of (kernel - 1) and (pooling - 1) times the strides before each. */
const FIELDS: Partial<Record<ZooName, number>> = {
  fcn: 1 + 2 + 3 + 4 * (2 + 3) + 16 * (2 + 3) + 64 * (2 + 4) + 320 * (2 + 3),
  crnn: 1 + 2 + 1 + 2 * (2 + 2) + 6 * (2 + 3) + 24 * (2 + 3),
  musicnn: 128 + 3 * 6,
  'musicnn-won': 129 + 3 * 6,
  'short-chunk': 1 + 3 * (2 ** 7 - 1),
};

/** Products of the Harmonic CNN's Fourier transform, [512, 2 × 257] for each of 313 frames, which PyTorch's counter leaves out. */
const TRANSFORM = 313 * 512 * 2 * 257;

/** Networks whose kinds of layers all others have. */
const COUNTED = Object.entries(references).filter(
  ([label]) => !['vgg16', 'samplecnn', 'short-chunk residual'].includes(label),
);

describe('networks of the zoo', () => {
  beforeAll(async () => {
    await loadEngine(availableEngines[0]);
  });

  it.each(COUNTED)(
    '%s: as many multiply-adds as PyTorch counts',
    async (label, reference) => {
      const [name, flag] = label.split(' ') as [ZooName, string | undefined];
      const config = await loadConfig(`configs/${name}.yaml`, flag ? [`model.zoo.${flag}=true`] : []);
      const inputs = bindInputs(config.inputs, [zoo[name].input]);
      const sizes = Object.fromEntries(inputs.list.map((input) => [input.name, input.size]));
      const model = buildModel(config.model, { inputs: sizes, labels: 50, head: 'sigmoid' }, 1);
      const {
        layers,
        totals,
        receptive_fields: fields,
      } = summariseNetwork(model, config.model as NetworkSpec, inputs);
      model.dispose();
      const extra = name === 'harmonic-cnn' ? TRANSFORM : 0;
      expect([totals.parameters, totals.multiply_adds - extra]).toEqual([
        reference.parameters,
        reference.multiply_adds,
      ]);
      expect(layers.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(reference.parameters);
      expect(new Set(layers.map((layer) => layer.name)).size).toBe(layers.length);
      expect(layers.every(({ output, operations }) => output.length > 0 && operations.length > 0)).toBe(true);
      expect(fields).toHaveLength(1);
      if (!flag && FIELDS[name] !== undefined) expect(fields[0].steps).toBe(FIELDS[name]);
      expect(fields[0].is_whole).toBe(fields[0].steps >= inputs.list[0].size.length);
    },
    60_000,
  );
});
