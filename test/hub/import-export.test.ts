import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { Failure, UsageError } from '../../src/base/errors.js';
import { loadEngine } from '../../src/engine/engine.js';
import { exportModel } from '../../src/hub/export.js';
import { readWeights } from '../../src/hub/formats/index.js';
import type { StoredWeights } from '../../src/hub/formats/number-types.js';
import { transpose } from '../../src/hub/formats/transpose.js';
import { type ImportOptions, importModel } from '../../src/hub/import.js';
import { EXAMPLE_MAPPING, readMapping } from '../../src/hub/mapping-file.js';
import { loadPredictor, readModelDescription } from '../../src/hub/model-folder.js';
import { cachedModels } from '../../src/hub/store.js';
import { mapWeights } from '../../src/hub/weight-map.js';
import { buildModel } from '../../src/models/model.js';
import type { WeightValues } from '../../src/models/parameters.js';
import { encodeSafetensors } from '../../src/models/safetensors.js';
import { modelSchema } from '../../src/models/spec.js';

const LABELS = ['loud', 'quiet', 'piano'];
const OPTIONS = { channels: 4 };

let root: string;
let folder: string;
let weights: Map<string, WeightValues>;
let runs = 0;
beforeAll(async () => {
  await loadEngine();
  root = await mkdtemp(join(tmpdir(), 'polytag-import-'));
  const spec = modelSchema().parse({ zoo: { kind: 'vgg', ...OPTIONS } });
  const shape = {
    inputs: { mel: { length: 187, width: 96 } },
    labels: LABELS.length,
    head: 'sigmoid' as const,
  };
  const model = buildModel(spec, shape, 9);
  weights = model.parameters.read();
  model.dispose();
});
beforeEach(() => {
  folder = join(root, `models${runs++}`);
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Axes of a convolution's kernel as PyTorch keeps it, and the way back. */
const [TO_TORCH, FROM_TORCH] = [
  [3, 2, 0, 1],
  [2, 3, 1, 0],
];

/** The weights as PyTorch would name and order them, with a counter that no network needs. */
function asTorch(): {
  file: Uint8Array;
  map: Record<string, string | { from: string; transpose: number[] }>;
} {
  const arrays = new Map<string, WeightValues>();
  const map: Record<string, string | { from: string; transpose: number[] }> = {};
  for (const [name, { shape, values }] of weights) {
    const from = name.replaceAll('/', '.');
    const axes = shape.length === 4 ? TO_TORCH : shape.length === 2 ? [1, 0] : null;
    map[name] = axes ? { from, transpose: shape.length === 4 ? FROM_TORCH : [1, 0] } : from;
    arrays.set(
      from,
      axes
        ? { shape: axes.map((axis) => shape[axis]), values: transpose(values, shape, axes) }
        : { shape, values },
    );
  }
  arrays.set('conv1.norm.num_batches_tracked', { shape: [], values: Float32Array.of(3) });
  return { file: encodeSafetensors(arrays), map };
}

/** Writes weights and mapping, and imports them. */
async function importTorch(mapping: object = {}, more: Partial<ImportOptions> = {}): Promise<string> {
  const { file, map } = asTorch();
  const [path, yaml] = ['mine.safetensors', 'mapping.yaml'].map((name) => join(root, name));
  await writeFile(path, file);
  await writeFile(
    yaml,
    stringify({
      labels: LABELS,
      options: OPTIONS,
      weights: map,
      ignore: ['*.num_batches_tracked'],
      ...mapping,
    }),
  );
  return importModel({ file: path, mapping: yaml, architecture: 'vgg', folder, log: () => {}, ...more });
}

const sentence = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'it worked',
    (error: unknown) => {
      expect(error).toBeInstanceOf(Failure);
      return (error as Error).message;
    },
  );

describe('imported weights', () => {
  it('become a model that tags, with its licence and where it came from', async () => {
    const place = await importTorch({
      licence: 'CC BY 4.0',
      citation: ['Somebody 2020'],
      dataset: 'My music',
    });
    expect(place).toBe(join(folder, 'mine'));
    const predictor = await loadPredictor('mine', folder);
    expect(predictor.labels).toEqual(LABELS);
    const values = new Float32Array(187 * 96).fill(0.5);
    const { scores } = predictor.predict({ count: 1, values: { mel: values } });
    expect(scores).toHaveLength(3);
    expect((await readModelDescription(place)).origin).toMatchObject({
      source: 'mine.safetensors',
      licence: 'CC BY 4.0',
    });
    expect(await readFile(join(place, 'README.md'), 'utf8')).toContain('Somebody 2020');
    predictor.dispose();
    await exportModel('mine', 'safetensors', join(root, `out${runs}`), { folder });
    const [stored, exported] = await Promise.all(
      [place, join(root, `out${runs}`)].map((at) => readFile(join(at, 'weights.safetensors'))),
    );
    expect(exported.equals(stored)).toBe(true);
    expect(exported.equals(encodeSafetensors(weights, { format: 'polytag-model/1' }))).toBe(true);
  });

  it('may take spectrograms with other settings', async () => {
    await importTorch({ inputs: { sample_rate: 12_000, chunk_seconds: 4 } });
    const { settings } = await loadPredictor('mine', folder);
    expect(settings).toMatchObject({ sampleRate: 12_000, windowFrames: 187, hopLength: 256 });
  });

  it('that do not fit are refused, every one of them named, and nothing is stored', async () => {
    const { map } = asTorch();
    const { 'conv2/kernel': _, ...some } = map;
    const wrong = {
      ...some,
      'conv1/kernel': 'conv1.kernel',
      'head/bias': 'nowhere.bias',
      'conv9/kernel': 'conv5.kernel',
      'conv3/kernel': { from: 'conv3.kernel', transpose: [0, 1, 2] },
    };
    const message = await sentence(importTorch({ weights: wrong, ignore: [] }));
    for (const part of [
      'the network has no weight conv9/kernel',
      'the mapping gives no source for conv2/kernel',
      'the file has no array nowhere.bias',
      'the mapping neither takes nor ignores conv2.kernel, head.bias, conv1.norm.num_batches_tracked',
      'conv1/kernel (the network wants [3,3,1,4], conv1.kernel gives [4,1,3,3])',
      'conv3/kernel (transpose [0,1,2] is not an order of the 4 axes of conv3.kernel)',
    ])
      expect(message).toContain(part);
    expect(await cachedModels(folder)).toEqual([]);
  });

  it.each<[string, object, Partial<ImportOptions>, RegExp]>([
    ['an unknown key', { lables: [] }, {}, /mapping\.yaml: the mapping: Unrecognized key: "lables"\.$/],
    ['no labels', { labels: [] }, {}, /mapping\.yaml: labels: /],
    [
      'an unknown option',
      { options: { chanels: 4 } },
      {},
      /there is no key "model\.zoo\.chanels"; the nearest/,
    ],
    [
      'a published name',
      {},
      { name: 'musicnn-mtt' },
      /is the name of a published model; give another with --name\.$/,
    ],
    [
      'a name with a slash',
      {},
      { name: '../out' },
      /"\.\.\/out" is not a valid model name; use lower-case letters/,
    ],
    ['a missing mapping', {}, { mapping: 'nowhere.yaml' }, /^There is no mapping nowhere\.yaml;/],
    ['a missing file', {}, { file: 'nowhere.npz' }, /^There is no file nowhere\.npz; check the path\.$/],
  ])('are refused with %s', async (_, mapping, more, message) => {
    expect(await sentence(importTorch(mapping, more))).toMatch(message);
    expect(await cachedModels(folder)).toEqual([]);
  });

  it('replace a model of the same name only when told to', async () => {
    await importTorch();
    await expect(importTorch()).rejects.toThrow(UsageError);
    await expect(importTorch({ licence: 'new' }, { force: true })).resolves.toBe(join(folder, 'mine'));
    expect((await readModelDescription(join(folder, 'mine'))).origin?.licence).toBe('new');
  });
});

describe('a network that was trained in PyTorch', () => {
  const example = EXAMPLE_MAPPING;
  const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);

  it('says the same here, by the mapping that comes with polytag', async () => {
    const mapping = join(root, 'small.yaml');
    // Two channels, 130 frames and 63 bands in place of the published sizes.
    const small = {
      labels: LABELS,
      options: { channels: 2 },
      inputs: { chunk_seconds: 2.08, mel: { bands: 63 } },
    };
    const tree = parse(await readFile(example, 'utf8'));
    tree.weights['head/kernel'].reshape = [3, 2, 2, 1];
    await writeFile(mapping, stringify({ ...tree, ...small }));
    await importModel({ file: fixture('tagger.pth'), mapping, architecture: 'vgg', folder, log: () => {} });
    const predictor = await loadPredictor('tagger', folder);
    const values = Float32Array.from({ length: 2 * 130 * 63 }, (_, i) => ((i * 7919) % 1000) / 250);
    const { scores } = predictor.predict({ count: 2, values: { mel: values } });
    const wanted = (await readWeights(fixture('tagger-scores.npz'))).get('scores')!.read();
    expect(scores.length).toBe(wanted.length);
    for (const [i, score] of scores.entries()) expect(Math.abs(score - wanted[i])).toBeLessThan(1e-5);
  });

  it('the mapping is found by its former name too', async () => {
    expect(await readMapping('configs/zoo-import-vgg.yaml')).toEqual(await readMapping(example));
    await expect(readMapping('configs/none.yaml')).rejects.toThrow(
      /no mapping configs\/none\.yaml; .*vgg\.yaml/,
    );
  });

  it('the mapping names every weight of the published network', async () => {
    const { map, labels } = await readMapping(example);
    expect(Object.keys(map.weights)).toEqual([...weights.keys()]);
    expect(labels).toHaveLength(50);
  });
});

describe('mapped weights', () => {
  const stored = (shape: number[], values: number[]): StoredWeights =>
    new Map([['a', { shape, read: () => Float32Array.from(values) }]]);
  const take = (shape: number[], from: StoredWeights, axes?: number[]): number[] => {
    const map = { weights: { w: { from: 'a', transpose: axes } }, ignore: [] };
    return [...mapWeights(new Map([['w', { shape }]]), from, map, 'file').get('w')!.values];
  };

  it('may have axes of length 1 anywhere', () => {
    expect(take([2, 1, 3], stored([1, 2, 3], [1, 2, 3, 4, 5, 6]))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(() => take([3, 2], stored([2, 3], [1, 2, 3, 4, 5, 6]))).toThrow(/of another shape w/);
  });

  it('are transposed as NumPy does', () => {
    expect(take([3, 2], stored([2, 3], [1, 2, 3, 4, 5, 6]), [1, 0])).toEqual([1, 4, 2, 5, 3, 6]);
    const cube = Array.from({ length: 24 }, (_, i) => i);
    // numpy.arange(24).reshape(2, 3, 4).transpose(2, 0, 1)
    expect(take([4, 2, 3], stored([2, 3, 4], cube), [2, 0, 1]).slice(0, 8)).toEqual([
      0, 4, 8, 12, 16, 20, 1, 5,
    ]);
  });

  it('that were flattened are taken apart, ordered and put together', () => {
    const map = (reshape: number[]) => ({
      weights: { w: { from: 'a', reshape, transpose: [1, 2, 0] } },
      ignore: [],
    });
    const expected = new Map([['w', { shape: [6, 2] }]]);
    const flat = stored(
      [2, 6],
      Array.from({ length: 12 }, (_, i) => i),
    );
    // numpy.arange(12).reshape(2, 3, 2).transpose(1, 2, 0).reshape(6, 2)
    const { values } = mapWeights(expected, flat, map([2, 3, 2]), 'file').get('w')!;
    expect([...values]).toEqual([0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]);
    expect(() => mapWeights(expected, flat, map([2, 3, 3]), 'file')).toThrow(
      'w (reshape [2,3,3] has another number of elements than a, [2,6])',
    );
  });

  it('are flipped as NumPy does, before they are transposed', () => {
    const numbers = Array.from({ length: 12 }, (_, i) => i);
    const map = { weights: { w: { from: 'a', flip: [1, 2], transpose: [2, 0, 1] } }, ignore: [] };
    const { values } = mapWeights(
      new Map([['w', { shape: [3, 2, 2] }]]),
      stored([2, 2, 3], numbers),
      map,
      'file',
    ).get('w')!;
    // numpy.flip(numpy.arange(12).reshape(2, 2, 3), (1, 2)).transpose(2, 0, 1)
    expect([...values]).toEqual([5, 2, 11, 8, 4, 1, 10, 7, 3, 0, 9, 6]);
  });

  it('take a bias out of a mean, and make a variance of a deviation', () => {
    const arrays: StoredWeights = new Map(
      Object.entries({ mean: [5, 7], bias: [1, 3], deviation: [0.5, 2] }).map(([name, values]) => [
        name,
        { shape: [2], read: () => Float32Array.from(values) },
      ]),
    );
    const expected = new Map(['mean', 'variance'].map((name) => [name, { shape: [2] }]));
    const weights = {
      mean: { from: 'mean', minus: 'bias' },
      variance: { from: 'deviation', deviation_epsilon: 0.25 },
    };
    const taken = mapWeights(expected, arrays, { weights, ignore: [] }, 'file');
    expect([...taken.get('mean')!.values]).toEqual([4, 4]);
    // The network divides by the root of the variance and 0.001, the file by deviation and 0.25.
    const divisors = taken.get('variance')!.values.map((value) => Math.sqrt(value + 1e-3));
    expect([...divisors]).toEqual([expect.closeTo(0.75, 6), expect.closeTo(2.25, 6)]);
  });

  it.each([
    [{ from: 'a', flip: [2] }, 'w (flip [2] names an axis that a, [2,3], does not have)'],
    [{ from: 'a', minus: 'b' }, 'w (b, [4], cannot be subtracted from a, [2,3])'],
    [{ from: 'a', minus: 'c' }, 'the file has no array c'],
  ])('that cannot be made as %j says are refused', (source, message) => {
    const arrays: StoredWeights = new Map([
      ...stored([2, 3], [1, 2, 3, 4, 5, 6]),
      ['b', { shape: [4], read: () => new Float32Array(4) }],
    ]);
    const map = { weights: { w: source }, ignore: ['b'] };
    expect(() => mapWeights(new Map([['w', { shape: [2, 3] }]]), arrays, map, 'file')).toThrow(message);
  });

  it('that are damaged are a sentence', () => {
    const damaged: StoredWeights = new Map([
      [
        'a',
        {
          shape: [1],
          read: () => {
            throw new Error('the checksum of a is wrong');
          },
        },
      ],
    ]);
    expect(() => take([1], damaged)).toThrow(
      'file cannot be used (the checksum of a is wrong); fetch it again.',
    );
  });
});

/** Names of the files of a folder and those in it. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

describe('an exported model', () => {
  it("as TensorFlow.js's weights comes back to the bit", async () => {
    await importTorch();
    const out = join(root, 'tfjs');
    const paths = await exportModel('mine', 'tfjs', out, { folder });
    expect(await readFile(join(out, 'README.md'), 'utf8')).toMatch(
      /## Use\n\n- In TensorFlow\.js: `tf\.loadGraphModel\('graph\/model\.json'\)[^#]*`tf\.io\.loadWeights/,
    );
    expect((await readdir(out)).sort()).toEqual(
      [
        ...['README.md', 'SHA256SUMS', 'graph', 'group1-shard1of1.bin', 'load.ts', 'model.json'],
        ...['network.svg', 'weights_manifest.json'],
      ].sort(),
    );
    expect((await readdir(join(out, 'graph'))).sort()).toEqual(['group1-shard1of1.bin', 'model.json']);
    expect(paths).toHaveLength(9);
    const manifest = JSON.parse(await readFile(join(out, 'weights_manifest.json'), 'utf8'));
    const load = tf.io.weightsLoaderFactory(async (urls) =>
      Promise.all(urls.map(async (url) => Uint8Array.from(await readFile(url)).buffer)),
    );
    const loaded = await load(manifest, out);
    expect(Object.keys(loaded)).toEqual([...weights.keys()]);
    for (const [name, { shape, values }] of weights) {
      expect(loaded[name].shape).toEqual(shape);
      expect(loaded[name].dataSync()).toEqual(values);
      loaded[name].dispose();
    }
  });

  it('goes on where it was interrupted, and leaves files of others alone', async () => {
    await importTorch();
    const [whole, part] = [join(root, 'whole'), join(root, 'part')];
    await exportModel('mine', 'tfjs', whole, { folder });
    await mkdir(part);
    for (const name of ['model.json', 'README.md']) await copyFile(join(whole, name), join(part, name));
    await writeFile(join(part, 'weights_manifest.json.part'), 'half');
    await mkdir(join(part, 'graph'));
    await copyFile(join(whole, 'graph', 'model.json'), join(part, 'graph', 'model.json'));
    await exportModel('mine', 'tfjs', part, { folder });
    for (const name of await filesIn(whole))
      expect(await readFile(join(part, name)), name).toEqual(await readFile(join(whole, name)));
    await exportModel('mine', 'tfjs', whole, { folder });
    expect(await filesIn(whole)).toHaveLength(9);
    await expect(exportModel('mine', 'safetensors', whole, { folder })).rejects.toThrow(/is not empty/);
    await mkdir(join(root, 'theirs'));
    await writeFile(join(root, 'theirs', 'README.md'), 'my own');
    await expect(exportModel('mine', 'tfjs', join(root, 'theirs'), { folder })).rejects.toThrow(
      /is not empty/,
    );
    expect(await readFile(join(root, 'theirs', 'README.md'), 'utf8')).toBe('my own');
  });

  it('is refused into a folder in use, and where there is no such model', async () => {
    await importTorch();
    await mkdir(join(root, 'used'));
    await writeFile(join(root, 'used', 'x'), '');
    await expect(exportModel('mine', 'tfjs', join(root, 'used'), { folder })).rejects.toThrow(/is not empty/);
    await expect(exportModel('other', 'tfjs', join(root, 'new'), { folder })).rejects.toThrow(
      /^There is no model "other", and no run/,
    );
  });

  it('is refused when its weights are damaged', async () => {
    const place = await importTorch();
    await writeFile(join(place, 'weights.safetensors'), 'xx');
    for (const format of ['safetensors', 'tfjs'] as const)
      await expect(exportModel('mine', format, join(root, 'none'), { folder })).rejects.toThrow(
        /cannot be read \(/,
      );
  });
});
