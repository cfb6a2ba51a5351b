/** polytag study, as a person types it. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';

let workplace: Workplace;
let module: string;
beforeAll(async () => {
  workplace = await makeWorkplace();
  module = join(workplace.folder, 'mine.mjs');
  await writeFile(
    module,
    `export default {
      name: 'mine', title: 'A study of mine', question: 'Does anything help?', config: 'tiny.yaml',
      panels: [{ name: 'tags', label: 'tags', overrides: ['training.epochs=1', '~model.branches.waveform', '~inputs.waveform'] }],
      groups: [
        { name: 'base', label: 'all <three>', overrides: ['evaluation.conditions=[{absent: [lyrics]}, {noise: {snr: 10}}]'] },
        { name: 'words', label: 'words alone', overrides: ['~model.branches.mel'] },
      ],
      contrasts: [
        { group: 'words', minus: 'base', published: { accuracy: 0.1, source: 'nowhere' } },
        { group: 'base', minus: 'words' },
      ],
      themes: [{ title: 'Both', groups: ['base', 'words'] }],
      table: [{ label: 'only words', panel: 'tags', group: 'words' }],
    };`,
  );
});
afterAll(() => workplace.remove());

const study = (...args: string[]): Promise<Outcome> => polytag(['study', ...args], { cwd: workplace.folder });

interface Results {
  missing: string[];
  panels: {
    majority_accuracy: number;
    experiments: {
      name: string;
      accuracy: { mean: number; deviation: number; ci95: [number, number] };
      seeds: { seed: number; accuracy: number }[];
      conditions: { name: string; metrics: { roc_auc: { mean: number } } }[];
    }[];
    differences: {
      group: string;
      minus: string;
      metrics: { accuracy: { difference: number; interval: [number, number]; pHolm: number } };
      by_seed: { accuracy: { mean: number; higher: number; seeds: number } };
      published: { accuracy: number } | null;
    }[];
  }[];
}

describe('a study', () => {
  it('lists its runs and their time without running any', async () => {
    const { code, stdout } = await study('./mine.mjs', '--seeds', '2', '--dry-run');
    expect(code).toBe(0);
    expect(stdout.match(/^tags +(base|words) +[12] +new/gm)).toHaveLength(4);
    expect(stdout).toMatch(/4 runs, about .* at once\. Nothing was run; folder: reports\/mine/);
    expect(await readdir(join(workplace.folder)).then((names) => names.includes('reports'))).toBe(false);
  });

  it('runs, compares and writes; a second time it runs nothing', async () => {
    const first = await study('./mine.mjs', '--seeds', '2', '--samples', '200');
    expect([first.code, first.stderr]).toEqual([
      0,
      expect.stringContaining('Study: reports/mine/study.html'),
    ]);
    expect(first.stdout).toContain('words alone − all <three>');
    const out = join(workplace.folder, 'reports', 'mine');
    const text = await readFile(join(out, 'results.json'), 'utf8');
    const { missing, panels } = JSON.parse(text) as Results;
    expect(missing).toEqual([]);
    const [{ experiments, differences }] = panels;
    const [base, words] = experiments;
    expect(base.seeds.map(({ seed }) => seed)).toEqual([1, 2]);
    for (const { accuracy, seeds } of experiments)
      expect(accuracy.mean).toBeCloseTo((seeds[0].accuracy + seeds[1].accuracy) / 2, 9);
    expect(base.conditions.map(({ name }) => name)).toEqual(['without lyrics', 'white noise at 10 dB']);
    const [forth, back] = differences;
    expect(forth.metrics.accuracy.difference).toBeCloseTo(words.accuracy.mean - base.accuracy.mean, 9);
    expect(forth.by_seed.accuracy.mean).toBeCloseTo(forth.metrics.accuracy.difference, 9);
    expect(forth.published).toMatchObject({ accuracy: 0.1 });
    // The same test, read from the other side.
    expect(back.metrics.accuracy.difference).toBe(-forth.metrics.accuracy.difference);
    expect(back.metrics.accuracy.interval).toEqual(
      forth.metrics.accuracy.interval.map((end) => -end).reverse(),
    );
    expect(back.metrics.accuracy.pHolm).toBe(forth.metrics.accuracy.pHolm);
    expect(back.published).toBeNull();
    const page = await readFile(join(out, 'study.html'), 'utf8');
    expect(page).toContain('all &lt;three&gt;');
    expect(page).not.toContain('<th scope="row">all <three>');
    expect((await readdir(join(out, 'tables'))).sort()).toEqual(
      ['conditions', 'differences', 'groups', 'results'].flatMap((name) => [
        `${name}.csv`,
        `${name}.md`,
        `${name}.tex`,
      ]),
    );
    expect((await readdir(join(out, 'figures'))).sort()).toEqual(['tags-accuracy.svg', 'tags-roc-auc.svg']);
    expect(await readdir(join(out, 'compare', 'tags'))).toContain('compare.html');

    const second = await study('./mine.mjs', '--seeds', '2', '--samples', '200');
    expect(second.code).toBe(0);
    expect(second.stderr).toContain('4 done before');
    expect(await readFile(join(out, 'results.json'), 'utf8')).toBe(text);
  });

  it('says which runs failed, and reports on the others', async () => {
    const text = await readFile(module, 'utf8');
    const half = text.replace(
      `'~model.branches.mel'`,
      `'training.optimizer.learning_rate=1e30', '~model.branches.mel'`,
    );
    expect(half).not.toBe(text);
    await writeFile(join(workplace.folder, 'half.mjs'), half);
    const { code, stderr, stdout } = await study(
      './half.mjs',
      '--seeds',
      '1',
      '--samples',
      '0',
      '--out',
      'half',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/1 of 2 runs failed[\s\S]*tags-words, seed 1: The loss became NaN/);
    expect(stdout).toContain('all <three>');
    const { missing } = JSON.parse(
      await readFile(join(workplace.folder, 'half', 'results.json'), 'utf8'),
    ) as Results;
    expect(missing).toEqual([expect.stringContaining('tags-words, seed 1')]);
    expect(await readFile(join(workplace.folder, 'half', 'study.html'), 'utf8')).toContain('Incomplete');
  });
});

describe('wrong use', () => {
  it.each([
    [['five-group'], 'did you mean "five-groups"'],
    [['./nothing.mjs'], 'There is no study "./nothing.mjs"'],
    [['data.root=x'], 'Name the study first: artists, five-groups, fusion-ablation, hashing, hums, piano'],
    [['./mine.mjs', '--panels', 'mood'], '--panels: the study has no panel "mood"; it has tags'],
    [['./mine.mjs', '--groups', 'base,sound'], '--groups: the study has no group "sound"'],
    [['./mine.mjs', '--seeds', '0'], '--seeds must be a whole number from 1'],
    [['./mine.mjs', 'training.epoch=3'], 'there is no key "training.epoch"'],
  ])('%j', async (args, complaint) => {
    const { code, stderr } = await study(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(complaint)]);
  });

  it('names what is wrong with a study of one’s own', async () => {
    let files = 0;
    const wrong = async (content: string): Promise<Outcome> => {
      // A module is loaded once in a process, whatever becomes of its file.
      const file = `wrong-${++files}.mjs`;
      await writeFile(join(workplace.folder, file), content);
      return study(`./${file}`);
    };
    expect((await wrong('export default 3;')).stderr).toContain('has no study as its default export');
    expect((await wrong('throw new Error("oh");')).stderr).toContain('cannot be loaded: oh');
    const unknown = await wrong(
      `export default { name: 'w', title: 'w', question: '', config: 'tiny.yaml', panels: [{ name: 'p', label: 'p', overrides: [] }],
        groups: [{ name: 'a', label: 'a', overrides: [] }], contrasts: [{ group: 'a', minus: 'b' }], themes: [] };`,
    );
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('there is no group "b"')]);
  });
});

it('runs the example of docs/studies.md', async () => {
  const page = await readFile('docs/studies.md', 'utf8');
  const [, example] = /^```js\n(.*?)^```/ms.exec(page)!;
  expect(example).toContain("'configs/mini-mtat.yaml'");
  const text = example.replace('configs/mini-mtat.yaml', 'tiny.yaml').replaceAll('[32, 64]', '[4, 8]');
  await writeFile(join(workplace.folder, 'depth.mjs'), text);
  const words = ['--seeds', '1', '--samples', '50', 'training.epochs=1', '~model.branches.waveform'];
  const { code, stdout, stderr } = await study('./depth.mjs', ...words);
  expect([code, stderr]).toEqual([0, expect.stringContaining('Study: reports/depth/study.html')]);
  expect(stdout).toContain('two − four');
}, 120_000);
