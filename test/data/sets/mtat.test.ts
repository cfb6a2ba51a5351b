import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ARTIST_DISJOINT_HASH } from '../../../src/data/sets/magnatagatune/artist-disjoint.js';
import { inspectMtat } from '../../../src/data/sets/magnatagatune/import-report.js';
import {
  artistDisjointSplit,
  computeArtistSplit,
  officialSplit,
  splitHash,
} from '../../../src/data/sets/magnatagatune/splits.js';
import { readMtatTables } from '../../../src/data/sets/magnatagatune/table.js';
import { topTags } from '../../../src/data/sets/magnatagatune/tags.js';
import { type MtatOptions, mtat, mtatOptions } from '../../../src/data/sets/magnatagatune.js';
import { hasReference, needsShared, referenceJson, referencePath } from '../../reference.js';
import { encode } from '../../text/encoded-texts.js';

/** A folder with an annotations table of the given lines (tab-separated, quoted), and other files. */
async function folderWith(
  lines: string[][],
  files: Record<string, string> = {},
  header = ['clip_id', 'guitar', 'piano', 'mp3_path'],
): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'polytag-mtat-'));
  const text = [header, ...lines].map((fields) => fields.map((f) => `"${f}"`).join('\t')).join('\r\n');
  await writeFile(join(root, 'annotations_final.csv'), `${text}\r\n`);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(root, name, '..'), { recursive: true });
    await writeFile(join(root, name), content);
  }
  return root;
}

const options = (given: Partial<MtatOptions>): MtatOptions => mtatOptions.parse(given);

const GOOD = [
  ['1', '1', '0', '0/a_band-an_album-01-a_song-0-29.mp3'],
  ['2', '0', '1', '0/a_band-an_album-01-a_song-29-58.mp3'],
  ['3', '0', '0', 'b/other-album-02-song-0-29.mp3'],
  ['4', '1', '1', 'c/third-album-03-song-0-29.mp3'],
  ['5', '1', '0', 'f/a_band-new_album-04-song-0-29.mp3'],
];

describe('the data set mtat', () => {
  it('splits by folder, keeps labelled clips, and knows songs, artists and lyrics', async () => {
    const root = await folderWith(GOOD, { 'lyrics/1.txt': 'la la' });
    const data = await mtat.load(options({ root }));
    expect(data.labels).toEqual(['guitar', 'piano']);
    expect(data.examples.map(({ id, split }) => `${id} ${split}`)).toEqual([
      '1 train',
      '2 train',
      '4 validation',
      '5 test',
    ]);
    expect(data.examples[0].song).toBe(data.examples[1].song);
    expect(data.examples[0].artist).toBe('a band');
    expect(data.examples[0].lyrics).toMatch(/1\.txt$/);
    expect(data.examples[1].lyrics).toBeNull();
    expect([...data.examples[2].targets]).toEqual([1, 1]);
    expect(data.notes.join()).toContain('1 of 5 clips carry none of the 2 tags');
    expect((await mtat.load(options({ root, protocol: 'all' }))).examples).toHaveLength(5);
  });

  it('reads labels.csv in GB18030, and finds recordings whose names are in NFD', async () => {
    const named = GOOD.map(([id, ...rest]) => [id, ...rest.slice(0, 2), rest[2].replace('song', 'é')]);
    const files = named.map((fields): [string, string] => [fields[3].normalize('NFD'), '']);
    const root = await folderWith(named, Object.fromEntries(files));
    const rows = named.map(([id], i) => `${id},${i % 2 ? '悲伤' : '快乐'}`);
    await writeFile(join(root, 'labels.csv'), encode(['clip_id,情绪', ...rows].join('\r\n'), 'gb18030'));
    const data = await mtat.load(options({ root, target: '情绪' }));
    expect(data.labels).toEqual(['快乐', '悲伤'].sort());
    expect(data.examples.map(({ audio }) => existsSync(audio!))).toEqual(Array(5).fill(true));
    expect(data.notes.join()).toMatch(/The files of 5 of 5 clips have names in decomposed Unicode/);
    const told = await mtat.load(options({ root, target: '情绪', encoding: 'gbk' }));
    expect(told.fingerprint).toBe(data.fingerprint);
  });

  it('merges synonyms when a map is given', async () => {
    const root = await folderWith(GOOD, { 'synonyms.yaml': 'instrument: [guitar, piano]\n' });
    const data = await mtat.load(options({ root, synonyms: join(root, 'synonyms.yaml') }));
    expect(data.labels).toEqual(['instrument']);
    expect(data.protocol).toContain('synonyms merged');
  });

  it('reads classes from a column of labels', async () => {
    const labels = 'clip_id,mood\n1,happy\n2,sad\n4,sad\n5,happy\n3,\n';
    const data = await mtat.load(
      options({ root: await folderWith(GOOD, { 'labels.csv': labels }), target: 'mood' }),
    );
    expect(data.task).toBe('classification');
    expect(data.labels).toEqual(['happy', 'sad']);
    expect(data.examples).toHaveLength(4);
  });

  it('reads one part of classes that are made of parts', async () => {
    const labels = 'clip_id,quadrant\n1,high/calm\n2,low/calm\n4,low/tense\n5,high\n3,/tense\n';
    const root = await folderWith(GOOD, { 'labels.csv': labels });
    const energy = await mtat.load(options({ root, target: 'quadrant', target_part: 1 }));
    expect(energy.labels).toEqual(['high', 'low']);
    expect(energy.examples.map(({ targets }) => [...targets].indexOf(1))).toEqual([0, 1, 1, 0]);
    expect(energy.protocol).toContain('quadrant, part 1, 2 classes');
    await expect(mtat.load(options({ root, target: 'quadrant', target_part: 2 }))).rejects.toThrow(
      'the test split of',
    );
    await expect(mtat.load(options({ root, target: 'quadrant', target_part: 3 }))).rejects.toThrow(
      'has 0 classes',
    );
  });

  it('reports unreadable rows with their line and goes on', async () => {
    const root = await folderWith([
      ...GOOD,
      ['x', '1', '0', '0/a-b-01-c-0-29.mp3'],
      ['7', '1', '0/short.mp3'],
      ['8', '2', '0', '0/a-b-01-c-0-29.mp3'],
      ['9', '1', '0', '../../etc/passwd'],
      ['1', '1', '0', '0/again-b-01-c-0-29.mp3'],
    ]);
    const { clips, skipped } = await readMtatTables(root);
    expect(clips).toHaveLength(5);
    expect(skipped.map(({ row }) => row)).toEqual([7, 8, 9, 10, 11]);
    expect(skipped.map(({ reason }) => reason).join('; ')).toMatch(
      /"x" is not a number.*3 fields.*"2".*none of the folders.*earlier row/,
    );
  });

  it('says in a sentence what is wrong with a folder', async () => {
    await expect(mtat.load(options({ root: '/nowhere/at/all' }))).rejects.toThrow(
      'data.root: there is no folder /nowhere/at/all',
    );
    const empty = await mkdtemp(join(tmpdir(), 'polytag-mtat-'));
    await expect(mtat.load(options({ root: empty }))).rejects.toThrow('holds no annotations_final.csv');
    await expect(mtat.load(options({ root: await folderWith([]) }))).rejects.toThrow(
      'no clip that can be read',
    );
    await expect(
      mtat.load(options({ root: await folderWith(GOOD, {}, ['id', 'a', 'b', 'c']) })),
    ).rejects.toThrow('columns clip_id');
    await expect(mtat.load(options({ root: await folderWith(GOOD.slice(0, 2)) }))).rejects.toThrow(
      'the validation split of',
    );
    await expect(mtat.load(options({ root: await folderWith(GOOD), target: 'mood' }))).rejects.toThrow(
      'there is no file',
    );
    const labels = { 'labels.csv': 'clip_id,energy\n1,low\n' };
    await expect(
      mtat.load(options({ root: await folderWith(GOOD, labels), target: 'mood' })),
    ).rejects.toThrow('has no column "mood"; it has energy');
  });
});

describe('the official table', () => {
  beforeEach(needsShared);

  const root = referencePath('data', 'mtat-metadata', 'official');
  let tables: Awaited<ReturnType<typeof readMtatTables>>;
  beforeAll(async () => {
    if (hasReference) tables = await readMtatTables(root);
  });

  it('imports with the published counts', async () => {
    const report = await inspectMtat(root);
    const counts = referenceJson<{
      clips_per_folder: Record<string, number>;
      top50_by_frequency: [string, number][];
    }>('data', 'mtat-metadata', 'official', 'counts.json');
    expect(report.clips).toBe(25_863);
    expect(report.folders).toEqual(counts.clips_per_folder);
    expect(report.protocols.all).toEqual({ train: 18_709, validation: 1825, test: 5329 });
    expect(report.protocols.labelled).toEqual({ train: 15_250, validation: 1529, test: 4332 });
    expect(report.missing_audio).toBe(25_863);
    expect(report.skipped).toEqual([]);
    expect(report.artists).toBe(230);
    expect(report.songs).toBe(5405);
    expect(report.top_tags.map(({ tag, count }) => [tag, count])).toEqual(
      expect.arrayContaining(counts.top50_by_frequency),
    );
    const published = readFileSync(referencePath('data', 'mtat-metadata', 'top50_tags.txt'), 'utf8');
    expect(report.top_tags.map(({ tag }) => tag)).toEqual(published.trim().split(/\r?\n|\s*,\s*/));
  });

  it('splits without an artist in two parts, at sizes near the official ones', async () => {
    const { clips } = tables;
    const split = artistDisjointSplit(clips, 188);
    const parts = new Map<string, Set<string>>();
    for (const [i, { artist }] of clips.entries())
      parts.set(artist, (parts.get(artist) ?? new Set()).add(split[i]));
    expect([...parts.values()].every((set) => set.size === 1)).toBe(true);
    const official = officialSplit(clips);
    for (const part of ['train', 'validation', 'test']) {
      const [ours, theirs] = [split, official].map((s) => s.filter((p) => p === part).length);
      expect(Math.abs(ours - theirs) / theirs, `${part}: ${ours} and ${theirs}`).toBeLessThan(0.05);
    }
    expect(splitHash(clips, split)).toBe(ARTIST_DISJOINT_HASH);
  });

  it('has the artist-disjoint split that is written down, which the official tables and their 50 tags give', async () => {
    const top = new Map(topTags(tables, 50).map(({ tag }, i) => [tag, i]));
    const clips = tables.clips.map((clip) => ({
      ...clip,
      // Its artists were in the order of their names in clip_info_final.csv.
      artistKey: clip.artist.toLowerCase(),
      tags: clip.tags.flatMap((tag) => top.get(tables.tags[tag]) ?? []),
    }));
    expect(splitHash(clips, computeArtistSplit(clips, 50))).toBe(ARTIST_DISJOINT_HASH);
  });

  it('has the same artist-disjoint split without clip_info_final.csv, and in a part of the table', async () => {
    const alone = await mkdtemp(join(tmpdir(), 'polytag-mtat-'));
    await copyFile(join(root, 'annotations_final.csv.gz'), join(alone, 'annotations_final.csv.gz'));
    const { clips } = await readMtatTables(alone);
    const split = artistDisjointSplit(clips, 50);
    expect(split).toEqual(artistDisjointSplit(tables.clips, 50));
    const part = clips.filter((_, i) => i % 7 === 0);
    expect(artistDisjointSplit(part, 20)).toEqual(split.filter((_, i) => i % 7 === 0));
  });
});
