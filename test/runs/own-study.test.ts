/** Studies of one's own: what a module may leave out, and what is said of one that is wrong. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findStudy } from '../../src/runs/study/find-study.js';
import { defineStudy, planStudy, quickChoice, requireOneTask } from '../../src/runs/study/study.js';
import { polytagProcess } from '../workplace.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-study-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let count = 0;
async function module(text: string, ending = 'mjs'): Promise<string> {
  const path = join(folder, `study-${count++}.${ending}`);
  await writeFile(path, text);
  return path;
}

const LEAST = `name: 'mine', config: 'configs/mtat.yaml', panels: [{ name: 'tags' }], groups: [{ name: 'base' }]`;

it('needs a name, a config, a panel and a group; the rest has defaults', async () => {
  const { study, config } = await findStudy(await module(`export default { ${LEAST} };`));
  expect(study).toEqual({
    name: 'mine',
    title: 'mine',
    question: '',
    config: 'configs/mtat.yaml',
    panels: [{ name: 'tags', label: 'tags', overrides: [] }],
    groups: [{ name: 'base', label: 'base', overrides: [] }],
    contrasts: [],
    themes: [],
  });
  expect(config).toMatch(/configs\/mtat\.yaml$/);
});

it('finds its config beside the module too', async () => {
  await writeFile(join(folder, 'base.yaml'), 'model: { branches: { mel: {} } }\n');
  const path = await module(`export default { ${LEAST.replace('configs/mtat.yaml', 'base.yaml')} };`);
  expect((await findStudy(path)).config).toBe(join(folder, 'base.yaml'));
});

describe('a sentence with the file and the key for', () => {
  it.each([
    [
      'nothing exported',
      'export const study = 1;',
      /\.mjs has no study as its default export; write "export/,
    ],
    ['a missing key', `export default { name: 'a' };`, /\.mjs: config must be text; it is missing\.$/],
    [
      'no panels',
      `export default { name: 'a', config: 'b' };`,
      /\.mjs: panels must be a list.*it is missing\.$/,
    ],
    [
      'no groups',
      `export default { ${LEAST.replace("[{ name: 'base' }]", '[]')} };`,
      /\.mjs: groups must have at least 1 values/,
    ],
    [
      'a misspelled key',
      `export default { ${LEAST}, contrast: [] };`,
      /\.mjs: there is no key "contrast"; the nearest known key is "contrasts"\.$/,
    ],
    [
      'a misspelled key inside',
      `export default { ${LEAST.replace("name: 'base'", "name: 'base', override: []")} };`,
      /\.mjs: there is no key "groups\.0\.override"; the nearest known key is "groups\.0\.overrides"\.$/,
    ],
    [
      'overrides that are no list',
      `export default { ${LEAST.replace("name: 'base'", "name: 'base', overrides: 'seed=1'")} };`,
      /\.mjs: groups\.0\.overrides must be a list, as in \[1, 2\], not "seed=1"\.$/,
    ],
    [
      'an unknown measure of what was published',
      `export default { ${LEAST}, published: { source: 'them', measures: [{ name: 'f1', paths: ['f1.macro'] }], rows: [{ panel: 'tags', group: 'base', values: { f2: 1 } }] } };`,
      /there is no measure "f2"\.$/,
    ],
    [
      'an unknown group of what was published',
      `export default { ${LEAST}, published: { source: 'them', measures: [{ name: 'f1', paths: ['f1.macro'] }], rows: [{ panel: 'tags', group: 'bass', values: { f1: 1 } }] } };`,
      /there is no group "bass"\.$/,
    ],
    [
      'an unknown group of its short form',
      `export default { ${LEAST}, quick: { groups: ['bass'] } };`,
      /there is no group "bass"/,
    ],
    [
      'an unknown group',
      `export default { ${LEAST}, contrasts: [{ group: 'base', minus: 'none' }] };`,
      /Study "mine": there is no group "none"\.$/,
    ],
    [
      'a module that throws',
      '\nnull.x;',
      /study-\d+\.mjs, line 2, cannot be loaded: Cannot read properties of null/,
    ],
    ['a module that throws text', `throw 'no luck';`, /study-\d+\.mjs cannot be loaded: no luck\.$/],
    [
      'a package that is not there',
      `import 'no-such-package';`,
      /cannot be loaded: Cannot find package 'no-such-package'/,
    ],
  ])('%s', async (_, text, message) => {
    await expect(findStudy(await module(text))).rejects.toThrow(message);
  });

  // The test runner reads modules itself, so these two are Node's.
  it('a mistake in the syntax', async () => {
    const path = await module('export default {\n  name: oops oops\n};');
    const { code, stderr } = await polytagProcess(['study', path, '--dry-run'], { cwd: folder });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/study-\d+\.mjs, line 2, cannot be loaded: Unexpected identifier 'oops'\.\n$/),
    ]);
  });

  it('an ES module in a .js file of a CommonJS package, as npm init makes one', async () => {
    const own = await mkdtemp(join(folder, 'package-'));
    await writeFile(join(own, 'package.json'), '{"type": "commonjs"}');
    await writeFile(join(own, 'mine.js'), `export default { ${LEAST} };`);
    const { code, stderr } = await polytagProcess(['study', join(own, 'mine.js'), '--dry-run'], {
      cwd: folder,
    });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /mine\.js is an ES module, which Node takes for CommonJS; name it mine\.mjs, or write "type": "module" in .*\.\n$/,
      ),
    ]);
  });
});

it('panels of numbers and of labels are refused before anything runs', async () => {
  const rows = Array.from(
    { length: 30 },
    (_, i) => `t${i},${['calm', 'wild'][i % 2]},${(i % 7) / 7},some words here`,
  );
  await writeFile(join(folder, 'tracks.csv'), ['id,mood,valence,text', ...rows].join('\n'));
  await writeFile(
    join(folder, 'tracks.yaml'),
    `data: { set: tracks, root: ${folder} }\nmodel: { branches: { lyrics: {} } }\n`,
  );
  const study = defineStudy({
    name: 'mixed',
    config: join(folder, 'tracks.yaml'),
    panels: [
      { name: 'mood', overrides: ['data.target=mood'] },
      { name: 'valence', overrides: ['data.target=valence', 'data.target_kind=regression'] },
    ],
    groups: [{ name: 'base' }],
  });
  const planned = (panels: string[] | null) =>
    planStudy(study, { seeds: 1, panels, groups: null, overrides: [], config: study.config });
  await expect(requireOneTask(study, await planned(null))).rejects.toThrow(
    'The study "mixed" has panels of numbers and of labels, which one report cannot hold; run it twice, with --panels valence and with --panels mood, the second with another --out.',
  );
  await expect(requireOneTask(study, await planned(['valence']))).resolves.toBeUndefined();
});

describe('the short form of a study', () => {
  const typed = { panels: null, groups: null, overrides: ['b=2'], config: 'x', seeds: null };
  it('chooses groups, seeds and overrides, where what was typed wins', async () => {
    const { study } = await findStudy(
      await module(`export default { ${LEAST}, quick: { groups: ['base'], overrides: ['a=1'] } };`),
    );
    expect(quickChoice(study, typed)).toEqual({
      config: 'x',
      seeds: 1,
      panels: null,
      groups: ['base'],
      overrides: ['a=1', 'b=2'],
    });
    expect(quickChoice(study, { ...typed, seeds: 3, groups: ['other'] })).toMatchObject({
      seeds: 3,
      groups: ['other'],
    });
  });
  it('is refused where there is none', async () => {
    const { study } = await findStudy(await module(`export default { ${LEAST} };`));
    expect(() => quickChoice(study, typed)).toThrow('--quick: the study "mine" has no short form');
  });
});
