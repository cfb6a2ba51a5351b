/** From scores to voices that sing them, to a network over the songs, as a person types it. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderOf } from '../data/sets/fixtures.js';
import { type Outcome, polytag } from '../workplace.js';

const configs = join(import.meta.dirname, '..', '..', 'configs');
const SONGS = join(configs, 'folk-tunes.abc');

let workplace: string;
const run = (...args: string[]): Promise<Outcome> => polytag(args, { cwd: workplace });

beforeAll(async () => {
  workplace = await folderOf({});
});
afterAll(() => rm(workplace, { recursive: true, force: true }));

const synth = (out: string, clips: string, seed: string): Promise<Outcome> => {
  const size = ['--clips', clips, '--seconds', '4', '--seed', seed];
  return run('data', 'synth', out, '--kind', 'hums', '--songs', SONGS, ...size);
};

describe('hums', () => {
  it('are sung, read and learned, with other voices in training', async () => {
    const made = await synth('voices', '60', '1');
    expect([made.code, JSON.parse(made.stdout)]).toMatchObject([0, { songs: 10, voices: 6, rendered: 60 }]);
    expect((await synth('more', '20', '2')).code).toBe(0);
    const { code, stdout } = await run('data', 'hums', 'import', 'voices', '--json');
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { examples: 60, missing_audio: 0 }]);
    const trained = await run(
      ...['run', join(configs, 'hum-crnn.yaml'), 'data.root=voices', 'data.extra_training=more'],
      'data.split={kind: voices, validation: [voice-0002], test: [voice-0003]}',
      ...['inputs.chunk_seconds=4.096', 'inputs.store=store', 'model.branches.mel.channels=[4, 4, 4]'],
      ...['training.epochs=1', 'evaluation.bootstrap_samples=20', 'evaluation.examples=1', '--out', 'run'],
    );
    expect([trained.code, trained.stderr]).toEqual([0, expect.any(String)]);
    const metrics = JSON.parse(await readFile(join(workplace, 'run', 'metrics.json'), 'utf8'));
    expect(metrics).toMatchObject({
      task: 'classification',
      protocol:
        '10 classes (songs), 8 voices, by voice: voice-0003 in test, voice-0002 in validation, 20 recordings more in training',
      examples: 10,
    });
  });

  it('need songs', async () => {
    expect(await run('data', 'synth', 'other', '--kind', 'hums')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--kind hums sings songs; give a file or folder of scores as --songs.'),
    });
    expect(await run('data', 'synth', 'other', '--songs', SONGS)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--songs is for hums; add --kind hums, or leave it out.'),
    });
    expect(await run('data', 'synth', 'other', '--kind', 'hums', '--songs', 'nowhere')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nowhere'),
    });
  });
});
