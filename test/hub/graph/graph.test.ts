/** ONNX graphs as models: windows, embeddings, classifiers of them, and what is refused. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure, UsageError } from '../../../src/base/errors.js';
import { randomGenerator } from '../../../src/base/random.js';
import { loadEngine } from '../../../src/engine/engine.js';
import { importGraph } from '../../../src/hub/graph/import.js';
import type { GraphImportOptions } from '../../../src/hub/graph/import-options.js';
import { readMetadata } from '../../../src/hub/graph/metadata.js';
import { openGraph } from '../../../src/hub/graph/runner.js';
import { listModels } from '../../../src/hub/list.js';
import { loadPredictor, openModelFolder, readGraphDescription } from '../../../src/hub/model-folder.js';
import type { AudioInput } from '../../../src/inputs/window.js';
import { Tagger, type TagResult } from '../../../src/models/tagger.js';
import { availableEngines } from '../../engine/available.js';
import {
  EMBEDDING,
  EXTRACTOR_JSON,
  extractorGraph,
  GENRES,
  headGraph,
  headJson,
  matrix,
  WEIGHTS,
  writeGraph,
} from './made-graphs.js';

const RATE = 16_000;
/** Frames of the signal, patches and step. */
const FRAMES = 400;
const PATCH = 128;
const STEP = 62;

let root: string;
let models: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polytag-graphs-'));
  models = join(root, 'models');
  // What is set up on this machine must not decide.
  vi.stubEnv('POLYTAG_ONNX', 'own');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

const add = (file: string, options: Partial<GraphImportOptions> = {}): Promise<string> =>
  importGraph({ file, folder: models, force: true, log: () => {}, ...options });

const signal = Float32Array.from(
  { length: (FRAMES - 1) * 256 },
  (_, i) => Math.sin(i / 7) * Math.sin(i / 4001),
);

async function tag(model: string): Promise<TagResult> {
  const tagger = new Tagger(await loadPredictor(model, models), []);
  try {
    return tagger.tag({ samples: signal, sampleRate: RATE });
  } finally {
    tagger.dispose();
  }
}

/** A row times a matrix. */
const times = (
  row: readonly number[],
  { values, shape: [, columns] }: { values: Float32Array; shape: readonly number[] },
) =>
  Array.from({ length: columns }, (_, j) => row.reduce((sum, x, i) => sum + x * values[i * columns + j], 0));

/** Embeddings of each patch, computed from the spectrogram by hand. */
async function embeddings(): Promise<number[][]> {
  const predictor = await loadPredictor('effnet', models);
  const { feature } = predictor.inputs.list[0] as AudioInput;
  predictor.dispose();
  const stream = feature.stream();
  const mel = [stream.push(signal), stream.finish()].flatMap((part) => (part ? [...part] : []));
  const count = Math.floor((mel.length / 96 - PATCH) / STEP) + 1;
  return Array.from({ length: count }, (_, i) => {
    const mean = Array.from({ length: 96 }, (__, band) => {
      let sum = 0;
      for (let t = 0; t < PATCH; t++) sum += mel[(i * STEP + t) * 96 + band];
      return sum / PATCH;
    });
    return times(mean, WEIGHTS.embed).map((x) => Math.max(0, x));
  });
}

const meanOf = (rows: readonly (readonly number[])[]): number[] =>
  rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0) / rows.length);

function expectClose(found: ArrayLike<number>, wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  for (const [i, value] of wanted.entries()) expect(Math.abs(found[i] - value)).toBeLessThan(1e-5);
}

describe.each(availableEngines)('a graph of Essentia’s form on engine %s', (engine) => {
  beforeEach(async () => {
    await loadEngine(engine);
    await add(await writeGraph(root, 'effnet-bs64-1', extractorGraph(), EXTRACTOR_JSON), { name: 'effnet' });
  });

  it('takes patches as its algorithm does; its scores and embedding are the means over them', async () => {
    const before = tf.memory().numTensors;
    const found = await tag('effnet');
    expect(tf.memory().numTensors).toBe(before);
    const rows = await embeddings();
    expect(found.windows.map(({ start }) => start)).toEqual(rows.map((_, i) => (i * STEP * 256) / RATE));
    expectClose(found.embedding!, meanOf(rows));
    const scores = rows.map((row) => times(row, WEIGHTS.score).map((x) => 1 / (1 + Math.exp(-x))));
    expectClose(found.scores, meanOf(scores));
    expect(found.tags.map(({ label }) => label).sort()).toEqual([...GENRES].sort());
  });

  it.each([{ batch: 64 }, { isTurned: true }, { batch: 2, isTurned: true }])(
    'of another form, %o, gives the same',
    async (form) => {
      const wanted = await tag('effnet');
      await add(await writeGraph(root, 'other', extractorGraph(form), EXTRACTOR_JSON));
      expectClose((await tag('other')).scores, [...wanted.scores]);
    },
  );

  it('gives logits, of which --activation makes scores', async () => {
    const wanted = await tag('effnet');
    const file = await writeGraph(root, 'logits', extractorGraph({ activation: 'Identity' }), {
      ...EXTRACTOR_JSON,
    });
    await add(file, { activation: 'sigmoid' });
    expectClose((await tag('logits')).scores, [...wanted.scores]);
  });

  it('runs classifiers of its embeddings in one pass, each alone, or with its own labels', async () => {
    for (const [name, classes] of [
      ['happy', ['happy', 'non_happy']],
      ['party', ['party', 'non_party']],
      ['folky', ['folk', 'non_folk']],
    ] as const)
      await add(await writeGraph(root, name, headGraph(name), headJson([...classes])));
    const rows = await embeddings();
    const scoresOf = (name: string): number[] =>
      meanOf(
        rows.map((row) => {
          const powers = times(row, matrix(name, EMBEDDING, 2)).map(Math.exp);
          return powers.map((power) => power / (powers[0] + powers[1]));
        }),
      );
    expectClose((await tag('happy')).scores, scoresOf('happy'));
    const both = await loadPredictor('happy+party', models);
    expect(both.labels).toEqual(['happy', 'non_happy', 'party', 'non_party']);
    // A copy for a thread has the weights of all three.
    expect(both.copy!.bytes).toBe(
      extractorGraph().length + headGraph('happy').length + headGraph('party').length,
    );
    both.dispose();
    expectClose((await tag('happy+party')).scores, [...scoresOf('happy'), ...scoresOf('party')]);
    const all = await loadPredictor('effnet+folky', models);
    expect(all.labels).toEqual(['rock', 'jazz', 'effnet: folk', 'techno', 'folky: folk', 'non_folk']);
    expect(all.embedding).toBe(EMBEDDING);
    all.dispose();
    const own = (await tag('effnet')).scores;
    expectClose((await tag('effnet+folky')).scores, [...own, ...scoresOf('folky')]);
  });

  it('is loaded and freed ten times without a tensor left', async () => {
    const before = tf.memory().numTensors;
    for (let i = 0; i < 10; i++) (await loadPredictor('effnet', models)).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('import', () => {
  beforeAll(async () => {
    await loadEngine(availableEngines[0]);
    await add(await writeGraph(root, 'effnet-bs64-1', extractorGraph(), EXTRACTOR_JSON), { name: 'effnet' });
  });

  it('lists a graph with its labels and its data set, and refuses it where a network is needed', async () => {
    expect(await listModels(root, models)).toContainEqual({
      ...{ name: 'effnet', state: 'here', architecture: 'onnx', labels: 4, trainedOn: 'Discogs-Test' },
    });
    await expect(openModelFolder(join(models, 'effnet'))).rejects.toThrow(
      'holds an ONNX graph, whose weights are frozen',
    );
  });

  it('links a classifier to its extractor whatever batch either of them is for', async () => {
    const json = headJson(['a', 'b']);
    json.inference.embedding_model.model_name = 'discogs-net-bs64-1';
    await add(await writeGraph(root, 'discogs-net-bsdynamic-1', extractorGraph(), EXTRACTOR_JSON), {
      name: 'net',
    });
    const folder = await add(await writeGraph(root, 'linked', headGraph('linked'), json));
    expect((await readGraphDescription(folder))?.extractor).toBe('net');
    await rm(join(models, 'net'), { recursive: true });
  });

  it('of MAEST takes the patches that the graph has, its scores beside logits, and the last layer that is described', async () => {
    const outputs = [1, 2, 3].map((layer) => ({
      ...{ name: `PartitionedCall/Identity_${layer}`, shape: [1, 1, 100, 768], output_purpose: 'embeddings' },
    }));
    const json = {
      ...EXTRACTOR_JSON,
      schema: {
        inputs: [{ name: 'melspectrogram', type: 'float', shape: [1, 626, 96] }],
        outputs: [
          ...outputs.slice(0, 2),
          { ...outputs[2], shape: [1, EMBEDDING] },
          ...EXTRACTOR_JSON.schema.outputs.slice(0, 1),
        ],
      },
      inference: { sample_rate: 16_000, algorithm: 'TensorflowPredictMAEST' },
    };
    const graph = extractorGraph({ batch: 1, frames: 626, withLogits: true });
    const folder = await add(await writeGraph(root, 'maest', graph, json));
    expect(await readGraphDescription(folder)).toMatchObject({
      inputs: { chunk_seconds: (626 * 256) / 16_000, mel: { standardise: { mean: 2.06755686098554 } } },
      ports: { scores: 'activations', embedding: 'embeddings' },
    });
    expect((await tag('maest')).scores.every((score) => score > 0 && score < 1)).toBe(true);
  });

  it('takes the embeddings alone where the description has no class', async () => {
    const json = { ...EXTRACTOR_JSON, type: 'Music embeddings', classes: [] };
    const folder = await add(await writeGraph(root, 'similar', extractorGraph(), json));
    const description = await readGraphDescription(folder);
    expect(description).toMatchObject({ labels: [], ports: { scores: null, embedding: 'embeddings' } });
  });

  it('takes numbers where the description says that it is a regression', async () => {
    const json = headJson(['valence', 'arousal']);
    for (const [name, change] of [
      ['by-type', { ...json, type: 'regression model' }],
      [
        'by-op',
        { ...json, schema: { ...json.schema, outputs: [{ ...json.schema.outputs[0], op: 'Linear' }] } },
      ],
    ] as const) {
      const file = await writeGraph(root, name, headGraph(name, 'batch', EMBEDDING, 'Identity'), change);
      await add(file);
      const found = await tag(name);
      const wanted = meanOf((await embeddings()).map((row) => times(row, matrix(name, EMBEDDING, 2))));
      expectClose(found.scores, wanted);
      expect(Math.max(...wanted.map(Math.abs))).toBeGreaterThan(1);
    }
  });

  const rejects = (
    title: string,
    make: () => Promise<{ file: string; options?: Partial<GraphImportOptions> }>,
    error: typeof Failure | typeof UsageError,
    message: string | RegExp,
  ): void =>
    it(`refuses ${title}`, async () => {
      const { file, options } = await make();
      const thrown = await add(file, options).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(thrown).toBeInstanceOf(error);
      expect((thrown as Error).message).toMatch(message);
    });

  const graphWith = (name: string, json?: object) => async () => ({
    file: await writeGraph(root, name, extractorGraph(), json),
  });

  rejects(
    'a file that is not there',
    async () => ({ file: join(root, 'none.onnx') }),
    UsageError,
    /There is no file/,
  );
  rejects(
    'a graph of which nothing says how it takes sound',
    graphWith('alone'),
    UsageError,
    /Nothing says how alone\.onnx takes a recording; give --frontend musicnn\|/,
  );
  rejects(
    'an algorithm whose front end is not known',
    graphWith('tempo', { ...EXTRACTOR_JSON, inference: { algorithm: 'TensorflowPredictFSDSINet' } }),
    UsageError,
    /The front end of TensorflowPredictFSDSINet is not supported/,
  );
  rejects(
    'the front end of another network',
    async () => ({ ...(await graphWith('wrong', EXTRACTOR_JSON)()), options: { frontend: 'vggish' } }),
    UsageError,
    /is \[batch, 128, 96\], and the front end gives windows of \[96, 64\]/,
  );
  rejects(
    'another number of classes',
    graphWith('classes', { ...EXTRACTOR_JSON, classes: ['a', 'b'] }),
    UsageError,
    /2 classes, and the output activations 4 numbers/,
  );
  rejects(
    'logits as scores',
    async () => ({
      file: await writeGraph(root, 'raw', extractorGraph({ activation: 'Identity' }), EXTRACTOR_JSON),
    }),
    UsageError,
    /is not a score from 0 to 1; import it again with --activation sigmoid or softmax/,
  );
  rejects(
    'a classifier whose extractor is not installed',
    async () => {
      const json = headJson(['a', 'b']);
      json.inference.embedding_model.model_name = 'other-1';
      return { file: await writeGraph(root, 'lone', headGraph('lone'), json) };
    },
    UsageError,
    /embeddings of other-1 \(TensorflowPredictEffnetDiscogs\), which is not installed; import that first/,
  );
  rejects(
    'the folder of an extractor, by which nobody would find it later',
    async () => ({
      file: await writeGraph(root, 'lone', headGraph('lone'), headJson(['a', 'b'])),
      options: { extractor: join(models, 'effnet') },
    }),
    UsageError,
    /--extractor: there is no installed model ".*effnet"; give a name of "polytag models list", not a folder\./,
  );
  rejects(
    'a classifier of embeddings of another size',
    async () => ({
      file: await writeGraph(root, 'wide', headGraph('wide', 'batch', 12), headJson(['a', 'b'])),
    }),
    UsageError,
    /does not take the embeddings of effnet, which have 8 numbers/,
  );
  rejects(
    'a description that is not JSON',
    async () => {
      const file = await writeGraph(root, 'broken', extractorGraph());
      await writeFile(join(root, 'broken.json'), '{');
      return { file };
    },
    Failure,
    /broken\.json cannot be read as the description of a model/,
  );
  rejects(
    'a file that is cut off',
    async () => ({ file: await writeGraph(root, 'cut', extractorGraph().subarray(0, 900), EXTRACTOR_JSON) }),
    Failure,
    /cut\.onnx cannot be imported/,
  );

  it('names an operation that nothing has', () => {
    expect(() => openGraph(extractorGraph({ activation: 'Einsum' }), 'x.onnx')).toThrow(
      'x.onnx cannot be run: it has the operation Einsum, which polytag does not know; ONNX Runtime may have it: run "polytag setup --onnx".',
    );
  });

  it('of mutated graphs is a model or a sentence', async () => {
    const good = extractorGraph();
    for (let seed = 0; seed < 1000; seed++) {
      const random = randomGenerator(seed, 'mutated graph');
      const bytes = good.slice(0, random.uniform() < 0.2 ? random.integer(good.length) : good.length);
      // The weights make most of the file: half of the changes are before and after them.
      for (let i = random.integer(6); i >= 0 && bytes.length > 0; i--) {
        const [first, last] = [random.integer(400), bytes.length - 1 - random.integer(400)];
        bytes[Math.max(0, Math.min(bytes.length - 1, i % 2 === 0 ? first : last))] = random.integer(256);
      }
      const file = await writeGraph(root, 'mutated', bytes, EXTRACTOR_JSON);
      const thrown = await add(file).then(
        () => null,
        (reason: unknown) => reason,
      );
      if (thrown !== null) expect(thrown, `seed ${seed}`).toBeInstanceOf(Failure);
    }
  });

  it('of mutated descriptions is what they say, or a sentence', async () => {
    const good = JSON.stringify(EXTRACTOR_JSON);
    for (let seed = 0; seed < 500; seed++) {
      const random = randomGenerator(seed, 'mutated description');
      const bytes = Buffer.from(good);
      for (let i = random.integer(4); i >= 0; i--) bytes[random.integer(bytes.length)] = random.integer(256);
      const path = join(root, 'mutated.json');
      await writeFile(path, bytes);
      const thrown = await readMetadata(path).then(
        () => null,
        (reason: unknown) => reason,
      );
      if (thrown !== null) expect(thrown, `seed ${seed}`).toBeInstanceOf(Failure);
    }
  });
});
