import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exists } from '../../src/base/files.js';
import { expectSentence, runHere } from './in-process.js';

describe('a sweep that is wrong ends with code 2 and', () => {
  const home = process.cwd();
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'polytag-sweep-'));
    await writeFile(join(folder, 'c.yaml'), 'data: { root: nowhere }\nmodel: { branches: { lyrics: {} } }\n');
    process.chdir(folder);
  });
  afterAll(async () => {
    process.chdir(home);
    await rm(folder, { recursive: true, force: true });
  });

  it.each<[string, string[], RegExp]>([
    [
      'an unknown key',
      ['training.epoch=1,2'],
      /the command line, "training\.epoch=1": there is no key "training\.epoch"; the nearest known key is "training\.epochs"\.$/,
    ],
    ['a value that cannot be', ['training.epochs=1,0'], /"training\.epochs=0": training\.epochs: /],
    ['an empty value', ['training.epochs=1,,2'], /has an empty value between commas/],
    ['a range that does not end', ['training.epochs=range(1,5,0)'], /does not end/],
    ['trials of a grid', ['training.epochs=1,2', '--trials', '3'], /^--trials needs --search random/],
    ['random without trials', ['seed=1', '--search', 'random'], /^A random search needs --trials N/],
    ['a distribution in a grid', ['loss.alpha=uniform(1,2)'], /add --search random --trials N/],
    [
      'seeds twice',
      ['seed=1,2', '--seeds', '2'],
      /^--seeds and a list of seeds \(seed=…\) exclude each other/,
    ],
    ['half a seed', ['seed=1,1.5'], /^seed=1\.5 is not a whole number\.$/],
    ['no seeds', ['--seeds', '0'], /^--seeds must be a whole number from 1, not "0"\.$/],
    ['half a job', ['--jobs', '0.5'], /^--jobs must be a whole number from 1, not "0\.5"\.$/],
    [
      'a seed of the search that is a word',
      ['--search-seed', 'x'],
      /^--search-seed must be a whole number from 0/,
    ],
    ['an eta of 1', ['--eta', '1'], /^--eta must be a number from 1\.1 to 1000, not "1"\.$/],
    [
      'epochs swept in halving',
      ['training.epochs=1,2', '--search', 'halving'],
      /^Halving divides training\.epochs among its rungs, so it cannot be swept/,
    ],
    ['options of Slurm without it', ['--slurm', 'time=1'], /^--slurm needs --launcher slurm/],
    ['an unknown search', ['--search', 'gird'], /grid/],
    [
      'a missing data set',
      ['loss.alpha=1,2'],
      /^data\.root: there is no folder .*nowhere; check the path\.$/,
    ],
  ])('a sentence for %s', async (_, args, sentence) => {
    const outcome = await runHere('sweep', 'c.yaml', '--out', 'swept', ...args);
    const lines = outcome.stderr.trimEnd().split('\n');
    expectSentence({ ...outcome, stderr: `${lines.at(-1)}\n` }, 2, sentence);
    expect(await exists(join(folder, 'swept'))).toBe(false);
  });
});
