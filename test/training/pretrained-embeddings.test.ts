/** A lyrics branch that starts with word vectors of a file. */
import { mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import type { Config } from '../../src/config/schema.js';
import { type Dataset, examplesOf } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/sets/index.js';
import { loadEngine } from '../../src/engine/engine.js';
import { embeddingOf } from '../../src/models/branches/lyrics.js';
import { buildModel, type TaggingModel } from '../../src/models/model.js';
import { toTensors } from '../../src/models/predictor.js';
import type { NetworkSpec } from '../../src/models/spec.js';
import { writeVectors } from '../../src/text/files/embeddings/write-vectors.js';
import { SPECIAL_TOKENS } from '../../src/text/vocabulary.js';
import { lossContext, type Prepared, prepare } from '../../src/training/prepare.js';
import { initializeEmbeddings } from '../../src/training/pretrained-embeddings.js';
import { train } from '../../src/training/trainer.js';
import { availableEngines } from '../engine/available.js';
import { makeWorkplace, polytag, type Workplace } from '../workplace.js';

const DIM = 8;
const LYRICS_ALONE = ['~model.branches.mel', '~model.branches.waveform', '~inputs.mel', '~inputs.waveform'];

let workplace: Workplace;
let dataset: Dataset;
let file: string;
let folder: string;

const configOf = (...overrides: string[]): Promise<Config> =>
  loadConfig(workplace.config, [...LYRICS_ALONE, ...overrides]);
const quiet = { onNote: () => {} };
const vectorOf = (i: number): number[] => Array.from({ length: DIM }, (_, j) => Math.fround(i + j / 10));

beforeAll(async () => {
  workplace = await makeWorkplace();
  folder = await mkdtemp(join(tmpdir(), 'polytag-start-'));
  dataset = await loadDataset((await configOf()).data);
  // Every second word of the training lyrics has a vector, those that are seen once among them.
  const prepared = await prepare(await configOf('inputs.lyrics.min_count=1'), dataset, quiet);
  const words = prepared.texts.lyrics.vocabulary.slice(SPECIAL_TOKENS.length).filter((_, i) => i % 2 === 0);
  file = join(folder, 'words.vec');
  const all = [...words, 'neverheard'];
  await writeVectors(
    file,
    { words: all, vectors: Float32Array.from(all.flatMap((_, i) => vectorOf(i))), dim: DIM },
    'text',
  );
});
afterAll(async () => {
  await workplace.remove();
  await rm(folder, { recursive: true, force: true });
});

const rowOf = (model: TaggingModel, id: number): number[] => [
  ...model.parameters
    .read()
    .get(embeddingOf('lyrics'))!
    .values.subarray(id * DIM, (id + 1) * DIM),
];

async function wordsOfFile(): Promise<string[]> {
  const rows = (await readFile(file, 'utf8')).trimEnd().split('\n').slice(1);
  return rows.map((row) => row.split(' ')[0]);
}

function build(config: Config, prepared: Prepared): TaggingModel {
  const model = buildModel(config.model, prepared.shape, config.seed);
  const { vectors } = prepared.texts.lyrics;
  if (vectors) initializeEmbeddings(model, 'lyrics', vectors);
  return model;
}

describe.each(availableEngines)('on %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it('has the vectors of the vocabulary in its order, and random ones for the others', async () => {
    const before = tf.memory().numTensors;
    const notes: string[] = [];
    const config = await configOf(`inputs.lyrics.vectors=${file}`, 'inputs.lyrics.min_count=3');
    const prepared = await prepare(config, dataset, { onNote: (note) => notes.push(note) });
    const model = build(config, prepared);
    const plain = buildModel(config.model, prepared.shape, config.seed);
    const words = await wordsOfFile();
    let found = 0;
    for (const [id, token] of prepared.texts.lyrics.vocabulary.entries()) {
      const at = words.indexOf(token);
      if (at >= 0) found++;
      expect(rowOf(model, id)).toEqual(at < 0 ? rowOf(plain, id) : vectorOf(at));
    }
    const own = prepared.texts.lyrics.vocabulary.length - SPECIAL_TOKENS.length;
    expect(found).toBe(words.length - 1);
    expect(own).toBeGreaterThan(found);
    expect(prepared.texts.lyrics.vectors!.record).toMatchObject({
      found,
      missing: own - found,
      words_in_file: words.length,
      dim: DIM,
    });
    expect(notes.join(' ')).toContain(
      `${found} of ${own} words of the vocabulary have a vector; ${own - found} start`,
    );
    // By frequency: the vocabulary's order.
    const unknown = prepared.texts.lyrics.vocabulary
      .slice(SPECIAL_TOKENS.length)
      .filter((token) => !words.includes(token));
    expect(prepared.texts.lyrics.vectors!.record.missing_words).toEqual(unknown.slice(0, 100));
    expect(notes.join(' ')).toContain(`, the most frequent of them ${unknown.slice(0, 10).join(', ')}.`);
    const { missing } = prepared.texts.lyrics.vectors!;
    expect(missing.map(({ word }) => word)).toEqual(unknown);
    const counts = missing.map(({ count }) => count);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect(counts.at(-1)).toBeGreaterThan(0);
    // Without vectors the rare ones among these words are left out.
    const without = await prepare(await configOf('inputs.lyrics.min_count=3'), dataset, quiet);
    expect(without.texts.lyrics.vocabulary.length).toBeLessThan(prepared.texts.lyrics.vocabulary.length);
    model.dispose();
    plain.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    ['adam', true],
    ['adam', false],
    ['sgd', false],
    ['rmsprop', false],
  ])('%s changes the table: %s', async (kind, trained) => {
    const config = await configOf(
      `inputs.lyrics.vectors=${file}`,
      `model.branches.lyrics.train_embedding=${trained}`,
      `training.optimizer.kind=${kind}`,
      'training.optimizer.weight_decay=0.1',
      'training.epochs=1',
    );
    const prepared = await prepare(config, dataset, quiet);
    const model = build(config, prepared);
    const table = (): string =>
      JSON.stringify([...model.parameters.read().get(embeddingOf('lyrics'))!.values]);
    const others = (): string =>
      JSON.stringify([...model.parameters.read().get('lyrics/conv3/kernel')!.values]);
    const [tableBefore, othersBefore] = [table(), others()];
    await train({
      config,
      context: lossContext(prepared, config),
      labels: dataset.labels,
      model,
      tensors: toTensors(config.model as NetworkSpec, prepared.inputs),
      batches: prepared.batches,
      train: examplesOf(dataset, 'train').slice(0, 16),
      validation: examplesOf(dataset, 'validation'),
      checkpointFolder: await mkdtemp(join(folder, 'checkpoints-')),
      origin: { experiment: 'start' },
      resume: false,
      onNote: () => {},
    });
    expect(table() === tableBefore).toBe(!trained);
    expect(others()).not.toBe(othersBefore);
    model.dispose();
  });
});

describe('refuses in a sentence', () => {
  const preparing = async (...overrides: string[]): Promise<Prepared> =>
    prepare(await configOf(...overrides), dataset, quiet);

  it('vectors of another size, naming both keys', async () => {
    await expect(
      preparing(`inputs.lyrics.vectors=${file}`, 'model.branches.lyrics.embedding=9'),
    ).rejects.toThrow(
      /inputs\.lyrics\.vectors: .* of 8 numbers, and model\.branches\.lyrics\.embedding is 9; set model\.branches\.lyrics\.embedding=8/,
    );
  });

  it('a file that is not there, is none, or knows no word', async () => {
    await expect(preparing('inputs.lyrics.vectors=none.vec')).rejects.toThrow(
      /inputs\.lyrics\.vectors: There is no file none\.vec/,
    );
    const other = join(folder, 'other.vec');
    await writeFile(other, `1 ${DIM}\nxyzzy ${vectorOf(1).join(' ')}\n`);
    await expect(preparing(`inputs.lyrics.vectors=${other}`)).rejects.toThrow(
      /none of the \d+ words .* has a vector/,
    );
    await writeFile(other, 'la la la');
    await expect(preparing(`inputs.lyrics.vectors=${other}`)).rejects.toThrow(/not a file of word vectors/);
  });
});

it('a frozen table without vectors is random, which a note says', async () => {
  const noted = async (...overrides: string[]): Promise<string> => {
    const notes: string[] = [];
    const config = await configOf('model.branches.lyrics.train_embedding=false', ...overrides);
    await prepare(config, dataset, { onNote: (note) => notes.push(note) });
    return notes.join(' ');
  };
  expect(await noted()).toMatch(
    /model\.branches\.lyrics\.train_embedding is false and inputs\.lyrics\.vectors is not given/,
  );
  expect(await noted(`inputs.lyrics.vectors=${file}`)).not.toContain('train_embedding');
});

it('a run records the file, can be stopped and resumed, and its model needs the file no more', async () => {
  const own = join(workplace.folder, 'own.vec');
  await writeFile(own, await readFile(file));
  const run = (out: string, ...more: string[]): ReturnType<typeof polytag> =>
    polytag(
      [
        'run',
        workplace.config,
        ...LYRICS_ALONE,
        `inputs.lyrics.vectors=${own}`,
        'training.epochs=2',
        '--out',
        out,
        ...more,
      ],
      { cwd: workplace.folder },
    );
  const whole = await run('whole');
  expect([whole.code, whole.stderr]).toEqual([
    0,
    expect.stringContaining('words of the vocabulary have a vector'),
  ]);
  const environment = JSON.parse(await readFile(join(workplace.folder, 'whole', 'environment.json'), 'utf8'));
  expect(environment.lyrics_vectors).toMatchObject({
    file: own,
    sha256: expect.stringMatching(/^[\da-f]{64}$/),
    dim: DIM,
  });
  const { missing, missing_words: words } = environment.lyrics_vectors;
  const listed = await readFile(join(workplace.folder, 'whole', 'words-without-vector.csv'), 'utf8');
  const rows = listed.trim().split(/\r?\n/);
  expect(rows[0]).toBe('input,word,count');
  expect(rows[1]).toMatch(new RegExp(`^lyrics,${words[0]},\\d+$`));
  expect(rows).toHaveLength(missing + 1);
  const named = `words-without-vector.csv in the run's folder lists all ${missing} words without a vector`;
  expect(environment.notes.join(' ')).toContain(named);

  const weights = (): Promise<Buffer> =>
    readFile(join(workplace.folder, 'whole', 'model', 'weights.safetensors'));
  const first = await weights();
  await rm(join(workplace.folder, 'whole', 'metrics.json'));
  expect((await run('whole', '--resume')).code).toBe(0);
  expect((await weights()).equals(first)).toBe(true);

  // Other vectors are another experiment.
  const changed = (await readFile(own, 'utf8')).replace('0.1', '0.2');
  await rm(join(workplace.folder, 'whole', 'metrics.json'));
  await writeFile(own, changed);
  const refused = await run('whole', '--resume');
  expect([refused.code === 0, refused.stderr]).toEqual([
    false,
    expect.stringMatching(/are of another experiment/),
  ]);

  await unlink(own);
  const again = await polytag(['evaluate', 'whole'], { cwd: workplace.folder });
  expect([again.code, again.stdout + again.stderr]).toEqual([0, expect.stringContaining('ROC-AUC')]);
});
