/** `models export`, as a person types it, and what ONNX Runtime, TensorFlow.js, Python and a page make of the files. */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from 'esbuild';
import * as ort from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { decodeAudio } from '../../src/audio/decode.js';
import { npyHeader, writeNpy } from '../../src/base/npy.js';
import { packagePath } from '../../src/base/package.js';
import { randomGenerator } from '../../src/base/random.js';
import { loadModel } from '../../src/browser.js';
import { openModelEncoders } from '../../src/catalogue/tag/lyrics.js';
import { openModelFolder } from '../../src/hub/model-folder.js';
import { windowSize } from '../../src/inputs/window.js';
import type { NetworkPredictor } from '../../src/models/predictor.js';
import { Tagger } from '../../src/models/tagger.js';
import { startUsualEngine } from '../engine/available.js';
import { cutSamples } from '../hub/front-end/cut-samples.js';
import { makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';

const PYTHON = process.env.POLYTAG_PEER_PYTHON;

let workplace: Workplace;
let cwd: string;
let predictor: NetworkPredictor;
let recording: Float32Array;
let recordingFile: string;
/** The scores of the recording without lyrics, by label. */
let wanted: Map<string, number>;
/** The ids of no lyrics. */
let noWords: Int32Array;

const at = (...parts: string[]): string => join(cwd, ...parts);
const exported = (...words: string[]): Promise<Outcome> =>
  polytag(['models', 'export', 'run', ...words], { cwd });

beforeAll(async () => {
  workplace = await makeWorkplace();
  cwd = workplace.folder;
  const run = await polytag(['run', workplace.config, '--out', 'run', 'training.epochs=1', '--limit', '16'], {
    cwd,
  });
  expect([run.code, run.stderr]).toEqual([0, expect.any(String)]);
  for (const [out, ...words] of [
    ['onnx', '--format', 'onnx'],
    ['onnx-samples', '--format', 'onnx', '--with-frontend'],
    ['tfjs', '--format', 'tfjs'],
    ['safetensors'],
  ]) {
    const { code, stderr, stdout } = await exported(...words, '--out', out);
    expect([code, stderr]).toEqual([
      0,
      out === 'onnx-samples'
        ? expect.stringMatching(/^--with-frontend: lyrics stays an input of the graph;/)
        : '',
    ]);
    expect(stdout).toContain(join(out, 'load.ts'));
  }
  predictor = await openModelFolder(at('run', 'model'));
  recordingFile = join(
    workplace.corpus,
    (await readFile(join(workplace.corpus, 'annotations_final.csv'), 'utf8'))
      .split('\n')[1]
      .split('\t')
      .at(-1)!
      .replaceAll('"', '')
      .trim(),
  );
  const decoded = await decodeAudio(recordingFile, { mono: true, sampleRate: 16_000 });
  recording = decoded.channels[0];
  const encoders = await openModelEncoders(predictor);
  const { scores } = new Tagger(predictor, encoders).tag({ samples: recording, sampleRate: 16_000 });
  wanted = new Map(predictor.labels.map((label, i) => [label, scores[i]]));
  const [{ tokenizer, encode }] = encoders;
  noWords = Int32Array.from(encode(tokenizer.tokens('')));
  ort.env.wasm.numThreads = 1;
});
afterAll(async () => {
  predictor.dispose();
  await workplace.remove();
});

/** Random windows of every input, by name. */
function randomWindows(count: number): Record<string, Float32Array | Int32Array> {
  const random = randomGenerator(1, 'windows');
  return Object.fromEntries(
    predictor.inputs.list.map((input) => {
      const length = count * windowSize(input);
      const values =
        input.source === 'text'
          ? Int32Array.from({ length }, () => random.integer(5))
          : Float32Array.from({ length }, () => random.uniform());
      return [input.name, values];
    }),
  );
}

const tensorOf = (values: Float32Array | Int32Array, shape: readonly number[]): ort.Tensor =>
  values instanceof Int32Array
    ? new ort.Tensor('int32', values.slice(), shape)
    : new ort.Tensor('float32', values.slice(), shape);

function expectClose(found: ArrayLike<number>, own: ArrayLike<number>): void {
  expect(found).toHaveLength(own.length);
  for (let i = 0; i < own.length; i++) expect(Math.abs(found[i] - own[i])).toBeLessThan(1e-5);
}

/** The lines that a loader prints, `0.123456 label`, as scores by label. */
function expectScores(printed: string, own: ReadonlyMap<string, number>): void {
  const found = new Map(
    printed
      .trim()
      .split('\n')
      .map((line) => [line.slice(9), Number(line.slice(0, 8))] as const),
  );
  expect([...found.keys()].sort()).toEqual([...own.keys()].sort());
  for (const [label, score] of own) expect(Math.abs(found.get(label)! - score)).toBeLessThan(1.1e-5);
}

/** Means over windows by label. */
const meansOf = (scores: Float32Array, count: number): Map<string, number> =>
  new Map(
    predictor.labels.map((label, j) => {
      const own = Array.from({ length: count }, (_, i) => scores[i * predictor.labels.length + j]);
      return [label, own.reduce((sum, score) => sum + score / count, 0)];
    }),
  );

const writeIds = async (file: string, ids: Int32Array, shape: number[]): Promise<void> => {
  const header = Buffer.from(npyHeader(shape, 'C')).toString('latin1').replace('<f4', '<i4');
  await writeFile(file, Buffer.concat([Buffer.from(header, 'latin1'), Buffer.from(ids.buffer)]));
};

describe('an ONNX graph', () => {
  it('of three inputs gives the same scores in ONNX Runtime, and says what it takes', async () => {
    const described = JSON.parse(await readFile(at('onnx', 'essentia.json'), 'utf8'));
    expect(described).toMatchObject({
      classes: predictor.labels,
      model_types: ['onnx'],
      inference: { sample_rate: 16_000 },
      schema: {
        inputs: [
          { name: 'mel', type: 'float' },
          { name: 'waveform', type: 'float' },
          { name: 'lyrics', type: 'int32' },
        ],
        outputs: [
          { name: 'scores', shape: ['batch', predictor.labels.length], output_purpose: 'predictions' },
          { name: 'embedding', output_purpose: 'embeddings' },
        ],
      },
    });
    const count = 2;
    const values = randomWindows(count);
    const feeds = Object.fromEntries(
      predictor.inputs.list.map(({ name, size }) => {
        const { shape } = described.schema.inputs.find((input: { name: string }) => input.name === name);
        expect(shape.slice(0, 2)).toEqual(['batch', size.length]);
        return [name, tensorOf(values[name], [count, ...shape.slice(1)])];
      }),
    );
    const session = await ort.InferenceSession.create(await readFile(at('onnx', 'model.onnx')));
    const { scores, embedding } = await session.run(feeds);
    const own = predictor.predict({ count, values });
    expectClose(scores.data as Float32Array, own.scores);
    expectClose(embedding.data as Float32Array, own.embedding!);
    await session.release();
    expect(await readFile(at('onnx', 'README.md'), 'utf8')).toContain('InferenceSession("model.onnx")');
  });

  it('with the front end gives the scores of a recording from its samples', async () => {
    const { schema, inference } = JSON.parse(await readFile(at('onnx-samples', 'essentia.json'), 'utf8'));
    const { samples } = inference;
    // 62 frames of 256 samples, of 512 samples each.
    expect(samples).toMatchObject({ input: 'samples', begin: -256, length: 16_128, hop: 256, frames: 62 });
    expect(schema.inputs).toEqual([
      { name: 'samples', type: 'float', shape: ['batch', samples.length] },
      { name: 'lyrics', type: 'int32', shape: ['batch', 16] },
    ]);
    const windows = cutSamples(samples, recording);
    const count = windows.length / samples.length;
    expect(count).toBeGreaterThan(1);
    const lyrics = new Int32Array(16 * count);
    for (let i = 0; i < count; i++) lyrics.set(noWords, 16 * i);
    const session = await ort.InferenceSession.create(await readFile(at('onnx-samples', 'model.onnx')));
    const { scores } = await session.run({
      samples: tensorOf(windows, [count, samples.length]),
      lyrics: tensorOf(lyrics, [count, 16]),
    });
    expectClose([...meansOf(scores.data as Float32Array, count).values()], [...wanted.values()]);
    await session.release();
    const card = await readFile(at('onnx-samples', 'README.md'), 'utf8');
    expect(card).toContain('its input `samples` takes 16128 samples');
  });

  it('is run by load.py', async (ctx) => {
    ctx.skip(!PYTHON, 'POLYTAG_PEER_PYTHON is not set: an additional check with onnxruntime in Python');
    const load = (out: string, ...words: string[]): string =>
      execFileSync(PYTHON!, [at(out, 'load.py'), ...words], { encoding: 'utf8' });
    expect(load('onnx').trim().split('\n')).toHaveLength(predictor.labels.length);
    await writeNpy(at('recording.npy'), { shape: [recording.length], values: recording, order: 'C' });
    await writeIds(at('lyrics.npy'), noWords, [1, noWords.length]);
    const [samples, lyrics] = [`samples=${at('recording.npy')}`, `lyrics=${at('lyrics.npy')}`];
    expectScores(load('onnx-samples', samples, lyrics), wanted);
  });
});

describe('load.ts beside an export', () => {
  const count = 2;
  let given: string[];
  let own: Map<string, number>;
  beforeAll(async () => {
    // As where the packages are installed beside the exports.
    await mkdir(at('node_modules'));
    for (const name of ['@tensorflow', 'onnxruntime-web'])
      await symlink(packagePath(join('node_modules', name)), at('node_modules', name), 'junction');
    await symlink(packagePath('.'), at('node_modules', 'polytag'), 'junction');
    const values = randomWindows(count);
    given = [];
    for (const { name, size, kind } of predictor.inputs.list) {
      const file = at(`${name}.npy`);
      const shape = [
        count,
        ...('shape' in kind && kind.shape ? kind.shape(size) : [size.length, size.width]),
      ];
      const numbers = values[name];
      if (numbers instanceof Int32Array) await writeIds(file, numbers, [count, size.length]);
      else await writeNpy(file, { shape, values: numbers, order: 'C' });
      given.push(`${name}=${file}`);
    }
    own = meansOf(predictor.predict({ count, values }).scores, count);
  });

  /** Runs it as JavaScript, as this Node may not take TypeScript. */
  async function load(out: string, ...words: string[]): Promise<string> {
    const { code } = await transform(await readFile(at(out, 'load.ts'), 'utf8'), { loader: 'ts' });
    await writeFile(at(out, 'load.mjs'), code);
    return execFileSync(process.execPath, [at(out, 'load.mjs'), ...words], { encoding: 'utf8', cwd });
  }

  it.each(['onnx', 'tfjs'])(
    'of --format %s gives the scores of windows, and runs without any',
    async (out) => {
      expectScores(await load(out, ...given), own);
      expect((await load(out)).trim().split('\n')).toHaveLength(predictor.labels.length);
    },
  );

  it('of safetensors tags a recording', async () => {
    expectScores(await load('safetensors', recordingFile), wanted);
  });
});

describe('a page', () => {
  it.each(['tfjs', 'safetensors'])('tags with the export --format %s', async (out) => {
    const { tagger } = await loadModel(`http://models/${out}/`, {
      backend: 'wasm',
      fetch: async (url) => {
        const body = await readFile(at(new URL(url).pathname)).catch(() => null);
        return new Response(body ? Uint8Array.from(body) : null, { status: body ? 200 : 404 });
      },
    });
    try {
      const { tags } = tagger.tag({ samples: recording, sampleRate: 16_000 });
      for (const { label, score } of tags) expect(Math.abs(score - wanted.get(label)!)).toBeLessThan(1e-5);
      expect(tags).toHaveLength(wanted.size);
    } finally {
      tagger.dispose();
      await startUsualEngine();
    }
  });
});

it.each(['onnx', 'tfjs', 'safetensors'])('the card of --format %s has metadata', async (format) => {
  const card = await readFile(at(format, 'README.md'), 'utf8');
  const [, metadata] = /^---\n(.*?)\n---\n\n# tiny\n/s.exec(card)!;
  expect(parse(metadata)).toEqual({
    license: 'unknown',
    library_name: 'polytag',
    pipeline_tag: 'audio-classification',
    tags: ['audio', 'music', 'music-tagging', format],
  });
});

it('safetensors has no graph that a front end could be added to', async () => {
  const { code, stderr } = await exported('--with-frontend', '--out', 'none');
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/--with-frontend: safetensors holds no graph; give --format tfjs or onnx/),
  ]);
});
