import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { examplesOf } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/sets/index.js';
import { learnerOf } from '../../src/runs/run.js';
import { withSoftTargets } from '../../src/runs/teacher.js';
import { withLabelledShare } from '../../src/training/labelled-share.js';
import { makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';

const SETTINGS = [
  ...['~model.branches.waveform', '~model.branches.lyrics', 'training.labelled=0.5'],
  'training.distillation={teacher_changes: [training.epochs=3], weight: 0.6, temperature: 2}',
];

let workplace: Workplace;
let out: string;
let outcome: Outcome;

const run = (folder: string, ...more: string[]): Promise<Outcome> =>
  polytag(['run', workplace.config, ...SETTINGS, '--out', folder, ...more], { cwd: workplace.folder });
const weightsOf = (folder: string): Promise<Buffer> => readFile(join(folder, 'model', 'weights.safetensors'));
const environmentOf = async (
  folder: string,
): Promise<{ teacher?: { run: string; sha256: string }; notes: string[] }> =>
  JSON.parse(await readFile(join(folder, 'environment.json'), 'utf8'));

beforeAll(async () => {
  workplace = await makeWorkplace();
  out = join(workplace.folder, 'student');
  outcome = await run(out);
});
afterAll(() => workplace.remove());

describe('a distilled run', () => {
  it('trains a teacher first, as a run of its own under the changed config', async () => {
    expect([outcome.code, outcome.stderr]).toEqual([
      0,
      expect.stringContaining('The teacher is trained first.'),
    ]);
    const teacher = await loadConfig(join(out, 'teacher', 'config.yaml'));
    expect([teacher.training.epochs, teacher.training.distillation]).toEqual([3, undefined]);
    expect(await readdir(join(out, 'teacher'))).toContain('metrics.json');
  });

  it('records the teacher, and says whose labels are used', async () => {
    const { teacher, notes } = await environmentOf(out);
    expect(teacher).toEqual({ run: join(out, 'teacher'), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(notes.join('\n')).toMatch(/labels of \d+ training examples of \d+.*the scores of the teacher/);
    expect((await environmentOf(join(out, 'teacher'))).notes.join('\n')).toContain('the others are left out');
  });

  it('learns nothing from the labels of unlabelled examples', async () => {
    const config = await loadConfig(workplace.config, SETTINGS);
    const whole = withLabelledShare(await loadDataset(config.data), config, () => undefined);
    const ignore = (): void => undefined;
    const { dataset } = await withSoftTargets(whole, join(out, 'teacher'), config.training.distillation!, {
      ...{ learnerOf, log: ignore, onNote: ignore },
    });
    const train = examplesOf(dataset, 'train');
    const unlabelled = train.filter((example) => example.unlabelled);
    expect(unlabelled.length).toBeGreaterThan(0);
    expect(train.every(({ softTargets }) => softTargets?.length === dataset.labels.length)).toBe(true);
    for (const { targets } of unlabelled)
      expect([...targets].every((value) => value > 0 && value < 1)).toBe(true);
    for (const { id, targets } of train.filter((example) => !example.unlabelled))
      expect(targets).toEqual(whole.examples.find((example) => example.id === id)!.targets);
  });

  it('has the same weights when the teacher is given, and when it is resumed after either was stopped', async () => {
    const given = join(workplace.folder, 'given');
    const { code } = await run(given, `training.distillation.teacher=${join(out, 'teacher')}`);
    expect([code, (await weightsOf(given)).equals(await weightsOf(out))]).toEqual([0, true]);
    const expected = await weightsOf(out);
    // As left by a kill in the student's, then in the teacher's last epoch.
    for (const stopped of [[out], [out, join(out, 'teacher')]]) {
      for (const folder of stopped) {
        for (const file of ['metrics.json', 'SHA256SUMS', 'report.html']) await rm(join(folder, file));
        const newest = (await readdir(join(folder, 'checkpoints'))).sort().at(-1)!;
        await rm(join(folder, 'checkpoints', newest));
      }
      const { code, stderr } = await run(out, '--resume');
      expect([code, stderr]).toEqual([0, expect.stringContaining('Report: ')]);
      expect((await weightsOf(out)).equals(expected)).toBe(true);
    }
  }, 240_000);

  it('is not resumed with a teacher of another config', async () => {
    const { code, stderr } = await run(
      out,
      'training.distillation.teacher_changes=[training.epochs=2]',
      '--resume',
    );
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /teacher has a teacher that was trained with training\.epochs: 3, where this config wants 2; resume with/,
      ),
    ]);
  });

  it.each([
    ['a run that is not there', ['training.distillation.teacher=missing'], /missing/],
    [
      'a change that the config does not have',
      ['training.distillation.teacher_changes=[training.epoch=3]'],
      /epochs/,
    ],
    [
      'a classical classifier',
      [
        '~model.branches',
        '~model.fusion',
        'model.baseline.features.kind=mfcc',
        'model.baseline.classifier.kind=logistic-regression',
      ],
      /training\.distillation: only a network/,
    ],
  ])('refuses %s, in a sentence', async (_, changes, sentence) => {
    const { code, stderr } = await run(join(workplace.folder, 'refused'), ...changes, '--overwrite');
    expect([code, stderr]).toEqual([2, expect.stringMatching(sentence)]);
    expect(stderr).not.toContain('    at ');
  });

  it('refuses a teacher of other labels', async () => {
    const { code, stderr } = await run(
      join(workplace.folder, 'other-labels'),
      ...[`training.distillation.teacher=${join(out, 'teacher')}`, 'data.top_tags=8'],
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining('are not those of the model')]);
  });
});
