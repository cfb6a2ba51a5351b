/** What is done to the sound before audio inputs, from training to tagging, as a person types it. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/encode/wav.js';
import { readTable } from '../../src/catalogue/tables/index.js';
import { readPredictions } from '../../src/runs/read.js';
import { noise } from '../features/known-signals.js';
import { catalogueLyrics, makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';

let workplace: Workplace;
const type = (...words: string[]): Promise<Outcome> => polytag(words, { cwd: workplace.folder });
beforeAll(async () => {
  workplace = await makeWorkplace();
  const hiss = noise(8000).map((sample) => 0.01 * sample);
  await writeFile(join(workplace.folder, 'hiss.wav'), encodeWav([hiss], 16_000));
  await writeFile(join(workplace.folder, 'short.wav'), encodeWav([hiss.subarray(0, 200)], 16_000));
});
afterAll(() => workplace.remove());

it.each([
  ['filtered', ['inputs.pre_emphasis=0.97'], { preEmphasis: 0.97 }],
  [
    'cleaned',
    ['inputs.noise_reduction={reduction: 0.9}', 'inputs.normalise={kind: loudness, level: -20}'],
    {
      noiseReduction: { quietest: 0.1, threshold: 1.5, reduction: 0.9 },
      normalise: { kind: 'loudness', level: -20 },
    },
  ],
  [
    'profiled',
    ['inputs.noise_reduction={profile: hiss.wav}'],
    { noiseReduction: { threshold: 1.5, profile: { sample_rate: 16_000 } } },
  ],
])(
  '%s sound is trained with, kept by the model, evaluated and tagged with',
  { timeout: 300_000 },
  async (name, words, settings) => {
    const run = await type('run', workplace.config, 'training.epochs=1', ...words, '--out', name);
    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('Report: ')]);
    const model = JSON.parse(await readFile(join(workplace.folder, name, 'model', 'model.json'), 'utf8'));
    expect(model.settings.inputs.mel).toMatchObject(settings);
    expect(model.settings.inputs.waveform).toMatchObject(settings);
    const evaluated = await type('evaluate', name, '--json');
    const metrics = JSON.parse(await readFile(join(workplace.folder, name, 'metrics.json'), 'utf8'));
    expect(JSON.parse(evaluated.stdout).roc_auc).toEqual(metrics.roc_auc);

    // The test split's recordings, tagged from their files, get the scores that the run predicted.
    const predictions = await readPredictions(join(workplace.folder, name));
    const lyrics = join(workplace.folder, `${name}-words`);
    const names = await catalogueLyrics(workplace, lyrics);
    const out = join(workplace.folder, `${name}.parquet`);
    const files = (await readdir(workplace.corpus, { recursive: true })).filter((file) =>
      predictions.some(({ id }) => names.get(id) === basename(file)),
    );
    expect(files).toHaveLength(predictions.length);
    const paths = files.map((file) => join(workplace.corpus, file));
    const tagged = await type('tag', ...paths, '--model', name, '--lyrics', lyrics, '--out', out);
    expect([tagged.code, tagged.stderr]).toEqual([0, expect.any(String)]);
    const { header, rows } = await readTable(out, { trusted: true });
    const byName = new Map<string, Float32Array>();
    for await (const { path, scores } of rows) byName.set(basename(path), Float32Array.from(scores!));
    expect(predictions.length).toBeGreaterThan(5);
    for (const { id, scores } of predictions)
      for (const [i, label] of header.labels.entries())
        expect(byName.get(names.get(id)!)![i], `${id} ${label}`).toBeCloseTo(scores[label], 5);
  },
);

it.each([
  ['absent.wav', /^inputs\.noise_reduction\.profile: absent\.wav: .*; give a recording of noise alone\.$/m],
  ['short.wav', /^inputs\.noise_reduction\.profile: short\.wav: .*at least 1024 samples, not 200; give/m],
  ['tiny.yaml', /^inputs\.noise_reduction\.profile: tiny\.yaml: /m],
])('refuses the noise profile %s', async (file, sentence) => {
  const outcome = await type(
    'run',
    workplace.config,
    `inputs.noise_reduction={profile: ${file}}`,
    '--out',
    'none',
  );
  expect([outcome.code, outcome.stderr]).toEqual([2, expect.stringMatching(sentence)]);
});

it('takes noise and augmentation of the sound beside the filtered samples', async () => {
  const words = [
    'inputs.pre_emphasis=0.97',
    'training.epochs=1',
    'inputs.normalise={kind: peak}',
    'training.augment={gain: {}}',
    'evaluation.conditions=[{noise: {snr: 10}}]',
  ];
  const { code, stderr } = await type('run', workplace.config, ...words, '--out', 'noisy');
  expect([code, stderr]).toEqual([0, expect.stringContaining('Report: ')]);
  const file = join(workplace.folder, 'noisy', 'conditions.json');
  const { conditions } = JSON.parse(await readFile(file, 'utf8')) as { conditions: { name: string }[] };
  expect(conditions.map(({ name }) => name)).toEqual(['white noise at 10 dB']);
  const wrong = await type('run', workplace.config, 'inputs.pre_emphasis=1.5', '--out', 'x');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('inputs.pre_emphasis')]);
});
