import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Split } from '../../../src/data/dataset.js';
import type { SongPlan } from '../../../src/data/synth/plan/clip-plan.js';
import { FOLDERS, folderSizes, splitOf } from '../../../src/data/synth/plan/folders.js';
import { planCorpus } from '../../../src/data/synth/plan/plan.js';
import { SYNTHETIC_TAGS, tagRules, tagsOf } from '../../../src/data/synth/plan/tags.js';
import { needsShared, referencePath } from '../../reference.js';

const SPLITS: Split[] = ['train', 'validation', 'test'];

describe('folderSizes', () => {
  it.each([16, 17, 31, 64, 100, 240, 1000, 25863])('gives every folder clips and adds up to %i', (clips) => {
    const sizes = folderSizes(clips);
    expect(sizes).toHaveLength(16);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1);
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(clips);
  });
});

describe('planCorpus', () => {
  it.each([64, 65, 80, 96, 128, 240, 400])(
    'shows every tag present and absent, and every quadrant, in each split of %i clips',
    (clips) => {
      for (let seed = 0; seed < 20; seed++) {
        const plan = planCorpus(clips, 8, seed);
        for (const split of SPLITS) {
          const members = plan.filter((clip) => splitOf(clip.folder) === split);
          for (const tag of SYNTHETIC_TAGS) {
            const count = members.filter(tagRules[tag]).length;
            expect(count, `${tag}, seed ${seed}, ${split}`).toBeGreaterThan(0);
            expect(count, `${tag}, seed ${seed}, ${split}`).toBeLessThan(members.length);
          }
          const quadrants = new Set(members.map(({ song }) => `${song.energy}/${song.mood}`));
          expect(quadrants.size, `quadrants, seed ${seed}, ${split}`).toBe(4);
        }
      }
    },
  );

  it('keeps songs and albums within a folder, and lets some artists cross the split', () => {
    const plan = planCorpus(240, 8, 3);
    const folders = new Map<string, Set<string>>();
    const splits = new Map<string, Set<Split>>();
    for (const { folder, song } of plan) {
      const album = `${song.artist.name}/${song.album}`;
      folders.set(album, (folders.get(album) ?? new Set()).add(folder));
      splits.set(song.artist.name, (splits.get(song.artist.name) ?? new Set()).add(splitOf(folder)));
    }
    expect([...folders.values()].every((set) => set.size === 1)).toBe(true);
    const crossing = [...splits.values()].filter((set) => set.size > 1).length;
    expect(crossing).toBeGreaterThan(0);
    expect(crossing).toBeLessThan(splits.size);
    expect(new Set(plan.map((clip) => clip.song)).size).toBeLessThan(240 / 2 + 16);
    expect(new Set(plan.map((clip) => clip.folder))).toEqual(new Set(FOLDERS));
  });

  it('has distinct ascending ids that say nothing about the split', () => {
    const plan = planCorpus(240, 8, 5);
    const ids = plan.map((clip) => clip.id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    const half = plan.slice(0, 120).filter((clip) => splitOf(clip.folder) === 'train').length;
    expect(half).toBeGreaterThan(70);
    expect(half).toBeLessThan(110);
  });

  it('cuts the clips of a song from different places', () => {
    const starts = new Map<SongPlan, number[]>();
    for (const { song, start } of planCorpus(100, 8, 1))
      starts.set(song, [...(starts.get(song) ?? []), start]);
    for (const list of starts.values()) expect(new Set(list).size).toBe(list.length);
  });

  it('says exactly one of vocal and no vocal', () => {
    for (const clip of planCorpus(100, 8, 2)) {
      const tags = tagsOf(clip);
      expect(tags.includes('vocal')).toBe(!tags.includes('no vocal'));
      expect(tags.includes('vocal')).toBe(tags.includes('male voice') || tags.includes('female voice'));
    }
  });

  it('uses only tags of MagnaTagATune', (ctx) => {
    needsShared(ctx);
    const official = referencePath('data', 'mtat-metadata', 'official', 'annotations_final.csv.gz');
    const head = gunzipSync(readFileSync(official)).toString('utf8').split('\r\n', 1)[0];
    const known = new Set(head.split('\t').map((field) => field.slice(1, -1)));
    expect(SYNTHETIC_TAGS.filter((tag) => !known.has(tag))).toEqual([]);
  });
});
