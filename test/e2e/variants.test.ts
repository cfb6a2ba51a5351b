import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Config } from '../../src/config/schema.js';
import type { Metrics } from '../../src/eval/metrics.js';
import { decodeSafetensors } from '../../src/models/safetensors.js';
import { readLog, readPredictions } from '../../src/runs/read.js';
import { makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';

let workplace: Workplace;
beforeAll(async () => {
  workplace = await makeWorkplace();
});
afterAll(() => workplace.remove());

interface Finished extends Outcome {
  config: Config;
  metrics: Metrics;
  notes: string[];
  /** Names of the trained weights. */
  weights: string[];
  out: string;
}

let runs = 0;

/** Runs the tiny config with other options and expects it to end well. */
async function run(...options: string[]): Promise<Finished> {
  const out = join(workplace.folder, `run${runs++}`);
  const outcome = await polytag(['run', workplace.config, 'training.epochs=1', ...options, '--out', out], {
    cwd: workplace.folder,
  });
  expect([outcome.code, outcome.stderr]).toEqual([0, expect.stringContaining('Report: ')]);
  const text = (name: string): Promise<string> => readFile(join(out, name), 'utf8');
  return {
    ...outcome,
    out,
    config: parse(await text('config.yaml')) as Config,
    metrics: JSON.parse(await text('metrics.json')) as Metrics,
    notes: (JSON.parse(await text('environment.json')) as { notes: string[] }).notes,
    weights: [...decodeSafetensors(await readFile(join(out, 'model', 'weights.safetensors'))).weights.keys()],
  };
}

/** Prefixes of the weights' names: the parts of the network. */
const partsOf = ({ weights }: Finished): string[] => [...new Set(weights.map((name) => name.split('/')[0]))];

describe('polytag run with another model', () => {
  it('joins by concatenation', async () => {
    const { config, weights } = await run('model.fusion.kind=concat', '--fast-dev-run');
    expect(config.model.fusion?.kind).toBe('concat');
    expect(weights.some((name) => name.includes('attention'))).toBe(false);
  });

  it('joins by a late average with learned weights', async () => {
    const { weights, notes, out } = await run('model.fusion.kind=late-average', '--fast-dev-run');
    expect(weights).toContain('fusion/weights');
    expect(weights).toEqual(expect.arrayContaining(['head/mel/kernel', 'head/lyrics/kernel']));
    expect(notes).toContainEqual(
      expect.stringMatching(
        /^Weights of the late average, chosen on the validation split: mel \d\.\d\d, waveform \d\.\d\d, lyrics \d\.\d\d\.$/,
      ),
    );
    // The joint loss alone is logged: with those of three branches it would be about four times as large.
    const [epoch] = await readLog(out);
    expect(epoch.train_loss).toBeGreaterThan(0.3);
    expect(epoch.train_loss).toBeLessThan(1.3);
  });

  it('joins by a late average with fixed weights', async () => {
    const { config, weights } = await run(
      'model.fusion={kind: late-average, weights: {mel: 2, waveform: 1, lyrics: 1}}',
      '--fast-dev-run',
    );
    expect(config.model.fusion).toMatchObject({ weights: { mel: 2, waveform: 1, lyrics: 1 } });
    expect(weights).not.toContain('fusion/weights');
  });

  it('leaves the lyrics out', async () => {
    const finished = await run('~model.branches.lyrics', '--fast-dev-run');
    expect(Object.keys(finished.config.model.branches!)).toEqual(['mel', 'waveform']);
    expect(finished.config.inputs).not.toHaveProperty('lyrics');
    expect(partsOf(finished)).not.toContain('lyrics');
    expect(finished.notes.join()).not.toContain('lyrics');
  });

  it.each([
    ['lyrics', ['mel', 'waveform']],
    ['waveform', ['mel', 'lyrics']],
  ])('takes %s alone', async (kept, left) => {
    const finished = await run(...left.map((name) => `~model.branches.${name}`), '--fast-dev-run');
    expect(Object.keys(finished.config.model.branches!)).toEqual([kept]);
    expect(partsOf(finished)).toContain(kept);
    for (const name of left) expect(partsOf(finished)).not.toContain(name);
  });

  it('pools the spectrogram over adaptive segments', async () => {
    const finished = await run('model.branches.mel={segmentation: adaptive, max_segments: 6}');
    expect(finished.config.model.branches?.mel).toMatchObject({ segmentation: 'adaptive', max_segments: 6 });
    const again = await polytag(['evaluate', finished.out, '--json'], { cwd: workplace.folder });
    expect([again.code, again.stderr]).toEqual([0, expect.any(String)]);
    const { roc_auc, pr_auc } = JSON.parse(again.stdout) as Metrics;
    expect({ roc_auc, pr_auc }).toEqual({
      roc_auc: finished.metrics.roc_auc,
      pr_auc: finished.metrics.pr_auc,
    });
  });

  it('puts a BiLSTM at the end of each branch', async () => {
    const { weights } = await run(
      'model.branches.mel.lstm_units=3',
      'model.branches.waveform.lstm_units=3',
      'model.branches.lyrics.lstm_units=3',
      '--fast-dev-run',
    );
    for (const branch of ['mel', 'waveform', 'lyrics'])
      expect(weights.some((name) => name.startsWith(`${branch}/bilstm/`))).toBe(true);
  });
});

describe('polytag run with augmentation', () => {
  const everything =
    'training.augment={pitch_shift: {probability: 1}, gain: {}, mixup: {}, spec_augment: {frequency_width: 4}}';

  it('augments the audio of a model with a mel branch alone, and writes the settings out', async () => {
    const finished = await run(
      '~model.branches.waveform',
      '~model.branches.lyrics',
      everything,
      '--fast-dev-run',
    );
    expect(finished.config.training.augment).toEqual({
      pitch_shift: { probability: 1, semitones: [-2, 2] },
      gain: { probability: 0.5, decibels: [-12, 6] },
      mixup: { probability: 1, alpha: 0.2, domain: 'waveform' },
      spec_augment: expect.objectContaining({ frequency_width: 4, time_masks: 2 }),
    });
    const again = await polytag(['evaluate', finished.out, '--json'], { cwd: workplace.folder });
    expect([again.code, again.stderr]).toEqual([0, expect.any(String)]);
  });

  it('refuses augmentation of inputs that the model does not take, and invalid ranges', async () => {
    const refused = async (...options: string[]): Promise<string> => {
      const { code, stderr } = await polytag(['run', workplace.config, ...options, '--fast-dev-run'], {
        cwd: workplace.folder,
      });
      expect(code).toBe(2);
      return stderr;
    };
    expect(await refused('training.augment.mixup.domain=mel')).toContain(
      'training.augment.mixup.domain: the model takes the waveform too',
    );
    expect(await refused('~model.branches.mel', 'training.augment.spec_augment={}')).toContain(
      'training.augment.spec_augment: SpecAugment needs a mel branch',
    );
    expect(await refused('training.augment.gain.decibels=[3, -3]')).toContain(
      'the first number must not be above the second',
    );
    expect(await refused('training.augment.gian={}')).toContain(
      'the nearest known key is "training.augment.gain"',
    );
  });
});

describe('polytag run with another target', () => {
  it.each([
    ['quadrant', 4],
    ['mood', 2],
  ])('learns the %s of a clip', async (target, classes) => {
    const { metrics, out, stdout } = await run(`data.target=${target}`);
    expect(metrics).toMatchObject({
      task: 'classification',
      labels: classes,
      protocol: expect.stringContaining(`${target}, ${classes} classes`),
    });
    expect(metrics.confusion!.flat().reduce((sum, n) => sum + n, 0)).toBe(metrics.examples);
    expect(metrics.per_label.map(({ threshold }) => threshold)).toEqual(Array(classes).fill(null));
    expect(stdout).toMatch(/majority baseline: 0\.\d{4}/);
    for (const { id, scores } of await readPredictions(out)) {
      const sum = Object.values(scores).reduce((total, score) => total + score, 0);
      expect([id, sum]).toEqual([id, expect.closeTo(1, 5)]);
    }
  });
});

describe('polytag run on less data', () => {
  it('takes one batch of each split with --fast-dev-run, into a separate folder', async () => {
    const outcome = await polytag(['run', workplace.config, '--fast-dev-run'], { cwd: workplace.folder });
    expect([outcome.code, outcome.stderr]).toEqual([0, expect.stringContaining('Report: ')]);
    expect(outcome.stderr).toMatch(/train 8, validation 8, test 8\./);
    const out = join(workplace.folder, 'reports', 'tiny-fast-dev-run');
    expect(await readdir(out)).toContain('report.html');
    expect(JSON.parse(await readFile(join(out, 'metrics.json'), 'utf8'))).toMatchObject({
      examples: 8,
      training: { epochs: 1 },
    });
    const again = await polytag(['run', workplace.config, '--fast-dev-run'], { cwd: workplace.folder });
    expect(again.code).toBe(0);
  });

  it('takes at most n clips of each split with --limit', async () => {
    const { stderr, notes, metrics } = await run('--limit', '9');
    expect(stderr).toMatch(/train 9, validation 9, test 9\./);
    expect(notes).toContain('--limit: at most 9 examples of each split are used.');
    expect(metrics.examples).toBe(9);
  });

  it('trains, validates and tests on the same clips with --overfit, and learns them', async () => {
    const { stderr, notes, metrics } = await run(
      '--overfit',
      '8',
      'training.epochs=40',
      'training.optimizer.learning_rate=0.03',
      'model.fusion.dropout=0',
      'training.checkpoint_steps=1000',
    );
    expect(stderr).toMatch(/train 8, validation 8, test 8\./);
    expect(notes.join()).toContain('--overfit: the same 8 training examples');
    expect(metrics.examples).toBe(8);
    expect(metrics.roc_auc.macro).toBeGreaterThan(0.9);
  });

  it('continues without damaged clips, and says so in the record and the report', async () => {
    const annotations = await readFile(join(workplace.corpus, 'annotations_final.csv'), 'utf8');
    const paths = annotations.split('\n').flatMap((line) => /[^\t"]+\.mp3/.exec(line)?.[0] ?? []);
    const victims = paths.filter((path) => path.startsWith('0/')).slice(0, 2);
    expect(victims).toHaveLength(2);
    const whole = await Promise.all(victims.map((path) => readFile(join(workplace.corpus, path))));
    await writeFile(join(workplace.corpus, victims[0]), '');
    await writeFile(join(workplace.corpus, victims[1]), 'no music');
    try {
      const { stderr, notes, out } = await run();
      const note = notes.find((sentence) => sentence.includes('could not be decoded'))!;
      expect(note).toMatch(
        /^2 of 64 recordings could not be decoded and are left out \(\d+, \d+\); the first: .+ (is empty|holds no audio)/,
      );
      expect(stderr).toContain(note);
      expect(stderr).not.toContain('MPG123');
      expect(await readFile(join(out, 'report.html'), 'utf8')).toContain(
        '2 of 64 recordings could not be decoded',
      );
    } finally {
      for (const [i, path] of victims.entries()) await writeFile(join(workplace.corpus, path), whole[i]);
    }
  });
});

describe('polytag data', () => {
  it('makes a synthetic corpus, and the import reads it', async () => {
    const corpus = join(workplace.folder, 'made');
    const made = await polytag(['data', 'synth', corpus, '--clips', '16', '--seconds', '2', '--seed', '5'], {
      cwd: workplace.folder,
    });
    expect([made.code, JSON.parse(made.stdout)]).toMatchObject([0, { clips: 16, seconds: 2, seed: 5 }]);
    const imported = await polytag(['data', 'mtat', 'import', corpus, '--json'], { cwd: workplace.folder });
    expect(imported.code).toBe(0);
    const report = JSON.parse(imported.stdout);
    const part = {
      train: expect.any(Number),
      validation: expect.any(Number),
      test: expect.any(Number),
    };
    expect(report).toMatchObject({
      clips: 16,
      folders: expect.any(Object),
      protocols: { all: part, labelled: part },
      top_tags: expect.any(Array),
      missing_audio: 0,
      skipped: [],
    });
    expect(Object.values<number>(report.folders).reduce((sum, n) => sum + n, 0)).toBe(16);
    const { train, validation, test } = report.protocols.all;
    expect(train + validation + test).toBe(16);
    for (const entry of report.top_tags)
      expect(entry).toEqual({ tag: expect.any(String), count: expect.any(Number) });
    const readable = await polytag(['data', 'mtat', 'import', corpus], { cwd: workplace.folder });
    expect([readable.code, readable.stdout]).toEqual([0, expect.stringMatching(/^16 clips of \d+ artists/)]);
  });
});
