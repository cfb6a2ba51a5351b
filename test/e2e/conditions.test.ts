/** Inputs removed, noisy or mixed up, as a person types it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Metrics } from '../../src/eval/metrics.js';
import type { ConditionResult } from '../../src/eval/run-report.js';
import { makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';

let workplace: Workplace;
beforeAll(async () => {
  workplace = await makeWorkplace();
});
afterAll(() => workplace.remove());

const run = (out: string, ...options: string[]): Promise<Outcome> =>
  polytag(['run', workplace.config, 'training.epochs=1', ...options, '--out', join(workplace.folder, out)], {
    cwd: workplace.folder,
  });

async function read<T>(out: string, name: string): Promise<T> {
  return JSON.parse(await readFile(join(workplace.folder, out, name), 'utf8')) as T;
}

const CONDITIONS =
  'evaluation.conditions=[{absent: [lyrics]}, {absent: [mel, waveform]}, {noise: {snr: 0}}, {noise: {snr: 90, colour: pink}, name: "hardly noisy"}, {shuffled_lyrics: true}, {clips: with-lyrics}, {clips: without-lyrics}]';

describe('changed test conditions', () => {
  it('are scored, written and shown; the run itself stays what it was', async () => {
    expect((await run('plain')).code).toBe(0);
    const outcome = await run('conditions', CONDITIONS);
    expect([outcome.code, outcome.stderr]).toEqual([0, expect.stringContaining('Report: ')]);
    const { training: _, ...plain } = await read<Metrics>('plain', 'metrics.json');
    const { training: __, ...metrics } = await read<Metrics>('conditions', 'metrics.json');
    expect(metrics).toEqual(plain);
    const { conditions } = await read<{ conditions: ConditionResult[] }>('conditions', 'conditions.json');
    expect(conditions.map(({ name }) => name)).toEqual([
      'without lyrics',
      'without mel and waveform',
      'white noise at 0 dB',
      'hardly noisy',
      'shuffled lyrics',
      'clips with lyrics',
      'clips without lyrics',
    ]);
    const scores = conditions.map((condition) => condition.metrics!.roc_auc.macro!);
    for (const i of [0, 1, 2, 4]) expect(scores[i]).not.toBe(metrics.roc_auc.macro);
    // 90 dB below the music: what the model hears is the same but for rounding.
    expect(scores[3]).toBeCloseTo(metrics.roc_auc.macro!, 2);
    const [withLyrics, without] = conditions.slice(5).map((condition) => condition.metrics!.examples);
    expect(withLyrics + without).toBe(metrics.examples);
    expect(Math.min(withLyrics, without)).toBeGreaterThan(0);
    expect(await readFile(join(workplace.folder, 'conditions', 'report.html'), 'utf8')).toContain(
      'Test conditions',
    );
    // The run without conditions, evaluated under them afterwards, says the same.
    const again = await polytag(['evaluate', 'plain', CONDITIONS, '--out', 'again'], {
      cwd: workplace.folder,
    });
    expect([again.code, again.stdout]).toEqual([
      0,
      expect.stringMatching(/^white noise at 0 dB +\d+ +0\.\d{4}/m),
    ]);
    expect(await read('again', 'conditions.json')).toEqual(await read('conditions', 'conditions.json'));
  });

  it.each([
    ['{}', 'a condition must change something'],
    ['{absent: [words]}', 'the model does not take words'],
    ['{excerpt: 30}', 'an excerpt of 30 s leaves chunks of'],
    ['{excerpt: 0.01}', 'evaluation.conditions.0.excerpt'],
    ['{mp3: 33}', 'evaluation.conditions.0.mp3'],
    ['{noise: {snr: loud}}', 'evaluation.conditions.0.noise.snr'],
  ])('refuses %s', async (condition, complaint) => {
    const { code, stderr } = await run('refused', `evaluation.conditions=[${condition}]`);
    expect([code, stderr]).toEqual([2, expect.stringContaining(complaint)]);
  });

  it('refuses to drop an input that the model does not take', async () => {
    const { code, stderr } = await run(
      'refused',
      '~model.branches.lyrics',
      'evaluation.conditions=[{absent: [lyrics]}]',
    );
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('evaluation.conditions, number 1: the model does not take lyrics'),
    ]);
  });
});

describe('training without some modalities', () => {
  it('is another training, with tokens in the model', async () => {
    expect((await run('tokens', 'model.absent_token=true', 'training.modality_dropout=0.4')).code).toBe(0);
    expect((await run('tokens-alone', 'model.absent_token=true')).code).toBe(0);
    const weights = await readFile(
      join(workplace.folder, 'tokens', 'model', 'weights.safetensors'),
      'latin1',
    );
    expect(weights).toContain('"waveform/absent"');
    const [dropped, whole] = await Promise.all(
      ['tokens', 'tokens-alone'].map((out) => read<Metrics>(out, 'metrics.json')),
    );
    expect(dropped.roc_auc.macro).not.toBe(whole.roc_auc.macro);
  });

  it('is refused where there is one modality', async () => {
    const { code, stderr } = await run(
      'refused',
      'model.branches={lyrics: {embedding: 8, filters: 4}}',
      '~model.branches.mel',
      '~model.branches.waveform',
      'training.modality_dropout=0.5',
    );
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('training.modality_dropout: modality dropout needs at least two inputs'),
    ]);
  });
});

it('takes the lyrics of other songs as a control, and says so', async () => {
  const outcome = await run('control', 'inputs.lyrics.shuffled=true');
  expect(outcome.code).toBe(0);
  const { notes } = await read<{ notes: string[] }>('control', 'environment.json');
  expect(notes.join()).toContain('every clip gets the lyrics of another song');
});
