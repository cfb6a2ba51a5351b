import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examplesOf, SPLITS } from '../../../src/data/dataset.js';
import { gtzan, gtzanOptions } from '../../../src/data/sets/gtzan.js';
import { folderOf, GENRES, gtzanFiles } from './fixtures.js';

const load = (root: string, split?: object) =>
  gtzan.load(gtzanOptions.parse({ set: 'gtzan', root, ...(split && { split }) }));

const listOf = (numbers: number[], ending = '.wav'): string =>
  GENRES.flatMap((genre) => numbers.map((i) => `${genre}/${genre}.0000${i}${ending}`)).join('\n');

const LISTS = {
  'train_filtered.txt': listOf([0, 1]),
  'valid_filtered.txt': `${listOf([2])}\r\n\n`,
  'test_filtered.txt': listOf([3], '.au'),
};

describe('the data set gtzan', () => {
  it('draws a stratified split, and says that copies may be in training and test', async () => {
    const data = await load(await folderOf(gtzanFiles(6)));
    expect([data.task, data.labels]).toEqual(['classification', GENRES]);
    expect(data.protocol).toBe('10 genres, stratified split, 15 % validation and 20 % test at random');
    expect(data.notes).toEqual([expect.stringContaining('repeated recordings')]);
    expect(SPLITS.reduce((sum, split) => sum + examplesOf(data, split).length, 0)).toBe(60);
    for (const split of SPLITS)
      expect(new Set(examplesOf(data, split).map(({ targets }) => targets.indexOf(1))).size).toBe(10);
  });

  it('takes the three lists of the fault-filtered split, whatever their endings', async () => {
    const root = await folderOf({ ...gtzanFiles(5), ...LISTS });
    const data = await load(root, { kind: 'lists' });
    expect(SPLITS.map((split) => examplesOf(data, split).length)).toEqual([20, 10, 10]);
    expect(data.protocol).toContain('split by the lists train_filtered.txt, valid_filtered.txt');
    expect(data.notes).toEqual(['10 of 50 excerpts are in none of the lists and are left out.']);
    const first = data.examples.find(({ id }) => id === 'blues.00002')!;
    expect(first).toMatchObject({
      split: 'validation',
      audio: join(root, 'genres_original/blues/blues.00002.wav'),
    });
  });

  it('tests every excerpt once over the folds', async () => {
    const data = await load(await folderOf(gtzanFiles(5)), { kind: 'k-fold', folds: 5, fold: 'all' });
    const tested = data.folds!.flatMap((fold) => [...fold].filter(([, split]) => split === 'test'));
    expect(new Set(tested.map(([id]) => id)).size).toBe(50);
  });

  it('says what is wrong with a list, and in which line', async () => {
    const lists = async (given: Record<string, string>) =>
      load(await folderOf({ ...gtzanFiles(4), ...LISTS, ...given }), { kind: 'lists' });
    await expect(
      lists({ 'test_filtered.txt': 'blues/blues.00003.wav\nfolk/folk.00000.wav' }),
    ).rejects.toThrow(/test_filtered\.txt, line 2: "folk\/folk\.00000\.wav" is not a file of GTZAN/);
    await expect(lists({ 'test_filtered.txt': 'jazz/blues.00000.wav' })).rejects.toThrow('line 1');
    await expect(lists({ 'test_filtered.txt': 'blues/blues.00000.wav' })).rejects.toThrow(
      /line 1: blues\.00000 is in the train list too/,
    );
    await expect(lists({ 'test_filtered.txt': '' })).rejects.toThrow('data.split: the test split of');
    const missing = load(await folderOf(gtzanFiles(4)), { kind: 'lists' });
    await expect(missing).rejects.toThrow(/data\.split\.train: there is no list .*train_filtered\.txt/);
  });

  it('counts listed excerpts that are not on disk', async () => {
    const { notes } = await load(
      await folderOf({
        ...gtzanFiles(3),
        ...LISTS,
        'test_filtered.txt': listOf([2]),
        'valid_filtered.txt': listOf([1]),
        'train_filtered.txt': listOf([0, 9]),
      }),
      { kind: 'lists' },
    );
    expect(notes[0]).toBe('10 excerpts of the lists are not in data.audio; the first is blues.00009.');
  });

  it('says which genre is empty, and leaves other files out', async () => {
    const { 'genres_original/jazz/jazz.00000.wav': _, ...files } = gtzanFiles(1);
    await expect(load(await folderOf(files))).rejects.toThrow(/jazz has no excerpt such as jazz\.00000\.wav/);
    const { notes } = await load(await folderOf({ ...gtzanFiles(6), 'genres_original/pop/remix.wav': '' }));
    expect(notes[0]).toBe(
      '1 files are not named like blues.00000.wav and are left out; the first is pop/remix.wav.',
    );
  });
});
