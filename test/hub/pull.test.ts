import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Failure, UsageError } from '../../src/base/errors.js';
import { loadEngine } from '../../src/engine/engine.js';
import { publishedCard } from '../../src/hub/card.js';
import { readWeights } from '../../src/hub/formats/index.js';
import { listModels } from '../../src/hub/list.js';
import { loadPredictor, readModelDescription } from '../../src/hub/model-folder.js';
import { PULLABLE_NAMES, publishedModels, pullable } from '../../src/hub/published/index.js';
import type { PublishedModel } from '../../src/hub/published/model.js';
import { readPythonList } from '../../src/hub/published/musicnn.js';
import { type PullOptions, pullModels } from '../../src/hub/pull.js';
import { cachedModels, findModel, placeModel } from '../../src/hub/store.js';
import type { RunCommand } from '../../src/install/command.js';
import type { WeightValues } from '../../src/models/parameters.js';
import { decodeSafetensors, encodeSafetensors } from '../../src/models/safetensors.js';
import type { TestEntry } from '../data/download/archive.js';
import { startServer, type TestServer } from '../data/download/server.js';
import { fakePip, LABELS, packageEntries, weightsOf } from './fake-package.js';

let weights: Map<string, WeightValues>;
let whole: TestEntry[];
let folder: string;
beforeAll(async () => {
  await loadEngine();
  weights = weightsOf('vgg-mtt');
  whole = packageEntries('vgg-mtt', weights);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-models-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const lines: string[] = [];
const pull = (run: RunCommand, more: Partial<PullOptions> = {}): Promise<string[]> =>
  pullModels(['vgg-mtt'], { folder, run, log: (line) => void lines.push(line), ...more });

/** Everything in the folder, hidden or not. */
const everything = async (): Promise<string[]> => (await readdir(folder)).sort();

describe('a published model', () => {
  it('is stored with weights, labels, settings, licence and card', async () => {
    const { run } = fakePip(() => whole);
    lines.length = 0;
    expect(await pull(run)).toEqual([join(folder, 'vgg-mtt')]);
    expect(await everything()).toEqual(['vgg-mtt']);
    const place = await findModel('vgg-mtt', folder);
    expect((await readdir(place)).sort()).toEqual([
      'LICENSE',
      'README.md',
      'SHA256SUMS',
      'model.json',
      'network.svg',
      'weights.safetensors',
    ]);
    expect(lines).toEqual([expect.stringMatching(/^musicnn==0\.1\.0, 29 MB; licence: ISC, .*2019\.$/)]);
    expect(await readFile(join(place, 'LICENSE'), 'utf8')).toBe('You may.\n');
    const stored = decodeSafetensors(await readFile(join(place, 'weights.safetensors'))).weights;
    expect(stored).toEqual(weights);
    const description = await readModelDescription(place);
    expect(description).toMatchObject({
      labels: LABELS,
      spec: { zoo: { kind: 'vgg', channels: 128 } },
      origin: { sha256: publishedModels['vgg-mtt'].source.sha256, reported: { roc_auc: 0.903 } },
      settings: {
        sampleRate: 16_000,
        windowFrames: 187,
        hopLength: 256,
        remainder: 'drop',
        inputs: { mel: { nFft: 512, melBands: 96, scale: 'slaney', compression: 'log10(1 + 10000 x)' } },
      },
    });
    const card = await readFile(join(place, 'README.md'), 'utf8');
    expect(card).toContain('rock & roll, 60s');
    expect(card).toContain('Licence: ISC');
    expect(card).toContain('arXiv:1909.06654');
    expect(card).toContain('605,748 trained numbers');
    expect(card).toContain('](network.svg)');
    expect(await readFile(join(place, 'network.svg'), 'utf8')).toMatch(
      /^<svg [\s\S]*<title>vgg-mtt<\/title>/,
    );
  });

  it('tags', async () => {
    await pull(fakePip(() => whole).run);
    const predictor = await loadPredictor('vgg-mtt', folder);
    const values = Float32Array.from({ length: 2 * 187 * 96 }, (_, i) => Math.abs(Math.sin(i)));
    const { scores, embedding, windows } = predictor.predict({ count: 2, values: { mel: values } });
    expect([windows, scores.length, embedding?.length]).toEqual([2, 100, 512]);
    expect(scores.every((score) => score > 0 && score < 1)).toBe(true);
    predictor.dispose();
  });

  it('is fetched once, and again when that is asked for', async () => {
    const { run, downloads } = fakePip(() => whole);
    await pull(run);
    await pull(run);
    expect(downloads).toHaveLength(1);
    await pull(run, { force: true });
    expect(downloads).toHaveLength(2);
    expect(await everything()).toEqual(['vgg-mtt']);
  });

  it('is fetched once by two who ask at the same time', async () => {
    const { run, downloads } = fakePip(() => whole);
    await Promise.all([pull(run), pull(run)]);
    expect(downloads).toHaveLength(1);
  });

  it('is listed as here, the others as to pull, a damaged one as such', async () => {
    await pull(fakePip(() => whole).run);
    await mkdir(join(folder, 'mine'));
    await writeFile(join(folder, 'mine', 'model.json'), '{"format": "polytag-model/99"}');
    const listed = await listModels(join(folder, 'nowhere'), folder);
    expect(listed.map(({ name, state }) => [name, state])).toEqual([
      ...PULLABLE_NAMES.map((name) => [name, name === 'vgg-mtt' ? 'here' : 'to pull']),
      ['mine', 'damaged'],
    ]);
    expect(listed.find(({ name }) => name === 'vgg-mtt')).toMatchObject({
      architecture: 'vgg',
      labels: 50,
      trainedOn: 'MagnaTagATune',
    });
  });
});

describe('a published model from elsewhere', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startServer();
  });
  afterEach(() => server.close());

  /** An entry of the registry, as a file of its own would export it. */
  const elsewhere = (
    content: Buffer,
    sha256 = createHash('sha256').update(content).digest('hex'),
  ): PublishedModel => {
    server.files.set('vgg.safetensors', { content, etag: '"1"' });
    return {
      description: 'a VGG-like network, trained on our music',
      architecture: 'vgg',
      licence: 'MIT',
      citation: ['A. Author: A model. 2026.'],
      dataset: 'our music',
      protocol: '50 tags',
      reported: null,
      source: {
        kind: 'file',
        url: `${server.url}vgg.safetensors`,
        file: 'vgg.safetensors',
        sha256,
        bytes: content.length,
      },
      origin: 'vgg.safetensors',
      read: async (file) => {
        const stored = await readWeights(file);
        const map = {
          weights: Object.fromEntries([...stored.keys()].map((from) => [from, { from }])),
          ignore: [],
        };
        return { weights: stored, map, labels: LABELS, licence: null };
      },
    };
  };
  const content = (): Buffer => Buffer.from(encodeSafetensors(weights));
  const log = (): void => {};

  it('is an entry with its source and its reader, and tags when it was pulled', async () => {
    await pullModels(['ours'], { folder, log }, { ours: elsewhere(content()) });
    const { labels, origin } = await readModelDescription(await findModel('ours', folder));
    expect(labels).toEqual(LABELS);
    expect(origin).toMatchObject({
      licence: 'MIT',
      source: expect.stringContaining('vgg.safetensors'),
      reported: null,
    });
    const ours = await loadPredictor('ours', folder);
    expect(ours.settings.inputs.mel).toMatchObject({ melBands: 96 });
    ours.dispose();
  });

  it('is refused when the file is not the pinned one', async () => {
    const models = { ours: elsewhere(content(), '0'.repeat(64)) };
    await expect(pullModels(['ours'], { folder, log }, models)).rejects.toThrow(/is not the published one/);
    expect(await everything()).toEqual([]);
  });
});

describe('every published model', () => {
  it.each(PULLABLE_NAMES)('%s names its licence, its paper and a pinned source', (name) => {
    const { description, licence, citation, source } = pullable[name];
    for (const text of [description, licence, ...citation]) expect(text).not.toBe('');
    expect(citation.length).toBeGreaterThan(0);
    expect([source.sha256, source.bytes > 0]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), true]);
    expect(publishedCard(name, pullable[name])).toContain(citation[0]);
  });
});

describe('nothing is left behind', () => {
  const replaced = (name: string, change: (content: Buffer) => Buffer): TestEntry[] =>
    whole.map((entry) => (entry.name.endsWith(name) ? { ...entry, content: change(entry.content) } : entry));

  it.each<[string, () => TestEntry[], RegExp]>([
    [
      'values with a flipped bit',
      () => replaced('.data-00000-of-00001', flip(1000)),
      /the checksum of .* is wrong/,
    ],
    [
      'values that were cut',
      () => replaced('.data-00000-of-00001', (b) => b.subarray(0, 9999)),
      /which were cut/,
    ],
    ['a damaged index', () => replaced('.index', flip(77)), /the checksum of a block is wrong/],
    [
      'labels that are code',
      () => replaced('configuration.py', () => Buffer.from("MTT_LABELS = ['a', open('x')]")),
      /the list MTT_LABELS has more than plain strings/,
    ],
    [
      'another number of labels',
      () => replaced('configuration.py', () => Buffer.from("MTT_LABELS = ['a', 'b']")),
      /of another shape head\/kernel \(the network wants \[256,2\], dense\/kernel gives \[256,50\]\)/,
    ],
    [
      'no checkpoint',
      () => whole.filter(({ name }) => !name.endsWith('.index')),
      /it has no musicnn\/MTT_vgg\/\.index/,
    ],
  ])('when the package has %s', async (_, entries, message) => {
    const failure = await pull(fakePip(entries).run).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect((failure as Error).message).toMatch(message);
    expect(await everything()).toEqual([]);
  });

  it('when the file at hand is not the package', async () => {
    const other = join(folder, 'other.whl');
    await writeFile(other, 'something else');
    const { run, downloads } = fakePip(() => whole);
    await expect(pull(run, { from: other })).rejects.toThrow(
      /is not the file that polytag knows \(its SHA-256 is [0-9a-f]{12}…, .*\); download it again\.$/,
    );
    await expect(pull(run, { from: join(folder, 'missing.whl') })).rejects.toThrow(UsageError);
    expect(downloads).toEqual([]);
    expect(await everything()).toEqual(['other.whl']);
  });

  it('when there is no pip, or it cannot reach an index: the sentence says what to do', async () => {
    const nothing: RunCommand = async () => ({ code: null, stdout: '', output: '', absent: true });
    await expect(pull(nothing)).rejects.toThrow(
      /^Python 3 with pip is needed .* or fetch musicnn-0\.1\.0-py3-none-any\.whl elsewhere and give it with --from FILE\.$/,
    );
    const { run } = fakePip(() => whole);
    const offline: RunCommand = async (program, args, options) =>
      args.includes('download')
        ? { code: 1, stdout: '', output: 'NewConnectionError: Connection refused', absent: false }
        : run(program, args, options);
    await expect(pull(offline)).rejects.toThrow(/index could not be reached to download musicnn==0\.1\.0/);
    expect(await everything()).toEqual([]);
  });

  it('of what a killed process left half done', async () => {
    await mkdir(join(folder, 'vgg-mtt.new.part'), { recursive: true });
    await writeFile(join(folder, 'vgg-mtt.new.part', 'model.json'), '{');
    await mkdir(join(folder, '.0a1b2c3d.part'));
    expect(await cachedModels(folder)).toEqual([]);
    await expect(findModel('vgg-mtt', folder)).rejects.toThrow(
      'The model vgg-mtt is not installed; run "polytag models pull vgg-mtt".',
    );
    await pull(fakePip(() => whole).run);
    expect(await everything()).toEqual(['vgg-mtt']);
  });

  it('when a model cannot be written: the one before it stays', async () => {
    await placeModel('mine', { 'model.json': 'old' }, folder);
    await expect(placeModel('mine', { 'a/b': 'x', a: 'a folder is there' }, folder)).rejects.toThrow();
    expect(await readFile(join(folder, 'mine', 'model.json'), 'utf8')).toBe('old');
    expect(await everything()).toEqual(['mine']);
  });
});

describe('a list in a Python source', () => {
  it.each<[string, string[]]>([
    ["X = ['a', \"b c\",'d']", ['a', 'b c', 'd']],
    ["Y = ['no']\nX = [\n  'a',\n  'b',\n]\n", ['a', 'b']],
    ['X = []', []],
  ])('%j is read as text', (source, wanted) => {
    expect(readPythonList(source, 'X')).toEqual(wanted);
  });

  it.each([
    "X = ['a' 'b']",
    "X = ['a', 1]",
    "X = ['a\\n']",
    "X = ['a', *Y]",
    "X = ['a",
    "Z = ['a']",
    "X = ['a' + 'b']",
  ])('%j is refused', (source) => {
    expect(() => readPythonList(source, 'X')).toThrow(/list X/);
  });
});

/** Flips a bit of a byte. */
function flip(at: number): (content: Buffer) => Buffer {
  return (content) => {
    const copy = Buffer.from(content);
    copy[at] ^= 4;
    return copy;
  };
}
