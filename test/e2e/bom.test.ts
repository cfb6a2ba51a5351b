/** --bom of every command that writes CSV: the files begin with a byte order mark, and without the option they do not. */
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MEL_ALONE, makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';

let workplace: Workplace;
const at = (...names: string[]): string => join(workplace.folder, ...names);
const type = (...words: string[]): Promise<Outcome> => polytag(words, { cwd: workplace.folder });

beforeAll(async () => {
  workplace = await makeWorkplace();
  for (const seed of [1, 2]) {
    const { code, stderr } = await type(
      ...['run', 'tiny.yaml', ...MEL_ALONE, 'training.epochs=1', `seed=${seed}`, '--out', `mel-${seed}`],
    );
    expect(code, stderr).toBe(0);
  }
  await writeFile(
    at('mine.mjs'),
    `export default {
      name: 'mine', title: 'Mine', question: 'Any?', config: 'tiny.yaml',
      panels: [{ name: 'tags', label: 'tags', overrides: ${JSON.stringify([...MEL_ALONE, 'training.epochs=1'])} }],
      groups: [{ name: 'one', label: 'one', overrides: [] }, { name: 'two', label: 'two', overrides: ['seed=3'] }],
      contrasts: [{ group: 'two', minus: 'one' }], themes: [], table: [],
    };`,
  );
  await mkdir(at('words'));
  await writeFile(at('words', 'a.txt'), '夜色 慢慢 落下\n');
  await writeFile(at('words', 'b.txt'), '雪花 飘过 北方\n');
}, 120_000);
afterAll(() => workplace.remove());

/** Paths below a file or folder that end in .csv. */
async function tablesBelow(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  return names.filter((name) => name.endsWith('.csv')).map((name) => join(path, name));
}

const clips = ['corpus', '--model', 'mel-1'];
const parts = ['--manifest', 'all.jsonl', '--parts', 'parts'];

/**
 * A command line without --out, by the file in src/cli that has its --bom, and what it writes. Where it continues what it
 * finds, its second time finds the runs of the first, which would take most of the time.
 */
const COMMANDS: Record<string, { words: string[]; out: string; first?: string[][]; continues?: boolean }[]> =
  {
    'run.ts': [{ words: ['run', 'tiny.yaml', ...MEL_ALONE, 'training.epochs=1'], out: 'run' }],
    'sweep.ts': [
      {
        words: ['sweep', 'tiny.yaml', ...MEL_ALONE, 'training.epochs=1', 'model.fusion.heads=1,2'],
        out: 'sweep',
        continues: true,
      },
    ],
    'study.ts': [
      { words: ['study', './mine.mjs', '--seeds', '1', '--samples', '20'], out: 'study', continues: true },
    ],
    'compare.ts': [{ words: ['compare', 'mel-1', 'mel-2', '--samples', '20'], out: 'compared' }],
    'table.ts': [{ words: ['tag', ...clips], out: 'tags.csv' }],
    'parts.ts': [
      {
        first: [
          ['tag', 'manifest', 'corpus', '--out', 'all.jsonl'],
          ['tag', '--manifest', 'all.jsonl', '--shard', '1/1', '--model', 'mel-1', '--out', 'parts'],
        ],
        words: ['tag', 'merge', ...parts],
        out: 'merged.csv',
      },
    ],
    'tfidf.ts': [
      { words: ['text', 'tfidf', 'words'], out: 'weights.csv' },
      { words: ['text', 'tfidf', 'words'], out: 'weights.npz' },
    ],
  };

const MARK = '\ufeff';

describe('--bom', () => {
  it('is tested here for every command that has it', async () => {
    const folder = fileURLToPath(new URL('../../src/cli/commands', import.meta.url));
    const marking: string[] = [];
    for (const name of await readdir(folder, { recursive: true }))
      if (name.endsWith('.ts') && (await readFile(join(folder, name), 'utf8')).includes('markCsv('))
        marking.push(name.split('/').at(-1)!);
    expect(marking.sort()).toEqual(Object.keys(COMMANDS).sort());
  });

  it.each(
    Object.values(COMMANDS)
      .flat()
      .map((command) => ({
        ...command,
        name: `${command.words.slice(0, 2).join(' ')} … --out ${command.out}`,
      })),
  )(
    '$name',
    async ({ words, out, first = [], continues = false }) => {
      for (const before of first) {
        const { code, stderr } = await type(...before);
        expect(code, stderr).toBe(0);
      }
      const plain = `plain-${out}`;
      for (const [place, ...more] of [[plain], [out, '--bom']]) {
        if (continues && place === out) await cp(at(plain), at(out), { recursive: true });
        const { code, stderr } = await type(...words, '--out', place, ...more);
        expect(code, stderr).toBe(0);
      }
      // text tfidf writes tables beside its matrix.
      const stem = (place: string): string[] =>
        place.endsWith('.npz')
          ? ['terms', 'documents'].map((kind) => at(place.replace('.npz', `.${kind}.csv`)))
          : [at(place)];
      const tables = async (place: string): Promise<string[]> =>
        (await Promise.all(stem(place).map(tablesBelow))).flat();
      const marked = await tables(out);
      expect(marked.length).toBeGreaterThan(0);
      expect(marked).toHaveLength((await tables(plain)).length);
      for (const path of marked) expect((await readFile(path, 'utf8')).indexOf(MARK), path).toBe(0);
      for (const path of await tables(plain))
        expect((await readFile(path, 'utf8')).includes(MARK), path).toBe(false);
    },
    180_000,
  );
});
