import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exists } from '../../src/base/files.js';
import { goldenPath } from '../audio/golden.js';
import { makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';
import { expectSentence, runHere } from './in-process.js';

const home = process.cwd();
let workplace: Workplace;
beforeAll(async () => {
  workplace = await makeWorkplace();
  process.chdir(workplace.folder);
});
afterAll(async () => {
  process.chdir(home);
  await workplace.remove();
});

const run = (...args: string[]): Promise<Outcome> => polytag(args, { cwd: workplace.folder });

/** A copy of the tables without the audio, changed. */
async function changedTables(name: string, change: (annotations: string[]) => string[]): Promise<string> {
  const root = join(workplace.folder, name);
  for (const file of ['clip_info_final.csv', 'labels.csv'])
    await cp(join(workplace.corpus, file), join(root, file));
  const table = await readFile(join(workplace.corpus, 'annotations_final.csv'), 'utf8');
  const [header, ...rows] = table.trimEnd().split(/\r?\n/);
  await writeFile(join(root, 'annotations_final.csv'), `${[header, ...change(rows)].join('\n')}\n`);
  return root;
}

describe('a config that is wrong ends with code 2 and', () => {
  const tiny = (): string => workplace.config;

  it('file, line and the nearest key for a misspelled one', async () => {
    const path = join(workplace.folder, 'misspelled.yaml');
    await writeFile(path, (await readFile(tiny(), 'utf8')).replace('batch_size: 8', 'batchsize: 8'));
    const line =
      (await readFile(path, 'utf8')).split('\n').findIndex((text) => text.includes('batchsize')) + 1;
    const outcome = await run('run', path);
    expectSentence(outcome, 2, /./);
    expect(outcome.stderr).toBe(
      `${path}, line ${line}: there is no key "training.batchsize"; the nearest known key is "training.batch_size".\n`,
    );
  });

  it.each<[string, () => string[], RegExp]>([
    [
      'a missing config',
      () => ['nowhere.yaml'],
      /^There is no config .*nowhere\.yaml; the ones that come with/,
    ],
    ['a folder as config', () => [workplace.folder], /is a folder; give a YAML file in it\.$/],
    [
      'an override without a value',
      () => [tiny(), 'training.epochs'],
      /"training\.epochs" is not an override; write key=value/,
    ],
    [
      'a misspelled override',
      () => [tiny(), 'seeed=3'],
      /the command line, "seeed=3": there is no key "seeed"; the nearest known key is "seed"/,
    ],
    [
      'a misspelled key to take away',
      () => [tiny(), '~model.branches.lyric'],
      /"~model\.branches\.lyric": the config has no key "model\.branches\.lyric" to remove/,
    ],
    [
      'a model without a branch',
      () => [tiny(), '~model.branches.mel', '~model.branches.waveform', '~model.branches.lyrics'],
      /model\.branches: name at least one branch/,
    ],
    [
      'a number below what is possible',
      () => [tiny(), 'training.epochs=0'],
      /the command line, "training\.epochs=0": training\.epochs: /,
    ],
    [
      'a missing data folder',
      () => [tiny(), 'data.root=no-such-folder'],
      /^data\.root: there is no folder .*no-such-folder; check the path\.$/,
    ],
    [
      'a data folder that is a file',
      () => [tiny(), `data.root=${tiny()}`],
      /^data\.root: .+ is a file, not a folder/,
    ],
    [
      'a data folder without tables',
      () => [tiny(), `data.root=${workplace.folder}`],
      /annotations_final\.csv/,
    ],
    [
      'an unknown class column',
      () => [tiny(), 'data.target=genre'],
      /^data\.target: .*labels\.csv has no column "genre"; it has mood, quadrant\.$/,
    ],
    [
      'a missing file of labels',
      () => [tiny(), 'data.target=mood', 'data.labels=none.csv'],
      /^data\.labels: there is no file .*none\.csv/,
    ],
    [
      'a missing file of synonyms',
      () => [tiny(), 'data.synonyms=none.yaml'],
      /^data\.synonyms: none\.yaml must be a YAML map/,
    ],
    [
      'more poolings than frames',
      () => [tiny(), 'inputs.chunk_seconds=0.05', '~model.branches.waveform'],
      /model\.branches\.mel: .*poolings leave nothing of \d+ frames/,
    ],
    [
      'a chunk shorter than a frame',
      () => [tiny(), 'inputs.chunk_seconds=0.001'],
      /^inputs\.chunk_seconds: 0\.001 s is shorter than one frame/,
    ],
    [
      'chunks with gaps between them',
      () => [tiny(), 'inputs.chunk_step_seconds=2'],
      /^inputs\.chunk_step_seconds: 2 s must be at least one frame, 0\.016 s, and at most a window, 0\.9\d+ s\./,
    ],
    [
      'a fixed weight that is missing',
      () => [tiny(), 'model.fusion={kind: late-average, weights: {mel: 1}}'],
      /model\.fusion: weights has no positive number for the branch "waveform"/,
    ],
    ['--limit 0', () => [tiny(), '--limit', '0'], /^--limit must be a whole number from 1, not "0"\.$/],
    [
      '--limit with a word',
      () => [tiny(), '--limit', 'many'],
      /^--limit must be a whole number from 1, not "NaN"\.$/,
    ],
    ['--limit with nothing', () => [tiny(), '--limit'], /^--limit needs a value\. See "polytag run --help"/],
    [
      '--overfit with a part of a clip',
      () => [tiny(), '--overfit', '1.5'],
      /^--overfit must be a whole number from 1, not/,
    ],
    [
      '--resume with --overwrite',
      () => [tiny(), '--resume', '--overwrite'],
      /^--resume and --overwrite exclude each other; give one of them\.$/,
    ],
    [
      'a folder that holds something else',
      () => [tiny(), '--out', workplace.corpus, '--overwrite'],
      /corpus is not empty and has no run; give another folder with --out\.$/,
    ],
  ])('a sentence for %s', async (_, args, sentence) => {
    expectSentence(await runHere('run', ...args()), 2, sentence);
    expect(await exists(join(workplace.folder, 'reports'))).toBe(false);
  });

  it('a sentence for an engine that does not exist', async () => {
    const outcome = await polytag(['run', tiny()], {
      cwd: workplace.folder,
      env: { POLYTAG_ENGINE: 'abacus' },
    });
    expectSentence(
      outcome,
      2,
      /^POLYTAG_ENGINE: there is no engine "abacus"; choose one of tensorflow, wasm\.$/,
    );
  });

  it('a sentence for a decoder that does not exist, or is not installed', async () => {
    const decode = (decoder: string): Promise<Outcome> =>
      polytag(['features', goldenPath('mono_8k.mp3'), '--kind', 'rms'], {
        cwd: workplace.folder,
        env: { POLYTAG_DECODER: decoder },
      });
    expectSentence(
      await decode('gramophone'),
      2,
      /^POLYTAG_DECODER: there is no decoder "gramophone"; choose one of native, wasm\.$/,
    );
    expectSentence(
      await decode('native'),
      2,
      /^POLYTAG_DECODER is native, but libsndfile cannot be used: it is not installed; run "polytag setup", or unset it\.$/,
    );
  });
});

describe('a data set that is wrong ends', () => {
  it('with code 2 when it is empty', async () => {
    const root = await changedTables('empty', () => []);
    expectSentence(
      await run('run', workplace.config, `data.root=${root}`),
      2,
      /empty.annotations_final\.csv holds no clip that can be read/,
    );
  });

  it('with code 2 when a part has no clip', async () => {
    const root = await changedTables('partless', (rows) => rows.filter((row) => !/\t"?[def]\//.test(row)));
    expectSentence(
      await run('run', workplace.config, `data.root=${root}`),
      2,
      /^data\.root: the test split of .*partless has no clip/,
    );
  });

  it('with code 2 when audio files are missing, naming the first and how many', async () => {
    const root = await changedTables('silent', (rows) => rows);
    expectSentence(
      await run('run', workplace.config, `data.root=${root}`),
      2,
      /^64 of 64 audio files are missing, the first is .*silent.+\.mp3; run "polytag data mtat download/,
    );
  });

  it('with code 2 when one audio file is missing', async () => {
    const root = join(workplace.folder, 'gap');
    await cp(workplace.corpus, root, { recursive: true });
    const table = await readFile(join(root, 'annotations_final.csv'), 'utf8');
    const [, path] = /\t"?(0\/[^\t"]+\.mp3)/.exec(table)!;
    await rm(join(root, path));
    const outcome = await run('run', workplace.config, `data.root=${root}`);
    expectSentence(outcome, 2, /^1 of 64 audio files are missing, the first is /);
    expect(outcome.stderr).toContain(path);
  });

  it('with code 1 when no recording of a part can be decoded', async () => {
    const root = join(workplace.folder, 'broken');
    await cp(workplace.corpus, root, { recursive: true });
    const table = await readFile(join(root, 'annotations_final.csv'), 'utf8');
    const validation = [...table.matchAll(/\t"?(c\/[^\t"]+\.mp3)/g)].map(([, path]) => path);
    expect(validation.length).toBeGreaterThan(0);
    for (const path of validation) await writeFile(join(root, path), 'no music');
    const outcome = await run('run', workplace.config, `data.root=${root}`);
    expectSentence(
      outcome,
      1,
      /^No recording of the validation split of .*broken could be decoded; check the files\.$/,
    );
  });

  it('with code 2 when a class never occurs in training, naming it', async () => {
    const root = await changedTables('classless', (rows) => rows);
    const table = await readFile(join(root, 'annotations_final.csv'), 'utf8');
    const inTest = new Set(
      table
        .split('\n')
        .flatMap((row) => (/\t"?[def]\//.test(row) ? [row.split('\t')[0].replaceAll('"', '')] : [])),
    );
    const labels = (await readFile(join(root, 'labels.csv'), 'utf8')).trimEnd().split('\n');
    const changed = labels.map((line, i) => {
      const [id, mood, quadrant] = line.split(',');
      return `${id},${i > 0 && inTest.has(id) ? 'wistful' : mood},${quadrant}`;
    });
    await writeFile(join(root, 'labels.csv'), `${changed.join('\n')}\n`);
    expectSentence(
      await run('run', workplace.config, `data.root=${root}`, 'data.target=mood'),
      2,
      /^data\.target: no training clip has the class "wistful", so it cannot be learned/,
    );
  });

  it('with code 2 when there is only one class', async () => {
    const root = await changedTables('monotone', (rows) => rows);
    const labels = await readFile(join(root, 'labels.csv'), 'utf8');
    await writeFile(join(root, 'labels.csv'), labels.replaceAll('negative', 'positive'));
    expectSentence(
      await run('run', workplace.config, `data.root=${root}`, 'data.target=mood'),
      2,
      /^data\.target: the column "mood" of .* has 1 classes; at least two are needed\.$/,
    );
  });
});

describe('a command that is wrong ends with code 2 and', () => {
  it.each<[string, string[], RegExp]>([
    ['an unknown command', ['trian'], /^Did you mean run\? See "polytag --help"\.$/],
    ['a command that is nearly one', ['rnu', 'x.yaml'], /See "polytag --help"\.$/],
    [
      'a key of the config as an option',
      ['run', 'x.yaml', '--epochs', '3'],
      /^Unknown option: --epochs\. A key of the config is written without dashes: training\.epochs=… See "polytag run --help"\.$/,
    ],
    [
      'a key with its path as an option',
      ['run', 'x.yaml', '--training.epochs=3'],
      /^Unknown option: --training\.epochs\. A key of the config is written without dashes: training\.epochs=… See "polytag run --help"\.$/,
    ],
    [
      'a misspelled option',
      ['run', 'x.yaml', '--dry-rum'],
      /^Unknown option: --dry-rum\. Did you mean --dry-run\? See "polytag run --help"\.$/,
    ],
    [
      'an option that is like none',
      ['run', 'x.yaml', '--zzz'],
      /^Unknown option: --zzz\. See "polytag run --help"\.$/,
    ],
    [
      'an option that is given twice',
      ['studio', '--port', '0', '--port=1'],
      /^--port is given more than once and takes one value; give it once\.$/,
    ],
    [
      'an option of a name that is given twice',
      ['tag', 'song.mp3', '--model', 'a', '--model', 'b'],
      /^--model is given more than once and takes one value; give it once\.$/,
    ],
    [
      'a missing argument',
      ['run'],
      /^An argument is missing: polytag run <config> \[overrides\.\.\]\. See "polytag run --help"\.$/,
    ],
    [
      'missing options',
      ['tag', 'verify'],
      /^Missing: --manifest, --parts\. See "polytag tag verify --help"\.$/,
    ],
    ['half a command', ['data'], /^Give a command: mtat, .*folder, .*synth, describe or prepare\./],
    ['half a command of a data set', ['data', 'mtat'], /^Give a command: import or download\./],
    [
      'too few clips',
      ['data', 'synth', 'few', '--clips', '3'],
      /^clips is 3; it must be a whole number from 16 to/,
    ],
    [
      'a number that is none',
      ['data', 'synth', 'few', '--clips', 'many'],
      /^clips is NaN; it must be a whole number/,
    ],
    ['an option without its value', ['data', 'synth', 'few', '--clips'], /^--clips needs a value\./],
    ['an import from nowhere', ['data', 'mtat', 'import', 'nowhere'], /there is no folder .*nowhere/],
  ])('a sentence for %s', async (_, args, sentence) => {
    expectSentence(await runHere(...args), 2, sentence);
  });
});

describe('polytag', () => {
  it('says what it can do, and its version', async () => {
    const help = await run('--help');
    expect(help.code).toBe(0);
    for (const command of ['run', 'quickstart', 'data', 'engine', 'doctor', 'schema'])
      expect(help.stdout).toMatch(new RegExp(`polytag ${command}\\b`));
    expect(await run('--version')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it('shows where an error came from with --verbose', async () => {
    const { code, stderr } = await run('run', 'nowhere.yaml', '--verbose');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/There is no config[\s\S]+\n\s+at /)]);
  });

  it('prints a JSON Schema that names the top keys of a config', async () => {
    const { code, stdout } = await run('schema');
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(stdout).properties)).toEqual(
      expect.arrayContaining([
        'extends',
        'name',
        'seed',
        'data',
        'inputs',
        'model',
        'loss',
        'training',
        'evaluation',
      ]),
    );
  });
});
