/** A pitch tracker of one's own: from synthesized voices to a trained network to notes, as a person types it. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeAudio } from '../../src/audio/decode.js';
import { loadEngine } from '../../src/engine/engine.js';
import type { PitchMetrics } from '../../src/eval/pitch/metrics.js';
import { openModelFolder } from '../../src/hub/model-folder.js';
import { loadRun } from '../../src/index.js';
import { transcriptionJson } from '../../src/transcription/outputs/json.js';
import { networkTracker } from '../../src/transcription/trackers/network.js';
import { transcribe } from '../../src/transcription/transcribe.js';
import { launchChromium } from '../chromium.js';
import { folderOf } from '../data/sets/fixtures.js';
import { isMissing } from '../requirements.js';
import { openTranscription, serveTranscription, transcribeSamplesIn } from '../transcription/page.js';
import { type Outcome, polytag } from '../workplace.js';

const configs = join(import.meta.dirname, '..', '..', 'configs');
const SMALL = [
  ...['inputs.store=store', 'inputs.chunk_seconds=2.048', 'inputs.mel.n_fft=1024', 'inputs.mel.bands=64'],
  'model.branches.mel={channels: [4], time_pooling: false, bands: kept, features: 24}',
  ...['model.pitch.cents=50', 'model.pitch.blur=40', '~training.augment', 'training.epochs=6'],
  ...['training.batch_size=4', 'training.optimizer.learning_rate=0.01', 'evaluation.bootstrap_samples=20'],
  ...['evaluation.examples=2', 'data.split={kind: voices, validation: [voice-0002], test: [voice-0003]}'],
];

const noPage = await isMissing('chromium');

describe('a network that finds pitch', () => {
  let workplace: string;
  let trained: Outcome;
  const call = (...args: string[]): Promise<Outcome> => polytag(args, { cwd: workplace });
  const train = (out: string, ...more: string[]): Promise<Outcome> =>
    call('run', join(configs, 'hum-pitch.yaml'), 'data.root=voices', ...SMALL, ...more, '--out', out);

  beforeAll(async () => {
    workplace = await folderOf({});
    const size = ['--clips', '60', '--seconds', '4', '--seed', '1'];
    await call(
      'data',
      'synth',
      'voices',
      '--kind',
      'hums',
      '--songs',
      join(configs, 'folk-tunes.abc'),
      ...size,
    );
    trained = await train('pitch');
  });
  afterAll(() => rm(workplace, { recursive: true, force: true }));

  it('learns, and writes mir_eval’s measures, a row per frame, tables, figures and a page', async () => {
    expect(trained.code, trained.stderr).toBe(0);
    expect(trained.stdout).toMatch(/overall accuracy +0\.\d+.*; always unvoiced: 0\.\d+/);
    const { metrics, predictions, log } = await loadRun<PitchMetrics>(join(workplace, 'pitch'));
    expect(metrics).toMatchObject({ task: 'pitch', examples: 10, bootstrap: { unit: 'group', groups: 1 } });
    expect(metrics.overall_accuracy).toBeGreaterThan(metrics.unvoiced_baseline.overall_accuracy);
    expect(predictions).toHaveLength(metrics.frames);
    expect(predictions[1]).toMatchObject({ time: 0.016, split: 'test' });
    expect(Object.keys(predictions[0].scores)).toEqual(['hz', 'confidence']);
    expect(log[0].metric).toBe('overall_accuracy');
    const page = await readFile(join(workplace, 'pitch', 'report.html'), 'utf8');
    for (const text of ['Raw chroma accuracy', 'Pitch over time', 'Recording by recording'])
      expect(page).toContain(text);
    expect(page).not.toContain('ROC-AUC');
    const table = await readFile(join(workplace, 'pitch', 'tables', 'recordings.csv'), 'utf8');
    expect(table.split(/\r?\n/)[0]).toMatch(/^recording,frames,voiced,overall_accuracy/);
    expect(await readFile(join(workplace, 'pitch', 'figures', 'pitch.svg'), 'utf8')).toContain('MIDI number');
  });

  it('gives the same again from its model, is listed, and goes on to the same bits', async () => {
    const again = await call('evaluate', 'pitch', '--json');
    const stored = JSON.parse(
      await readFile(join(workplace, 'pitch', 'metrics.json'), 'utf8'),
    ) as PitchMetrics;
    expect((JSON.parse(again.stdout) as PitchMetrics).per_recording).toEqual(stored.per_recording);
    expect((await call('runs', '.')).stdout).toContain('mel, pitch per frame');
    expect((await call('models', 'show', 'pitch')).stdout).toContain('Predicted numbers of each frame');
    expect((await train('paused', '--pause-after', '2')).code).toBe(0);
    expect((await train('paused', '--resume')).code).toBe(0);
    const weights = await Promise.all(
      ['pitch', 'paused'].map((run) => readFile(join(workplace, run, 'model', 'weights.safetensors'))),
    );
    expect(weights[0].equals(weights[1])).toBe(true);
  });

  it('transcribes, and finds songs', async () => {
    const hum = join('voices', 'voice-0003', 'amazing-grace.flac');
    const made = await call('transcribe', hum, '--model', 'pitch', '--out', 'hum.mid', '--json');
    expect(made.code, made.stderr).toBe(0);
    const { notes, f0 } = JSON.parse(made.stdout) as { notes: unknown[]; f0: { hop: number; hz: number[] } };
    expect([f0.hop, f0.hz.length]).toEqual([0.016, 250]);
    expect(notes.length).toBeGreaterThan(0);
    expect((await readFile(join(workplace, 'hum.mid'))).subarray(0, 4).toString()).toBe('MThd');
    await call('hum', 'index', join(configs, 'folk-tunes.abc'), '--out', 'songs.gz');
    expect((await call('hum', hum, '--songs', 'songs.gz', '--model', 'pitch')).code).toBe(0);
  });

  it.skipIf(noPage)('gives the same notes in a page as here', async () => {
    const folder = join(workplace, 'pitch', 'model');
    const hum = join(workplace, 'voices', 'voice-0003', 'amazing-grace.flac');
    const { channels, sampleRate } = await decodeAudio(hum, { mono: true });
    const recording = { samples: channels[0], sampleRate };
    await loadEngine('wasm');
    const tracker = networkTracker(await openModelFolder(folder));
    const here = transcriptionJson(await transcribe(recording, {}, tracker));
    tracker.dispose();
    const server = await serveTranscription(undefined, folder);
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await openTranscription(page, server.url);
      expect((await transcribeSamplesIn(page, recording, 'pitch')).json).toEqual(here);
    } finally {
      await browser.close();
      server.close();
    }
    expect(here.notes.length).toBeGreaterThan(2);
  });

  it('is refused where tags or embeddings are wanted, with what it is for', async () => {
    const hum = join('voices', 'voice-0003', 'amazing-grace.flac');
    for (const command of [
      ['tag', hum, '--model', 'pitch'],
      ['classify', hum, '--model', 'pitch'],
      ['index', 'build', 'voices', '--model', 'pitch', '--out', 'catalogue'],
    ]) {
      const { code, stderr } = await call(...command);
      expect([command[0], code]).toEqual([command[0], 2]);
      expect(stderr).toContain('use "polytag transcribe FILE --model');
    }
    const compared = await call('compare', 'pitch', 'paused', '--out', 'comparison');
    expect([compared.code, compared.stderr]).toEqual([
      2,
      expect.stringContaining('runs of tags, classes or numbers are compared; exclude it'),
    ]);
  });

  it('needs a head, and sounds whose pitch is known', async () => {
    const config = join(configs, 'hum-pitch.yaml');
    const refused = async (...more: string[]): Promise<string> => {
      const { code, stderr } = await call(
        'run',
        config,
        'data.root=voices',
        ...SMALL,
        ...more,
        '--out',
        'other',
      );
      expect(code, stderr).toBe(2);
      return stderr;
    };
    expect(await refused('~model.pitch')).toContain(
      "model.pitch: the data set's target is the pitch of each frame, which the fusion self-attention does not give",
    );
    expect(await refused('model.fusion={kind: concat}')).toContain('there is no fusion; remove one of them');
    expect(await refused('data.target=song')).toContain(
      "model.pitch: it gives the pitch of each frame, and the data set's task is classification",
    );
    expect(await refused('training.augment={pitch_shift: {}}')).toContain(
      'training.augment.pitch_shift: it changes',
    );
    expect(await refused('evaluation.conditions=[{noise: {snr: 10}}]')).toContain(
      'remove them where the target is pitch',
    );
    await writeFile(
      join(workplace, 'zoo.yaml'),
      'data: { set: hums, root: voices, target: pitch }\nmodel: { zoo: { kind: musicnn } }\n',
    );
    expect((await call('run', 'zoo.yaml', '--out', 'other')).stderr).toContain(
      'which a published network does not give',
    );
    await writeFile(
      join(workplace, 'tfidf.yaml'),
      'data: { set: hums, root: voices, target: pitch }\nmodel: { baseline: { features: { kind: mfcc } } }\n',
    );
    expect((await call('run', 'tfidf.yaml', '--out', 'other')).stderr).toContain(
      'which a classical classifier does not give',
    );
    const wrong = await call('transcribe', 'voices/voice-0003/amazing-grace.flac', '--model', 'nowhere');
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('--model nowhere: there is no such run'),
    ]);
  });

  it('is swept by its own measures', async () => {
    const { code, stdout, stderr } = await call(
      ...['sweep', join(configs, 'hum-pitch.yaml'), 'data.root=voices', ...SMALL, 'training.epochs=1'],
      ...['model.pitch.cents=50,100', '--out', 'sweep'],
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('test raw pitch accuracy');
    expect(stdout).toContain('always unvoiced');
  });
});
