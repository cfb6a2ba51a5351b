/** `inputs.pre_emphasis`, from training to tagging, as a person types it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';

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
  const data = /root: (.*)/.exec(
    await readFile(join(workplace.folder, 'filtered', 'config.yaml'), 'utf8'),
  )![1];
  const folder = (await readdir(data)).find((name) => /^[0-9a-f]$/.test(name))!;
  const tagged = await type('tag', join(data, folder), '--model', 'filtered', '--out', 'tags.csv');
  expect([tagged.code, tagged.stderr]).toEqual([0, expect.any(String)]);
});

it('refuses augmentation of the sound beside the filtered samples', async () => {
  const { code, stderr } = await type(
    ...[
      'run',
      workplace.config,
      'inputs.pre_emphasis=0.97',
      'evaluation.conditions=[{noise: {snr: 10}}]',
      '--out',
      'x',
    ],
  );
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/^inputs\.pre_emphasis: .*remove inputs\.waveform/m),
  ]);
  const wrong = await type('run', workplace.config, 'inputs.pre_emphasis=1.5', '--out', 'x');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('inputs.pre_emphasis')]);
});
