/** polytag run --dry-run, and the folders of runs of fewer examples. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { exists } from '../../src/base/files.js';
import { loadConfig } from '../../src/config/load.js';
import { makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';

let workplace: Workplace;
beforeAll(async () => {
  workplace = await makeWorkplace();
});
afterAll(() => workplace.remove());

const run = (...args: string[]): Promise<Outcome> =>
  polytag(['run', workplace.config, ...args], { cwd: workplace.folder });

describe('polytag run --dry-run', () => {
  it('prints a config that can be run as it is, says what would run, and writes nothing', async () => {
    // The engine links its library in the cache.
    const entries = async (): Promise<string[]> =>
      (await readdir(workplace.folder)).filter((name) => name !== 'cache');
    const before = await entries();
    const { code, stdout, stderr } = await run('training.epochs=3', '--dry-run');
    expect(code).toBe(0);
    expect(parse(stdout)).toEqual(await loadConfig(workplace.config, ['training.epochs=3']));
    expect(stderr).toMatch(/Data: .*; train \d+, validation \d+, test \d+; tagging, 12 labels\./);
    expect(stderr).toMatch(
      /Model: mel \+ waveform \+ lyrics, self-attention, [\d,]+ weights, 3 epochs at most\.\nFolder: reports\/tiny\.\nNothing was run and nothing was written\.\n$/,
    );
    expect(await entries()).toEqual(before);
    const again = join(workplace.folder, 'again.yaml');
    await writeFile(again, stdout);
    const second = await polytag(['run', again, '--dry-run'], { cwd: workplace.folder });
    expect(second.stdout).toBe(stdout);
  });

  it('counts the weights that a run has', async () => {
    const preview = JSON.parse((await run('--dry-run', '--fast-dev-run', '--json')).stdout) as {
      config: { training: { epochs: number } };
      model: { weights: number };
      found: string;
    };
    expect([preview.config.training.epochs, preview.found]).toEqual([1, 'nothing']);
    const { stderr } = await run('--fast-dev-run');
    expect(stderr).toContain(`${preview.model.weights.toLocaleString('en')} weights.`);
    expect((await run('--dry-run', '--fast-dev-run')).stderr).toContain(
      'Folder: reports/tiny-fast-dev-run (it holds a finished run: give --resume or --overwrite).',
    );
  });

  it('prints the config before it says which data are missing', async () => {
    const { code, stdout, stderr } = await run('data.root=nowhere', '--dry-run');
    expect(code).toBe(2);
    expect(parse(stdout)).toMatchObject({ data: { root: 'nowhere' } });
    expect(stderr).toMatch(/^data\.root: there is no folder .*nowhere; check the path\.\n$/);
  });
});

it('runs of fewer examples have folders of their own', async () => {
  const fewer = ['training.epochs=1', 'evaluation.examples=0', '~model.branches.waveform'];
  expect((await run(...fewer, '--overfit', '8')).code).toBe(0);
  expect((await run(...fewer, '--limit', '8')).code).toBe(0);
  for (const name of ['tiny-overfit-8', 'tiny-limit-8'])
    expect(await exists(join(workplace.folder, 'reports', name, 'metrics.json'))).toBe(true);
  expect(await exists(join(workplace.folder, 'reports', 'tiny'))).toBe(false);
});

it('records the value of an environment variable, from which the run is repeated without it', async () => {
  const config = join(workplace.folder, 'env.yaml');
  await writeFile(config, `extends: tiny.yaml\nname: env\ndata: { root: "\${env:CORPUS}" }\n`);
  const words = ['~model.branches.waveform', '--fast-dev-run', '--out', join(workplace.folder, 'env')];
  const cwd = workplace.folder;
  const { code } = await polytag(['run', config, ...words], { cwd, env: { CORPUS: workplace.corpus } });
  expect(code).toBe(0);
  const recorded = await loadConfig(join(workplace.folder, 'env', 'config.yaml'));
  expect(recorded.data).toMatchObject({ root: workplace.corpus });
});
