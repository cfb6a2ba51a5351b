/**
 * Networks as graphs: ONNX Runtime and TensorFlow.js's own graph models give the scores that they give here.
 * `POLYTAG_PEER_PYTHON` names a Python with onnxruntime, which then runs every ONNX graph too.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadGraphModel } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../../../src/engine/engine.js';
import { networkGraph } from '../../../src/hub/onnx/write/network.js';
import { writeOnnx } from '../../../src/hub/onnx/write/write-model.js';
import { graphModelFiles } from '../../../src/hub/tfjs/graph-model.js';
import { traceNetwork } from '../../../src/hub/traced/network.js';
import { INFERENCE } from '../../../src/models/layers/training.js';
import type { ModelInputs, TaggingModel } from '../../../src/models/model.js';
import { zoo } from '../../../src/models/zoo/index.js';
import { availableEngines } from '../../engine/available.js';
import { disturb } from '../../models/disturb.js';
import { BATCH, build, CHOICES, FUSIONS, makeInputs, withoutModality } from '../../models/made-models.js';
import { buildSmall, makeMel, NETWORKS } from '../../models/zoo/small-networks.js';
import { graphArtifacts } from './graph-artifacts.js';

const PYTHON = process.env.POLYTAG_PEER_PYTHON;

/** Numbers of a tensor as Python reads them: a file of raw values, little-endian. */
interface Kept {
  file: string;
  dtype: 'float32' | 'int32';
  shape: number[];
}

/** A graph with a batch and its answers, for Python. */
interface Peer {
  title: string;
  graph: string;
  inputs: Record<string, Kept>;
  outputs: Record<string, Kept>;
}
const peers: Peer[] = [];
let folder: string;

beforeAll(async () => {
  await loadEngine(availableEngines[0]);
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  folder = await mkdtemp(join(tmpdir(), 'polytag-networks-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Added to weights: little, so that scores stay away from 0 and 1. */
const CHANGE: [number, number] = [-0.1, 0.1];

/** The first examples of a batch, as often as it takes. */
const examples = (tensor: tf.Tensor, count: number): tf.Tensor =>
  tf.gather(
    tensor,
    tf.tensor1d(
      Array.from({ length: count }, (_, i) => i % tensor.shape[0]),
      'int32',
    ),
  );

interface Numbers {
  dtype: 'float32' | 'int32';
  shape: number[];
  values: Float32Array | Int32Array;
}

const numbersOf = (tensors: Record<string, tf.Tensor>): Record<string, Numbers> =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      {
        dtype: tensor.dtype as Numbers['dtype'],
        shape: tensor.shape,
        values: tensor.dataSync<'float32'>().slice(),
      },
    ]),
  );

function expectClose(found: ArrayLike<number>, { values }: Numbers, what: string): void {
  expect(found, what).toHaveLength(values.length);
  let [largest, worst] = [1, 0];
  for (const [i, value] of values.entries()) {
    largest = Math.max(largest, Math.abs(value));
    // A value that is not a number is as far as can be.
    worst = Math.max(worst, Number.isFinite(found[i]) ? Math.abs(value - found[i]) : Infinity);
  }
  expect(worst / largest, what).toBeLessThan(1e-5);
}

async function keep(
  title: string,
  file: Uint8Array,
  inputs: Record<string, Numbers>,
  outputs: Record<string, Numbers>,
): Promise<void> {
  const at = peers.length;
  const kept = async (kind: string, all: Record<string, Numbers>): Promise<Record<string, Kept>> =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(all).map(async ([name, { dtype, shape, values }], i): Promise<[string, Kept]> => {
          const file = `${at}-${kind}${i}.bin`;
          await writeFile(join(folder, file), values);
          return [name, { file, dtype, shape }];
        }),
      ),
    );
  const graph = `${at}.onnx`;
  peers.push({ title, graph, inputs: {}, outputs: {} });
  await writeFile(join(folder, graph), file);
  peers[at] = { title, graph, inputs: await kept('in', inputs), outputs: await kept('out', outputs) };
}

async function expectSameScores(
  title: string,
  model: TaggingModel,
  makeBatch: () => ModelInputs,
): Promise<void> {
  const before = tf.memory().numTensors;
  const forward = (inputs: ModelInputs): Record<string, tf.Tensor> => {
    const { logits, embedding } = model.forward(inputs, INFERENCE);
    return { scores: model.scores(logits), ...(embedding && { embedding }) };
  };
  const batchOf = (count: number): ModelInputs =>
    Object.fromEntries(Object.entries(makeBatch()).map(([name, tensor]) => [name, examples(tensor, count)]));
  const traced = traceNetwork({ makeInputs: batchOf, weights: model.parameters.all(), forward });
  expect(tf.memory().numTensors).toBe(before);
  const [onnx, files] = [networkGraph(traced), graphModelFiles(traced, {}, '0')];
  const file = writeOnnx({ name: 'test', description: 'A test.', version: '0', metadata: {}, ...onnx });
  const session = await ort.InferenceSession.create(file, { graphOptimizationLevel: 'disabled' });
  const graphModel = await loadGraphModel(graphArtifacts(files));
  for (const count of [1, BATCH + 3]) {
    let [inputs, wanted]: Record<string, Numbers>[] = [];
    tf.tidy(() => {
      const batch = batchOf(count);
      inputs = numbersOf(
        Object.fromEntries(session.inputNames.map((name) => [name, batch[name.replace(/_input$/, '')]])),
      );
      wanted = numbersOf(forward(batch));
    });
    const given = await session.run(
      Object.fromEntries(
        Object.entries(inputs).map(([name, { dtype, shape, values }]) => [
          name,
          new ort.Tensor(dtype, values, shape),
        ]),
      ),
    );
    const names = Object.keys(wanted);
    expect(session.outputNames).toEqual(names);
    for (const name of names)
      expectClose(given[name].data as Float32Array, wanted[name], `ONNX Runtime: ${name} of ${count}`);
    tf.tidy(() => {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, { dtype, shape, values }]) => [
          name,
          tf.tensor(values, shape, dtype),
        ]),
      );
      const results = [graphModel.execute(feeds, names)].flat();
      for (const [i, name] of names.entries()) {
        expect(results[i].shape).toEqual(wanted[name].shape);
        expectClose(results[i].dataSync(), wanted[name], `graph model: ${name} of ${count}`);
      }
    });
    if (PYTHON && count > 1) await keep(title, file, inputs, wanted);
  }
  await session.release();
  graphModel.dispose();
  expect(tf.memory().numTensors).toBe(before);
}

/** Each branch alone with one fusion and its BiLSTM, which is unrolled; all of them with every fusion, without. */
const CHOSEN = CHOICES.filter(([, { names, fusion, head }]) =>
  names.length === 1 ? fusion === FUSIONS[0] : head === 'sigmoid',
);

describe('in ONNX Runtime and as a graph model', () => {
  it.each(CHOSEN)('%s', async (title, choice) => {
    const model = build(choice, { recurrent: choice.names.length === 1 });
    disturb(model, CHANGE);
    await expectSameScores(title, model, makeInputs);
    model.dispose();
  });

  it('the token of an absent modality', async () => {
    const fusion = FUSIONS.find(({ kind }) => kind === 'self-attention')!;
    const choice = { names: ['mel', 'lyrics'], fusion, head: 'sigmoid', segmentation: 'fixed' } as const;
    const model = build({ ...choice, names: [...choice.names] }, { absentToken: true });
    disturb(model, CHANGE);
    const silent = (): ModelInputs => withoutModality(makeInputs(), 'mel');
    await expectSameScores('all modalities', model, makeInputs);
    await expectSameScores('an absent modality', model, silent);
    model.dispose();
  });

  it.each(NETWORKS)('%s', async (name) => {
    const model = buildSmall(name);
    disturb(model, CHANGE);
    await expectSameScores(name, model, () => ({ [zoo[name].input]: makeMel(name) }));
    model.dispose();
  });
});

it('onnxruntime in Python gives the same scores of all of them', async (ctx) => {
  ctx.skip(!PYTHON, 'POLYTAG_PEER_PYTHON is not set: an additional check with onnxruntime in Python');
  expect(peers.length).toBeGreaterThan(CHOSEN.length);
  await writeFile(join(folder, 'peers.json'), JSON.stringify(peers));
  const script = join(import.meta.dirname, 'check_graphs.py');
  const worst = JSON.parse(execFileSync(PYTHON!, [script, folder], { encoding: 'utf8' }));
  expect(Object.keys(worst)).toEqual(peers.map(({ title }) => title));
  expect(Object.entries<number>(worst).filter(([, difference]) => !(difference < 1e-5))).toEqual([]);
});
