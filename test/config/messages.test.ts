/** What a config says of spellings that people bring from other tools, and of wrong values. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/base/errors.js';
import { loadConfig } from '../../src/config/load.js';

const MODEL = 'model:\n  branches:\n    mel: {}\n';
let file: string;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'polytag-config-'));
  file = join(folder, 'a.yaml');
  await writeFile(file, MODEL);
});

describe('a key from another tool is answered by the key here', () => {
  it.each([
    ['training.optimizer.lr=0.1', '"training.optimizer.learning_rate"'],
    ['training.lr=0.1', '"training.optimizer.learning_rate"'],
    ['lr=0.1', '"training.optimizer.learning_rate"'],
    ['bs=8', '"training.batch_size"'],
    ['training.batch=8', '"training.batch_size"'],
    ['evaluation.batch=8', '"evaluation.batch_size"'],
    ['training.optimizer.wd=0.1', '"training.optimizer.weight_decay"'],
    ['trainer.max_epochs=3', '"training"'],
    ['training.max_epochs=3', '"training.epochs"'],
    ['inputs.mel.n_mels=128', '"inputs.mel.bands"'],
    ['inputs.n_mels=128', '"inputs.mel.bands"'],
    ['n_mels=128', '"inputs.mel.bands"'],
    ['inputs.sr=22050', '"inputs.sample_rate"'],
    ['inputs.mel.hop=128', '"inputs.mel.hop_length"'],
    ['inputs.stft.hop=128', '"inputs.stft.hop_length"'],
    ['inputs.mel.fmin=20', '"inputs.mel.f_min"'],
    ['defaults=[mtat]', 'write "extends: other.yaml"'],
    ['scheduler=step', '"training.schedule"'],
    ['evaluation.conditions=[{without: [mel]}]', '"evaluation.conditions.0.absent"'],
  ])('%s', async (override, advice) => {
    await expect(loadConfig(file, [override])).rejects.toThrow(advice);
  });
});

describe('a wrong value is named in plain words with its key', () => {
  it.each([
    ['training.epochs=-3', 'training.epochs: must be above 0, not -3.'],
    ['training.epochs=2.5', 'training.epochs: must be a whole number, not 2.5.'],
    ['training.epochs=', 'training.epochs: must be a number, not null.'],
    [
      'training.epochs=2,3',
      'training.epochs: must be a number, not "2,3". Several values are a sweep: polytag sweep CONFIG \'training.epochs=2,3\'.',
    ],
    [
      'model.fusion.kind=concat,gated',
      "is not one of self-attention, cross-attention, gated, recurrent, concat, linear, late-average. Several values are a sweep: polytag sweep CONFIG 'model.fusion.kind=concat,gated'.",
    ],
    ['training.modality_dropout=1', 'training.modality_dropout: must be below 1, not 1.'],
    ['inputs.damaged_audio=keep', 'must be one of skip, fail, keep-good-part, not "keep"'],
    [
      'model=musicnn',
      'must be a map of keys, as in {key: value}, not "musicnn"; settings of another file come with "extends: FILE".',
    ],
    ['model.fusion=3', 'model.fusion: must be a map of keys'],
    [
      'data={set: tracks, split: k-fold}',
      'data.split: must be a map of keys, as in {kind: k-fold}, not "k-fold".',
    ],
    ['inputs.mel.power=3', 'inputs.mel.power: must be'],
    [
      'evaluation.retrieval={bits: [16, 32, 16]}',
      'evaluation.retrieval.bits: 16 is given twice; remove one of them.',
    ],
    [
      'evaluation.retrieval={learners: [{kind: itq}, {kind: lsh}, {kind: itq, rounds: 9}]}',
      'evaluation.retrieval.learners: itq is given twice; remove one of them.',
    ],
    [
      'model.branches.vgg={maps: {layers: [1, 2, 2]}}',
      'model.branches.vgg.maps.layers: 2 is given twice; remove one of them.',
    ],
    ['seed=true', 'seed: must be a number, not true.'],
    ['data.root=3', 'data.root: must be text, not 3.'],
    ['model.branches.mel.channels=8', 'model.branches.mel.channels: must be a list, as in [1, 2], not 8.'],
  ])('%s', async (override, message) => {
    await expect(loadConfig(file, [override])).rejects.toThrow(message);
  });

  it('and a config without a model is told what to name', async () => {
    const empty = join(file, '..', 'empty.yaml');
    await writeFile(empty, 'seed: 3\n');
    await expect(loadConfig(empty)).rejects.toThrow(
      'empty.yaml: model: it is missing; name the inputs that the model takes, as in "model: {branches: {mel: {}}}"',
    );
  });
});

describe('spellings that are accepted', () => {
  it('takes the name of a kind alone, in a file and on the command line', async () => {
    const bare = join(file, '..', 'bare.yaml');
    await writeFile(bare, `${MODEL}  fusion: concat\nloss: focal\n`);
    const config = await loadConfig(bare, ['training.optimizer=sgd', 'model.fusion.hidden=32']);
    expect(config.model.fusion).toMatchObject({ kind: 'concat', hidden: 32 });
    expect(config.loss).toMatchObject({ kind: 'focal' });
    expect(config.training.optimizer.kind).toBe('sgd');
    expect((await loadConfig(bare, ['model.fusion=gated'])).model.fusion?.kind).toBe('gated');
  });

  it('takes + and ++ before an override, as Hydra writes them', async () => {
    const config = await loadConfig(file, ['+seed=4', '++training.epochs=2']);
    expect([config.seed, config.training.epochs]).toEqual([4, 2]);
  });
});

it('options that one input has of another are explained where they do not suit it', async () => {
  const loading = loadConfig('configs/hum-crnn.yaml', [
    ...['~model.branches', '~model.fusion', 'data.root=x'],
    'model.baseline={features: {kind: mel-statistics}}',
  ]);
  await expect(loading).rejects.toThrow(UsageError);
  await expect(loading).rejects.toThrow(
    /hum-crnn\.yaml.*: inputs\.mel: its options are those of inputs\.mel-statistics too, but standardise and .* leave them out, or write inputs\.mel-statistics\.$/,
  );
});

it('a config that is named without folder and ending leads to the one that comes with polytag', async () => {
  await expect(loadConfig('mini-mtat')).rejects.toThrow(
    'did you mean configs/mini-mtat.yaml, which comes with',
  );
  await expect(loadConfig('mtat.yml')).rejects.toThrow('did you mean configs/mtat.yaml, which comes with');
  await expect(loadConfig('nothing.yaml')).rejects.toThrow(
    /the ones that come with polytag are configs\/NAME\.yaml with NAME one of .*mini-mtat.*paper/,
  );
});
