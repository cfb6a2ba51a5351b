import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examplesOf, SPLITS } from '../../../src/data/dataset.js';
import { mtgJamendo, mtgJamendoOptions } from '../../../src/data/sets/mtg-jamendo.js';
import { needsShared, referencePath } from '../../reference.js';
import { folderOf, JAMENDO_HEADER, JAMENDO_ROWS, jamendoRow, jamendoTables } from './fixtures.js';

const load = (root: string, given: object = {}) =>
  mtgJamendo.load(mtgJamendoOptions.parse({ set: 'mtg-jamendo', root, ...given }));

describe('the data set mtg-jamendo', () => {
  it('reads the published tables, and finds small versions of the recordings', async () => {
    const root = await folderOf({
      ...jamendoTables('data/splits/split-0', JAMENDO_ROWS),
      'audio/15/215.low.mp3': '',
      'audio/16/1416.mp3': '',
      'audio/16/1416.low.mp3': '',
      'lyrics/track_0000215.txt': 'la',
    });
    const { task, labels, examples, protocol, notes } = await load(root);
    expect([task, labels]).toEqual(['tagging', ['genre---pop', 'genre---rock', 'mood/theme---happy']]);
    expect(protocol).toBe('top50tags, 3 tags, published split 0');
    expect(notes).toEqual([]);
    expect(examples.map(({ id, split, targets }) => [id, split, [...targets].join('')])).toEqual([
      ['track_0000215', 'train', '010'],
      ['track_0001416', 'train', '101'],
      ['track_0000007', 'validation', '110'],
      ['track_0000300', 'test', '001'],
    ]);
    expect(examples.map(({ audio }) => audio)).toEqual(
      ['15/215.low.mp3', '16/1416.mp3', '07/7.mp3', '00/300.mp3'].map((path) => join(root, 'audio', path)),
    );
    expect(examples[0]).toMatchObject({
      artist: 'artist_000001',
      lyrics: join(root, 'lyrics/track_0000215.txt'),
    });
  });

  it('takes another subset and split', async () => {
    const rows = { ...JAMENDO_ROWS, test: [jamendoRow(9, 9, ['genre---pop'])] };
    const root = await folderOf(jamendoTables('splits/split-3', rows, 'autotagging_genre'));
    const data = await load(root, { subset: 'genre', split: 3 });
    expect(examplesOf(data, 'test').map(({ id }) => id)).toEqual(['track_0000009']);
    await expect(load(root, { subset: 'genre', split: 2 })).rejects.toThrow(
      'has no autotagging_genre-train.tsv for split 2',
    );
    expect(() => load(root, { split: 5 })).toThrow();
  });

  it('reports artists and albums in more than one split', async () => {
    const root = await folderOf(
      jamendoTables('', { ...JAMENDO_ROWS, test: [jamendoRow(9, 1, ['genre---pop'])] }),
    );
    expect((await load(root)).notes).toEqual([
      '1 artists have tracks in more than one split, artist_000001 is the first.',
      '1 albums have tracks in more than one split, album_000001 is the first.',
    ]);
  });

  it('leaves malformed rows out, with the line of the first', async () => {
    const train = [
      ...JAMENDO_ROWS.train,
      jamendoRow(215, 1, ['genre---rock']),
      jamendoRow(5, 1, ['rock']),
      jamendoRow(6, 1, []),
      jamendoRow(8, 1, ['genre---rock']).replace('08/8.mp3', '../../8.mp3'),
    ];
    const root = await folderOf(jamendoTables('', { ...JAMENDO_ROWS, train }));
    const { examples, notes } = await load(root);
    expect(examples).toHaveLength(4);
    expect(notes).toEqual([
      '4 rows of autotagging_top50tags-train.tsv were left out; the first is row 4: track_0000215 is in row 2 too.',
    ]);
  });

  it('refuses another table, an empty one, and a track in two splits', async () => {
    const other = await folderOf({ 'autotagging_top50tags-train.tsv': 'id\ttags\n1\trock\n' });
    await expect(load(other)).rejects.toThrow('must have the columns TRACK_ID, ARTIST_ID');
    const empty = await folderOf({ 'autotagging_top50tags-train.tsv': `${JAMENDO_HEADER}\n` });
    await expect(load(empty)).rejects.toThrow('has no track that can be used');
    const twice = await folderOf(jamendoTables('', { ...JAMENDO_ROWS, test: JAMENDO_ROWS.validation }));
    await expect(load(twice)).rejects.toThrow('the track track_0000007 is in more than one split');
  });
});

describe('the published top-50 tables', () => {
  it('have the published counts, and share no artist or album', async (ctx) => {
    needsShared(ctx);
    const data = await load(referencePath('data', 'mtg-jamendo-metadata'));
    expect(SPLITS.map((split) => examplesOf(data, split).length)).toEqual([32_136, 10_888, 11_356]);
    expect([data.labels.length, data.notes]).toEqual([50, []]);
  });
});
