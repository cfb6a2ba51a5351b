/** A study one of whose experiments is a table of scores from another toolkit. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { csvOf, type MadeTables, makeTables } from '../runs/imported/made-tables.js';
import { polytag } from '../workplace.js';

let made: MadeTables;
beforeAll(async () => {
  made = await makeTables();
});
afterAll(() => made.remove());

it('compares imported scores with others, and runs nothing twice', { timeout: 120_000 }, async () => {
  const shuffled = made.test.map((clip, i) => ({ ...clip, scores: made.test[(i + 4) % 9].scores }));
  await made.write('good.csv', csvOf(made.test));
  await made.write('bad.csv', csvOf(shuffled));
  const group = (name: string): string =>
    `{ name: '${name}', once: true, overrides: ['~model', 'model.predictions.file=${name}.csv'] }`;
  await made.write(
    'study.mjs',
    `export default { name: 'imported', config: 'made.yaml', panels: [{ name: 'tags' }], groups: [${group('good')}, ${group('bad')}] };`,
  );
  const study = ['study', 'study.mjs', '--seeds', '1', '--out', 'study'];
  const { code, stderr } = await polytag(study, { cwd: made.folder });
  expect([code, stderr]).toEqual([0, expect.stringContaining('2 runs: 2 new')]);
  const metrics = async (name: string): Promise<number> => {
    const path = join(made.folder, 'study', 'runs', `tags-${name}`, 'seed-1', 'metrics.json');
    return JSON.parse(await readFile(path, 'utf8')).roc_auc.macro;
  };
  expect(await metrics('good')).toBeGreaterThan(await metrics('bad'));
  const again = await polytag(study, { cwd: made.folder });
  expect([again.code, again.stderr]).toEqual([0, expect.stringMatching(/2 runs: 2 done before/)]);
});
