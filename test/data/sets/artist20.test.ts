import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dataset, Split } from '../../../src/data/dataset.js';
import { artist20, artist20Options } from '../../../src/data/sets/artist20.js';
import { tracksOptions } from '../../../src/data/sets/tracks/options.js';
import { tracks } from '../../../src/data/sets/tracks.js';
import { needsShared, referencePath } from '../../reference.js';
import { artistFolders, folderOf, toneFile } from './fixtures.js';

const load = (root: string, split: object = { kind: 'song' }) =>
  artist20.load(artist20Options.parse({ set: 'artist20', root, split }));

const splitOf = ({ examples }: Dataset): Record<string, Split> =>
  Object.fromEntries(examples.map(({ id, split }) => [id, split]));

const countOf = ({ examples }: Dataset, split: Split, artist?: string): number =>
  examples.filter((one) => one.split === split && (artist === undefined || one.artist === artist)).length;

describe('the data set artist20', () => {
  it('takes artists as classes, and keeps songs and albums of one name by two artists apart', async () => {
    const root = await folderOf(artistFolders({ Ann: 3, Bob: 3 }, 4));
    const data = await load(root);
    expect([data.task, data.labels, data.examples.length]).toEqual(['classification', ['Ann', 'Bob'], 24]);
    expect(data.examples[0]).toMatchObject({
      id: 'Ann/a/00.wav',
      audio: join(root, 'Ann/a/00.wav'),
      artist: 'Ann',
      album: 'Ann/a',
      song: 'Ann/a/00',
    });
    expect(new Set(data.examples.map(({ song }) => song)).size).toBe(24);
    expect(new Set(data.examples.map(({ album }) => album)).size).toBe(6);
  });

  it('finds the published folder, discs of an album, and voices as LibriSpeech and VoxCeleb have them', async () => {
    const root = await folderOf({
      'mp3s-32k/Ann/x/disc 1/1.wav': toneFile(220),
      'mp3s-32k/Ann/x/disc 2/1.wav': toneFile(220),
      'mp3s-32k/Ann/y/2.wav': toneFile(220),
      ...Object.fromEntries(
        [1, 2, 3].map((i) => [`mp3s-32k/id10001/1zcIwhmdeo4/0000${i}.wav`, toneFile(440)]),
      ),
      ...Object.fromEntries([1, 2, 3].map((i) => [`mp3s-32k/84/121123/84-121123-000${i}.flac`, ''])),
      'mp3s-32k/84/121123/84-121123.trans.txt': 'GO DO YOU HEAR',
      'mp3s-32k/stray.wav': '',
      'mp3s-32k/Ann/loose.wav': '',
      'mp3s-32k/nobody/empty/readme.txt': '',
    });
    const { examples, labels, notes } = await load(root, { kind: 'song', validation: 0.3, test: 0.3 });
    expect(labels).toEqual(['84', 'Ann', 'id10001']);
    expect(examples.filter(({ artist }) => artist === 'Ann').map(({ id, album }) => [id, album])).toEqual([
      ['Ann/x/disc 1/1.wav', 'Ann/x'],
      ['Ann/x/disc 2/1.wav', 'Ann/x'],
      ['Ann/y/2.wav', 'Ann/y'],
    ]);
    expect(notes).toEqual([
      '2 recordings outside the folders of albums are left out; the first is stray.wav.',
      "1 folder without a recording in an album's folder is left out; the first is nobody.",
    ]);
  });

  it('splits by song 81, 9 and 10 percent, stratified by artist', async () => {
    const root = await folderOf(artistFolders({ Ann: 5, Bob: 5, Cy: 5 }, 20));
    const data = await load(root);
    for (const artist of data.labels)
      expect((['train', 'validation', 'test'] as const).map((split) => countOf(data, split, artist))).toEqual(
        [81, 9, 10],
      );
    expect(data.protocol).toBe(
      '3 classes (artists), by song, stratified: 9 % validation and 10 % test at random',
    );
  });

  it('holds two albums of each artist out, the same whatever else lies in the folder', async () => {
    const files = artistFolders({ Ann: 3, Bob: 5, Cy: 2, Di: 1 }, 2);
    const data = await load(await folderOf(files), { kind: 'album' });
    expect(data.labels).toEqual(['Ann', 'Bob']);
    expect(data.notes).toEqual(['2 artists have fewer than three albums and are left out: Cy, Di.']);
    const albums = (split: Split, artist: string) =>
      new Set(
        data.examples.filter((one) => one.split === split && one.artist === artist).map(({ album }) => album),
      );
    for (const artist of data.labels) {
      expect(albums('test', artist).size).toBe(1);
      expect(albums('validation', artist).size).toBe(1);
      expect(countOf(data, 'train', artist)).toBe(artist === 'Bob' ? 6 : 2);
    }
    const other = await load(await folderOf({ ...artistFolders({ Zoe: 3 }, 2), ...files }), {
      kind: 'album',
    });
    expect(splitOf(other)).toMatchObject(splitOf(data));
    const seeds = await Promise.all(
      [1, 2, 3, 4, 5].map(async (seed) =>
        JSON.stringify(splitOf(await load(data.root, { kind: 'album', seed }))),
      ),
    );
    expect(seeds[0]).toBe(JSON.stringify(splitOf(data)));
    expect(new Set(seeds).size).toBeGreaterThan(2);
  });

  it('refuses a split by album where no artist has three', async () => {
    const root = await folderOf(artistFolders({ Ann: 2, Bob: 2 }, 2));
    await expect(load(root, { kind: 'album' })).rejects.toThrow(
      'data.split: no artist has three albums, so that none can be held out',
    );
  });

  it('gives five stratified folds in which every song is tested once', async () => {
    const root = await folderOf(artistFolders({ Ann: 2, Bob: 2 }, 5));
    const { folds, examples } = await load(root, { kind: 'k-fold', fold: 'all' });
    expect(folds).toHaveLength(5);
    for (const { id } of examples) expect(folds!.filter((fold) => fold.get(id) === 'test')).toHaveLength(1);
    for (const fold of folds!)
      for (const artist of ['Ann', 'Bob'])
        expect([...fold].filter(([id, split]) => split === 'test' && id.startsWith(artist))).toHaveLength(2);
  });

  it('says what is wrong with a folder without two artists', async () => {
    await expect(load(await folderOf({ 'Ann/a/1.wav': '' }))).rejects.toThrow(
      'has one artist in the form artist/album/song.mp3; give a folder with at least two artists.',
    );
  });

  it('reads the artists of a folder in the form of MagnaTagATune', async (context) => {
    needsShared(context);
    const root = referencePath('data', 'mini-mtat-pieces');
    const data = await load(root);
    expect([data.labels.length, data.examples.length]).toEqual([21, 160]);
    const album = await load(root, { kind: 'album' });
    expect(album.notes).toEqual([
      '2 artists have fewer than three albums and are left out: ada north, willow light.',
    ]);
    expect(album.labels).toHaveLength(19);
  });
});

describe('the data set tracks', () => {
  const rows = [
    ...['a', 'b', 'c'].flatMap((album) => [`${album}1,Ann,${album}`, `${album}2,Ann,${album}`]),
    ...['a', 'b', 'd'].map((album) => `bob-${album},Bob,${album}`),
    'cy,Cy,a',
    'stray,Bob,',
  ];
  const table = (extra: object = {}) =>
    folderOf({ 'tracks.csv': `id,artist,album\n${rows.join('\n')}\n` }).then((root) =>
      tracks.load(
        tracksOptions.parse({
          ...{ set: 'tracks', root, target: 'artist', artist: 'artist', album: 'album' },
          ...{ audio: null, split: { kind: 'album' } },
          ...extra,
        }),
      ),
    );

  it('splits by the columns of artists and albums, and drops classes that are left without tracks', async () => {
    const data = await table();
    expect(data.labels).toEqual(['Ann', 'Bob']);
    expect((['train', 'validation', 'test'] as const).map((split) => countOf(data, split))).toEqual([
      3, 3, 3,
    ]);
    expect(data.notes).toEqual([
      '1 artist has fewer than three albums and is left out: Cy.',
      '1 of 11 tracks have no artist or no album and are left out; the first is stray.',
    ]);
  });

  it('needs both columns', async () => {
    await expect(table({ album: null })).rejects.toThrow(
      'data.split: by album needs the columns data.artist and data.album, and data.album is not given; name it.',
    );
  });
});
