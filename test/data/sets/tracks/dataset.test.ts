import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { examplesOf, SPLITS } from '../../../../src/data/dataset.js';
import { tracksOptions } from '../../../../src/data/sets/tracks/options.js';
import { tracks } from '../../../../src/data/sets/tracks.js';

type Given = Partial<z.input<typeof tracksOptions>>;

const HEADER = 'id,title,genre,language,artist,mood,tags,happy,loud,part';

/** 60 tracks: three genres, two languages, 30 artists. */
const ROWS = Array.from({ length: 60 }, (_, i) => {
  const genre = ['folk', 'pop', 'rock'][i % 3];
  const part = ['train', 'train', 'val', 'Test'][i % 4];
  return `t${i},Title ${i},${genre},${i % 2 ? 'en' : 'fr'},a${i >> 1},${i === 7 ? '' : 'calm'},${i % 5 ? 'x|y' : ' y | z |y'},${i % 2},0,${part}`;
});

async function folderWith(rows: string[] = ROWS, name = 'tracks.csv', header = HEADER): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'polytag-tracks-'));
  await writeFile(join(root, name), `${[header, ...rows].join('\n')}\n`);
  await mkdir(join(root, 'lyrics'));
  await mkdir(join(root, 'audio'));
  await writeFile(join(root, 'lyrics', 't0.txt'), 'la');
  await writeFile(join(root, 'audio', 't0.flac'), '');
  return root;
}

const options = (given: Given): z.output<typeof tracksOptions> =>
  tracksOptions.parse({ set: 'tracks', ...given });

describe('the data set tracks', () => {
  it('reads classes, files and names, and parts the tracks into stratified folds', async () => {
    const root = await folderWith();
    const data = await tracks.load(options({ root, artist: 'artist', title: 'title', group: 'artist' }));
    expect([data.task, data.labels]).toEqual(['classification', ['folk', 'pop', 'rock']]);
    expect(data.protocol).toMatch(/^genre, 3 classes, fold 0 of 5 \(split [0-9a-f]{8}\)$/);
    const first = data.examples.find(({ id }) => id === 't0')!;
    expect(first).toMatchObject({ title: 'Title 0', artist: 'a0', song: null });
    expect([first.audio, first.lyrics]).toEqual([join(root, 'audio/t0.flac'), join(root, 'lyrics/t0.txt')]);
    expect(data.examples.find(({ id }) => id === 't1')).toMatchObject({ audio: null, lyrics: null });
    expect(SPLITS.map((part) => examplesOf(data, part).length)).toEqual([36, 12, 12]);
    const parts = new Map(data.examples.map(({ artist, split }) => [artist, split]));
    for (const { artist, split } of data.examples) expect(parts.get(artist)).toBe(split);
  });

  it('finds recordings and lyrics by ids that are file names', async () => {
    const rows = Array.from(
      { length: 20 },
      (_, i) => `${i === 2 ? 'Nr. 2' : `t${i}.flac`},Title,${i % 2 ? 'folk' : 'pop'}`,
    );
    const root = await folderWith(rows, 'tracks.csv', 'id,title,genre');
    await writeFile(join(root, 'lyrics', 't1.flac.lrc'), 'la');
    await writeFile(join(root, 'lyrics', 't1.txt'), 'la');
    await writeFile(join(root, 'lyrics', 'Nr.txt'), 'la');
    const { examples } = await tracks.load(options({ root, split: { kind: 'shuffle' } }));
    const found = new Map(examples.map(({ id, audio, lyrics }) => [id, [audio, lyrics]]));
    expect(found.get('t0.flac')).toEqual([join(root, 'audio/t0.flac'), join(root, 'lyrics/t0.txt')]);
    expect(found.get('t1.flac')).toEqual([null, join(root, 'lyrics/t1.flac.lrc')]);
    expect(found.get('Nr. 2')).toEqual([null, null]);
  });

  it('tests every track once over the folds, and says so for all of them at once', async () => {
    const root = await folderWith();
    const load = (fold: number | 'all') => tracks.load(options({ root, split: { kind: 'k-fold', fold } }));
    const folds = await Promise.all([0, 1, 2, 3, 4].map(load));
    const tested = folds.flatMap((data) => examplesOf(data, 'test').map(({ id }) => id));
    expect(new Set(tested).size).toBe(60);
    expect(tested).toHaveLength(60);
    const all = await load('all');
    expect(all.folds).toEqual(
      folds.map(({ examples }) => new Map(examples.map(({ id, split }) => [id, split]))),
    );
    expect(new Set([...folds, all].map(({ fingerprint }) => fingerprint)).size).toBe(6);
    await expect(load(5)).rejects.toThrow(/data\.split\.fold: with 5 folds, the last one is 4/);
  });

  it('makes four classes of two columns of numbers, each from its threshold', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, i) => `v${i},${(i % 20) / 10 - 0.95},${i % 2 ? 0.7 : 0.2},${i % 3 ? 'zh' : 'ko'}`,
    );
    const root = await folderWith([...rows, 'v40,sad,0.1,zh'], 'tracks.csv', 'id,valence,arousal,language');
    const data = await tracks.load(
      options({ root, quadrants: { valence: 0, arousal: 0.5 }, breakdown: ['language'] }),
    );
    expect(data.labels).toEqual([
      'high valence, high arousal',
      'high valence, low arousal',
      'low valence, high arousal',
      'low valence, low arousal',
    ]);
    expect(data.protocol).toMatch(/^valence from 0 × arousal from 0.5, 4 classes,/);
    const classOf = (id: string): string =>
      data.labels[data.examples.find((example) => example.id === id)!.targets.indexOf(1)];
    expect(classOf('v0')).toBe('low valence, low arousal');
    expect(classOf('v11')).toBe('high valence, high arousal');
    expect(data.notes).toContainEqual(expect.stringContaining('v40: its valence is "sad", not a number'));
    expect(data.examples[0].columns).toEqual({ language: 'ko' });
  });

  it('refuses quadrants of a column that is not there, or of one column alone', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `v${i},${i / 10 - 0.95}`);
    const root = await folderWith(rows, 'tracks.csv', 'id,valence');
    await expect(tracks.load(options({ root, quadrants: { valence: 0, arousal: 0 } }))).rejects.toThrow(
      /data\.quadrants: .* has no column "arousal"/,
    );
    expect(() => options({ root, quadrants: { valence: 0 } })).toThrow(/two columns/);
  });

  it('gives the same data set for any order of the rows', async () => {
    const [one, other] = await Promise.all([folderWith(), folderWith([...ROWS].reverse())]);
    const loaded = await Promise.all(
      [one, other].map((root) => tracks.load(options({ root, group: 'artist', balance: 'language' }))),
    );
    expect(loaded[0].fingerprint).toBe(loaded[1].fingerprint);
    expect(loaded[0].protocol).toBe(loaded[1].protocol);
  });

  it('reads tags from a list or from columns of 0 and 1', async () => {
    const root = await folderWith();
    const lists = await tracks.load(options({ root, target: 'tags', tag_separator: '|', min_tracks: 13 }));
    expect([lists.task, lists.labels]).toEqual(['tagging', ['y', 'x']]);
    expect(lists.notes.join()).toContain('1 of 3 labels have fewer than 13 tracks and are left out: z.');
    expect([...lists.examples[0].targets]).toEqual([1, 0]);
    const columns = await tracks.load(options({ root, target: ['happy', 'loud'] }));
    expect(columns.labels).toEqual(['happy']);
  });

  it('takes the parts from a column, and refuses a group that crosses them', async () => {
    const root = await folderWith([...ROWS, 't99,,pop,en,a99,,,0,0,later']);
    const split = { kind: 'column', column: 'part' } as const;
    const data = await tracks.load(options({ root, split }));
    expect(SPLITS.map((part) => examplesOf(data, part).length)).toEqual([30, 15, 15]);
    expect(data.notes.join()).toContain('1 of 61 tracks have no known split');
    await expect(tracks.load(options({ root, split, group: 'artist' }))).rejects.toThrow(
      /data\.group: "a\d+" has tracks in the \w+ and the \w+ split/,
    );
  });

  it('balances by language within each genre and in each part, and counts what it leaves out', async () => {
    const rows = [
      ...ROWS,
      ...Array.from({ length: 9 }, (_, i) => `x${i},,pop,en,b${i},,,0,0,`),
      'y,,ska,en,c,,,0,0,',
    ];
    const root = await folderWith(rows);
    const data = await tracks.load(
      options({ root, balance: 'language', split: { kind: 'k-fold', folds: 5, fold: 'all' } }),
    );
    expect(data.labels).toEqual(['folk', 'pop', 'rock']);
    expect(data.notes.join()).toMatch(/10 of 70 tracks are left out for it; without any: ska/);
    expect(data.notes.join()).toContain('Every split has the same number of tracks of each language');
    const language = new Map(rows.map((row) => [row.split(',')[0], row.split(',')[3]]));
    for (const fold of data.folds!) {
      for (const part of SPLITS) {
        for (const [label] of data.labels.entries()) {
          const own = data.examples.filter(
            ({ id, targets }) => fold.get(id) === part && targets[label] === 1,
          );
          const english = own.filter(({ id }) => language.get(id) === 'en');
          expect(2 * english.length).toBe(own.length);
        }
      }
    }
    const byLanguage = await tracks.load(options({ root, target: 'language', balance: 'language' }));
    expect(byLanguage.examples).toHaveLength(60);
  });

  it.each<[string, Given, string[] | null, RegExp]>([
    ['no folder', { root: '/nowhere/at/all' }, null, /data\.root: there is no folder/],
    ['no table', { table: 'else.csv' }, ROWS, /data\.table: there is no file .*else\.csv/],
    ['no such column', { target: 'gnre' }, ROWS, /data\.target: .* has no column "gnre"; it has id, title/],
    ['no row', {}, [], /holds no track: it has no row with an id/],
    ['no row left', { where: { genre: 'ska' } }, ROWS, /data\.where leaves none of its 60 rows/],
    ['one class', { target: 'mood' }, ROWS, /data\.target: "mood" has one class of at least 1 tracks/],
    ['no class', { min_tracks: 100 }, ROWS, /has no class of at least 100 tracks/],
    [
      'too few',
      { split: { kind: 'k-fold', folds: 90 } },
      ROWS,
      /60 tracks or groups cannot be divided into 90/,
    ],
    [
      'no training',
      { split: { kind: 'shuffle', test: 0.6, validation: 0.5 } },
      ROWS,
      /leave nothing to train on/,
    ],
    ['a rare class', {}, [...ROWS, 'r,,ska,en,q,,,0,0,'], /has the class "ska".*data\.min_tracks/],
    ['nothing in balance', { balance: 'artist' }, ROWS, /data\.balance: no class is left with every artist/],
  ])('says what is wrong: %s', async (_, given, rows, sentence) => {
    const root = rows === null ? '' : await folderWith(rows);
    await expect(tracks.load(options({ root, ...given }))).rejects.toThrow(sentence);
  });

  it('leaves out bad rows with the reason of the first', async () => {
    const root = await folderWith([
      ...ROWS,
      't0,again,pop,en,z,,,0,0,',
      ',none,pop,en,z,,,0,0,',
      'short,row',
    ]);
    const data = await tracks.load(options({ root }));
    expect(data.notes[0]).toBe(
      '3 rows of tracks.csv were left out; the first is row 62: id "t0" is in row 2 too.',
    );
  });
});
