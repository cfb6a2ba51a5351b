/** configs/piano.yaml on a folder of two classes: trained, evaluated, and asked about a recording. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/encode/wav.js';
import { loadConfig } from '../../src/config/load.js';
import { zoo } from '../../src/models/zoo/index.js';
import { folderOf } from '../data/sets/fixtures.js';
import { type Outcome, polytag } from '../workplace.js';

const config = (name: string): string => join(import.meta.dirname, '..', '..', 'configs', `${name}.yaml`);

/** Low tones that die away or high ones that stay, 3 s with a second and a half of silence in the middle. */
function clip(isStruck: boolean, i: number): Uint8Array {
  const samples = Float32Array.from({ length: 48_000 }, (_, n) => {
    if (n > 16_000 && n < 40_000) return 0;
    const t = (n % 4000) / 16_000;
    const tone = Math.sin((2 * Math.PI * ((isStruck ? 300 : 2000) + 10 * i) * n) / 16_000);
    return (isStruck ? Math.exp(-12 * t) : 0.6) * 0.5 * tone;
  });
  return encodeWav([samples], 16_000);
}

let workplace: string;
const run = (...args: string[]): Promise<Outcome> => polytag(args, { cwd: workplace });

beforeAll(async () => {
  const names = Array.from({ length: 20 }, (_, i) => i);
  workplace = await folderOf(
    Object.fromEntries(
      names.flatMap((i) => [
        [`clips/piano/${i}.wav`, clip(true, i)],
        [`clips/other/${i}.wav`, clip(false, i)],
      ]),
    ),
  );
});
afterAll(() => rm(workplace, { recursive: true, force: true }));

describe('configs/piano.yaml', () => {
  it('is the network with its defaults, and the thesis’s way to train', async () => {
    const { model, training, inputs } = await loadConfig(config('piano'));
    expect(model).toEqual({ zoo: zoo['piano-cnn'].options.parse({ kind: 'piano-cnn' }) });
    expect(training).toMatchObject({ epochs: 5, batch_size: 32, optimizer: { kind: 'rmsprop' } });
    expect(inputs).toMatchObject({ sample_rate: 16_000, chunk_seconds: 1 });
    expect((await loadConfig(config('piano-baseline'))).model.zoo).toMatchObject({ channels: [] });
  });

  it.each([
    ['piano', 'trainable: filters, channels: [8, 8, 8], hidden: 16'],
    ['piano-baseline', 'channels: [], hidden: 8'],
  ])('%s trains on a folder and classifies', async (name, options) => {
    const trained = await run(
      ...['run', config(name), 'data.root=clips', 'inputs.store=store', `model.zoo={${options}}`],
      ...['training.batch_size=4', 'training.epochs=10', 'evaluation.examples=2', '--out', name],
    );
    expect([trained.code, trained.stderr]).toEqual([0, expect.stringContaining('Model piano-cnn: ')]);
    const metrics = JSON.parse(await readFile(join(workplace, name, 'metrics.json'), 'utf8'));
    expect(metrics).toMatchObject({ task: 'classification', labels: 2 });
    if (name === 'piano') expect(metrics.accuracy).toBeGreaterThanOrEqual(0.75);
    const { code, stdout } = await run('classify', 'clips/piano/3.wav', '--model', name, '--json');
    expect(code).toBe(0);
    // Half of the 3 s is silence, which is dropped, so that a window and a part are left.
    expect(JSON.parse(stdout)).toMatchObject([{ duration: 3, snippets: 2, confusing: expect.any(Boolean) }]);
    expect(metrics.confusing).toMatchObject({ mixes: 6, recordings: 6, snippets: 20 });
    const stored = JSON.parse(await readFile(join(workplace, name, 'model', 'confusion.json'), 'utf8'));
    expect(stored).toMatchObject(metrics.confusing);
    const page = await readFile(join(workplace, name, 'report.html'), 'utf8');
    expect(page).toContain('Precision: mixes among what is called confusing');
    expect(page).toContain('40 examples of 2 classes; each has 20.');
    const card = await run('models', 'show', name);
    expect(card.stdout).toContain('envelope below 0.0005 dropped');
  });

  it('keeps a run whose validation recordings are too few for a verdict, and says so', async () => {
    const trained = await run(
      ...['run', config('piano-baseline'), 'data.root=clips', 'inputs.store=store', 'training.epochs=1'],
      ...['training.batch_size=4', 'evaluation.examples=0', '--limit', '1', '--out', 'few'],
    );
    expect([trained.code, trained.stderr]).toEqual([
      0,
      expect.stringMatching(
        /evaluation\.confusing: .+ two validation recordings each; give more recordings\./,
      ),
    ]);
    const { stdout } = await run('classify', 'clips/piano/3.wav', '--model', 'few', '--json');
    expect(JSON.parse(stdout)).toMatchObject([{ confusing: null }]);
  });
});

describe('experiments/piano.ts', () => {
  it('runs on instruments that are synthesised, with a page that shows the thesis’s claims', async () => {
    const made = await run(
      ...['data', 'synth', 'instruments', '--kind', 'piano', '--clips', '40', '--seconds', '2'],
    );
    expect([made.code, JSON.parse(made.stdout)]).toEqual([0, expect.objectContaining({ rendered: 40 })]);
    const { code, stderr } = await run(
      ...['study', 'piano', 'data.root=instruments', '--quick', '--groups', 'cnn,dense', '--panels', 'piano'],
      ...['training.epochs=1', 'model.zoo.hidden=4', 'inputs.store=store', '--out', 'study'],
    );
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    const page = await readFile(join(workplace, 'study', 'study.html'), 'utf8');
    expect(page).toContain('A network with convolutions is ahead of one without.');
    expect(page).toContain('sampled instruments');
  });
});
