/** The example of docs/extending.md, run as it stands there. */
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/encode/wav.js';
import { type Outcome, polytagProcess } from '../workplace.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-extending-'));
  const page = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'extending.md'), 'utf8');
  const block = (language: string, mark: string): string =>
    [...page.matchAll(/```(\w+)\n([\s\S]*?)```/g)].find(
      ([, own, text]) => own === language && text.includes(mark),
    )![2];
  await writeFile(join(folder, 'loudness.mjs'), block('js', 'loudness.mjs'));
  await writeFile(join(folder, 'letters.yaml'), block('yaml', 'letters.yaml'));
  await mkdir(join(folder, 'wavs'));
  for (let i = 0; i < 16; i++) {
    const letter = i % 2 === 0 ? 'a' : 'b';
    // Loud and quiet by turns, so that levels tell the classes apart.
    const samples = Float32Array.from({ length: 32_000 }, (_, n) => (i % 2 ? 0.02 : 0.5) * Math.sin(n / 9));
    const name = `${String.fromCharCode(97 + Math.floor(i / 4))}${letter}${i}`.replace(/^./, letter);
    await writeFile(join(folder, 'wavs', `${name}.wav`), encodeWav([samples], 16_000));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const type = (...words: string[]): Promise<Outcome> => polytagProcess(words, { cwd: folder });
const out = (): string => join(folder, 'reports', 'letters');

it('adds an input, a branch, a fusion and a data set in one file, which train', async () => {
  const { code, stderr } = await type('run', 'letters.yaml', 'inputs.store=store', '--out', out());
  expect([code, stderr]).toEqual([0, expect.stringContaining('Model mel + level, maximum: ')]);
  const environment = JSON.parse(await readFile(join(out(), 'environment.json'), 'utf8')) as object;
  expect(environment).toMatchObject({
    extensions: [{ file: join(folder, 'loudness.mjs'), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
  });
});

it('tags and is evaluated with the module loaded again', async () => {
  const tag = await type('tag', 'wavs', '--model', out(), '--out', 'tags.csv');
  expect([tag.code, tag.stderr]).toEqual([0, expect.any(String)]);
  expect((await readFile(join(folder, 'tags.csv'), 'utf8')).trimEnd().split('\n')).toHaveLength(17);
  expect((await type('evaluate', out(), '--json')).code).toBe(0);
});

it('checks the options of what was added by their own schemas', async () => {
  const { code, stderr } = await type('run', 'letters.yaml', 'model.branches.level.featurs=3');
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/no key "model\.branches\.level\.featurs"; the nearest known key is .*features/),
  ]);
});

it('refuses a module that is missing, that defines nothing, and a name that is taken', async () => {
  const refused = async (text: string | null): Promise<[number | null, string]> => {
    if (text !== null) await writeFile(join(folder, 'other.mjs'), text);
    const { code, stderr } = await type('run', 'letters.yaml', `extensions=[${join(folder, 'other.mjs')}]`);
    return [code, stderr];
  };
  expect(await refused(null)).toEqual([2, expect.stringMatching(/there is no file .*other\.mjs/)]);
  expect(await refused('export const x = 1;')).toEqual([
    2,
    expect.stringMatching(/no function as its default/),
  ]);
  expect(await refused('throw new Error("broken")')).toEqual([
    1,
    expect.stringMatching(/cannot be loaded \(broken\)/),
  ]);
  const taken = 'export default () => ({ branches: { mel: {} } });';
  expect(await refused(taken)).toEqual([2, expect.stringMatching(/There is a kind of branch "mel" already/)]);
});

it('refuses a model whose extension has changed', async () => {
  await appendFile(join(folder, 'loudness.mjs'), '// changed\n');
  const { code, stderr } = await type('tag', 'wavs', '--model', out(), '--out', 'again.csv');
  expect([code, stderr]).toEqual([1, expect.stringMatching(/another version of the extension/)]);
});
