import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examplesOf, SPLITS } from '../../../src/data/dataset.js';
import { folder, folderOptions } from '../../../src/data/sets/folder.js';
import { classFolders, folderOf, toneFile } from './fixtures.js';

const load = (root: string, given: object = {}) =>
  folder.load(folderOptions.parse({ set: 'folder', root, ...given }));

const under = (name: string, files: Record<string, string | Uint8Array>) =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`${name}/${path}`, content]));

const CLASSES = classFolders(['left', 'right'], 10);

describe('the data set folder', () => {
  it('takes each sub-folder for a class, with lyrics beside the recordings', async () => {
    const root = await folderOf({
      ...CLASSES,
      'left/00.txt': 'la',
      '.cache/x.wav': '',
      'left/.hidden.wav': '',
    });
    const data = await load(root);
    expect([data.task, data.labels, data.examples.length]).toEqual(['classification', ['left', 'right'], 20]);
    expect(data.examples[0]).toMatchObject({
      id: 'left/00.wav',
      title: '00',
      audio: join(root, 'left/00.wav'),
      lyrics: join(root, 'left/00.txt'),
      song: null,
    });
    expect(data.protocol).toBe('2 classes, stratified split, 15 % validation and 20 % test at random');
    for (const split of SPLITS)
      expect(new Set(examplesOf(data, split).map(({ targets }) => targets[0]))).toEqual(new Set([0, 1]));
  });

  it('draws another split with another seed, and the same with the same', async () => {
    const root = await folderOf(CLASSES);
    const splitOf = async (seed: number) =>
      (await load(root, { split: { kind: 'shuffle', seed } })).examples.map(({ split }) => split).join();
    expect(await splitOf(1)).toBe(await splitOf(1));
    expect(await splitOf(1)).not.toBe(await splitOf(2));
  });

  it('takes train, validation and test folders as they are, in their usual spellings', async () => {
    const root = await folderOf({
      ...under('train', classFolders(['a', 'b'], 3)),
      ...under('valid', classFolders(['a', 'b'], 1)),
      ...under('Test', classFolders(['a', 'b'], 2)),
    });
    const data = await load(root);
    expect(SPLITS.map((split) => examplesOf(data, split).length)).toEqual([6, 2, 4]);
    expect(data.protocol).toBe('2 classes, split by folders');
    await expect(load(root, { split: { kind: 'shuffle' } })).rejects.toThrow(
      'has folders for its splits already; remove this key',
    );
  });

  it('keeps what data.group names in one split', async () => {
    const names = (_: string, i: number): string => `song${i >> 1}-take${i % 2}.wav`;
    const root = await folderOf({ ...classFolders(['a', 'b'], 12, names), 'a/single.wav': toneFile(100) });
    const data = await load(root, { group: '^(song\\d+)-' });
    const splitOf = new Map(data.examples.map(({ song, split }) => [song, split]));
    for (const { song, split } of data.examples) if (song !== null) expect(splitOf.get(song)).toBe(split);
    expect(data.notes).toEqual([
      '1 of 25 file names do not match data.group and are groups of their own; the first is a/single.wav.',
    ]);
    expect(() => load(root, { group: '(' })).toThrow('not a valid regular expression');
  });

  it('refuses a group in two given splits', async () => {
    const root = await folderOf(
      Object.assign(
        {},
        ...['train', 'validation', 'test'].map((split) =>
          under(
            split,
            classFolders(['a', 'b'], 1, (name) => `${name}-${split}.wav`),
          ),
        ),
      ),
    );
    expect((await load(root, { group: '-(\\w+)\\.' })).examples).toHaveLength(6);
    await expect(load(root, { group: '^(\\w)' })).rejects.toThrow(
      /data\.group: "a" has recordings in the (validation|test) and the (train|test|validation) split/,
    );
  });

  it('follows links to class folders', async () => {
    const elsewhere = await folderOf(classFolders(['c'], 10));
    const root = await folderOf(CLASSES);
    await symlink(join(elsewhere, 'c'), join(root, 'middle'));
    expect((await load(root)).labels).toEqual(['left', 'middle', 'right']);
  });

  it('says what is wrong with a folder', async () => {
    const root = await folderOf(CLASSES);
    await mkdir(join(root, 'empty'));
    await expect(load(root)).rejects.toThrow(/the class folder .*empty has no recording/);
    await expect(load(await folderOf({ 'a.wav': '' }))).rejects.toThrow('has no class folder');
    await expect(load(await folderOf({ 'one/a.wav': '' }))).rejects.toThrow('has one class folder, one');
    const [a, b] = [classFolders(['a', 'b'], 1), classFolders(['a', 'b'], 2)];
    await expect(load(await folderOf({ ...under('train', b), ...under('test', a) }))).rejects.toThrow(
      'has no validation folder beside test and train',
    );
    await expect(load(await folderOf({ ...under('train', b), ...under('other', a) }))).rejects.toThrow(
      /other is not a split/,
    );
    await expect(load(await folderOf({ ...under('val', b), ...under('dev', a) }))).rejects.toThrow(
      'has two folders for the validation split, dev and val',
    );
    await expect(load(await folderOf(classFolders(['a', 'b'], 1)))).rejects.toThrow('data.split: the');
  });

  it('leaves recordings outside the class folders out', async () => {
    const { notes } = await load(await folderOf({ ...CLASSES, 'loose.wav': '' }));
    expect(notes).toEqual([
      expect.stringMatching(
        /^1 recordings of .* are in no class folder and are left out; the first is loose\.wav\.$/,
      ),
    ]);
  });
});
