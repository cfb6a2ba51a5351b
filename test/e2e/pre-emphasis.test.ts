/** `inputs.pre_emphasis`, from training to tagging, as a person types it. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readTable } from '../../src/catalogue/tables/index.js';
import { readPredictions } from '../../src/runs/read.js';
import { catalogueLyrics, makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';

let workplace: Workplace;
const type = (...words: string[]): Promise<Outcome> => polytag(words, { cwd: workplace.folder });
beforeAll(async () => {
  workplace = await makeWorkplace();
});
afterAll(() => workplace.remove());

it('is trained with, kept by the model, evaluated and tagged with', async () => {
  const run = await type(
    'run',
    workplace.config,
    'training.epochs=1',
    'inputs.pre_emphasis=0.97',
    '--out',
    'filtered',
  );
  expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('Report: ')]);
  const model = JSON.parse(await readFile(join(workplace.folder, 'filtered', 'model', 'model.json'), 'utf8'));
  expect(model.inputs.pre_emphasis).toBe(0.97);
  expect(model.settings.inputs.mel.preEmphasis).toBe(0.97);
  const evaluated = await type('evaluate', 'filtered', '--json');
  const metrics = JSON.parse(await readFile(join(workplace.folder, 'filtered', 'metrics.json'), 'utf8'));
  expect(JSON.parse(evaluated.stdout).roc_auc).toEqual(metrics.roc_auc);

  // The test split's recordings, tagged from their files, get the scores that the run predicted.
  const predictions = await readPredictions(join(workplace.folder, 'filtered'));
  const lyrics = join(workplace.folder, 'words');
  const names = await catalogueLyrics(workplace, lyrics);
  const out = join(workplace.folder, 'tags.parquet');
  const tagged = await type('tag', workplace.corpus, '--model', 'filtered', '--lyrics', lyrics, '--out', out);
  expect([tagged.code, tagged.stderr]).toEqual([0, expect.any(String)]);
  const { header, rows } = await readTable(out);
  const byName = new Map<string, Float32Array>();
  for await (const { path, scores } of rows) byName.set(basename(path), Float32Array.from(scores!));
  expect(predictions.length).toBeGreaterThan(5);
  for (const { id, scores } of predictions)
    for (const [i, label] of header.labels.entries())
      expect(byName.get(names.get(id)!)![i], `${id} ${label}`).toBeCloseTo(scores[label], 5);
});

it('takes noise and augmentation of the sound beside the filtered samples', async () => {
  const words = [
    'inputs.pre_emphasis=0.97',
    'training.epochs=1',
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
