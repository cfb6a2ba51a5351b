/** Fine-tuning: a network that begins with the weights of another, of which some stay, on other labels. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Paused } from '../../src/base/errors.js';
import { modelsFolder } from '../../src/base/package.js';
import { loadConfig } from '../../src/config/load.js';
import { decodeSafetensors } from '../../src/models/safetensors.js';
import type { RunResult } from '../../src/runs/results.js';
import { type RunOptions, runExperiment } from '../../src/runs/run.js';
import { needsShared, referencePath } from '../reference.js';
import { makeWorkplace, type Workplace } from '../workplace.js';

let workplace: Workplace;
let base: string;
let before: number;

const TINY = [
  '~model.branches',
  '~model.fusion',
  'model.zoo={kind: musicnn, timbre: 4, rhythm: 3, middle: 4, hidden: 6}',
  'inputs.mel={bands: 96}',
  'training.epochs=2',
];

/** Runs the tiny config in a folder; gives its weights by name, too. */
async function run(
  name: string,
  overrides: string[],
  options: Partial<RunOptions> = {},
): Promise<RunResult & { weights: Map<string, number[]>; notes: string[] }> {
  const notes: string[] = [];
  const result = await runExperiment({
    config: await loadConfig(workplace.config, [...TINY, ...overrides]),
    out: join(workplace.folder, name),
    existing: 'refuse',
    log: (line) => notes.push(line),
    writeReport: async () => [],
    ...options,
  });
  const stored = decodeSafetensors(await readFile(join(result.out, 'model', 'weights.safetensors')));
  const weights = [...stored.weights].map(([key, { values }]): [string, number[]] => [key, [...values]]);
  return { ...result, weights: new Map(weights), notes };
}

let pretrained: Map<string, number[]>;

beforeAll(async () => {
  workplace = await makeWorkplace();
  const trained = await run('base', []);
  [base, pretrained] = [trained.out, trained.weights];
  before = tf.memory().numTensors;
});
afterAll(() => workplace.remove());

const OTHER_LABELS = 'data.top_tags=5';

/** Names of the weights that are those of the pretrained network. */
const kept = (weights: Map<string, number[]>): string[] =>
  [...weights].flatMap(([name, values]) => (values.join() === pretrained.get(name)!.join() ? [name] : []));

describe('model.init', () => {
  it('with patterns to freeze: these stay, statistics too, and the run resumes to the bit', async () => {
    const overrides = [
      ...[`model.init=${base}`, 'model.freeze=[front]', OTHER_LABELS],
      'training.learning_rates=[{layers: middle, factor: 0.1}]',
    ];
    const { weights, notes, out } = await run('tuned', overrides);
    const names = [...weights.keys()];
    expect(kept(weights)).toEqual(names.filter((name) => name.startsWith('front/')));
    expect(notes).toContain(
      `model.init: the network starts with the weights of ${base}, but for head/kernel, head/bias, which are new, because the labels are others.`,
    );
    const environment = JSON.parse(await readFile(join(out, 'environment.json'), 'utf8'));
    expect(environment.initial_weights).toMatchObject({
      ...{ model: base, fresh: ['head/kernel', 'head/bias'] },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    await expect(run('paused', overrides, { pauseAfter: 1 })).rejects.toThrow(Paused);
    expect((await run('paused', overrides, { existing: 'resume' })).weights).toEqual(weights);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('with freeze: true only the new output layer learns', async () => {
    const { weights } = await run('head', [`model.init=${base}`, 'model.freeze=true', OTHER_LABELS]);
    const names = [...weights.keys()];
    expect(kept(weights)).toEqual(names.filter((name) => !name.startsWith('head/')));
  });

  it('takes the output layer too where the labels are the same, so that freeze: true is refused', async () => {
    await expect(run('same', [`model.init=${base}`, 'model.freeze=true'])).rejects.toThrow(
      /^model\.freeze: the labels are those of .*, so that every weight is taken from it and nothing is left to train/,
    );
  });

  it.each([
    [
      'model.zoo.hidden=7',
      /^model\.init: The weight back\/hidden\/kernel has shape .* Give the model the options of/,
    ],
    [
      'model.zoo={kind: musicnn-won, timbre: 4, rhythm: 3, middle: 4, hidden: 6}',
      /^model\.init: .* is musicnn, and the config's model is musicnn-won; describe the model as that of/,
    ],
    ['inputs.mel.hop_length=200', /^model\.init: .* was trained with hopLength/],
    ['model.freeze=[frond]', /^model\.freeze: no layer matches "frond"; the nearest are /],
    [
      'training.learning_rates=[{layers: nothing, factor: 1}]',
      /^training\.learning_rates\.0\.layers: no layer/,
    ],
  ])('is refused with %s', async (override, message) => {
    await expect(
      run(`refused-${override.length}`, [`model.init=${base}`, OTHER_LABELS, override]),
    ).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is for networks, and not beside a branch’s own', async () => {
    const load = (...overrides: string[]) => loadConfig(workplace.config, overrides);
    await expect(load('model.freeze=true')).rejects.toThrow(
      /model\.freeze.*without init there are no weights to keep/,
    );
    await expect(load('model.init=a', 'model.branches.vgg={init: b}')).rejects.toThrow(
      /model\.init.*the branch vgg has an init of its own; remove one of them/,
    );
  });
});

it('configs/finetune-musicnn.yaml learns other tags from the published weights', async (ctx) => {
  needsShared(ctx);
  const published = join(modelsFolder(), 'musicnn-mtt');
  ctx.skip(!existsSync(published), 'musicnn-mtt is not here; run "npx polytag models pull musicnn-mtt"');
  const config = await loadConfig('configs/finetune-musicnn.yaml', [
    `data.root=${referencePath('data', 'mini-mtat-pieces')}`,
    `inputs.store=${join(workplace.folder, 'store')}`,
    // Two epochs of eight clips in place of twenty of all.
    ...[
      'training.epochs=2',
      'training.batch_size=4',
      'evaluation.bootstrap_samples=0',
      'evaluation.examples=0',
    ],
  ]);
  const { out, metrics } = await runExperiment({
    ...{ config, out: join(workplace.folder, 'finetuned'), existing: 'refuse', log: () => {}, limit: 8 },
    writeReport: async () => [],
  });
  const [ours, theirs] = await Promise.all(
    [join(out, 'model'), published].map(
      async (folder) => decodeSafetensors(await readFile(join(folder, 'weights.safetensors'))).weights,
    ),
  );
  for (const [name, { values }] of theirs) {
    if (name.startsWith('front/')) expect(ours.get(name)!.values).toEqual(values);
    else expect(ours.get(name)!.values).not.toEqual(values);
  }
  const log = (await readFile(join(out, 'log.jsonl'), 'utf8')).trim().split('\n');
  const losses = log.map((line) => (JSON.parse(line) as { train_loss: number }).train_loss);
  expect(losses[1]).toBeLessThan(losses[0]);
  expect('labels' in metrics && metrics.labels).toBeGreaterThan(20);
}, 300_000);
