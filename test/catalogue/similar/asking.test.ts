/** What can be asked of a catalogue besides neighbours: tags in words, filters, several tracks at once. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answersTo, type SimilarOptions } from '../../../src/catalogue/similar/answer.js';
import { loadEmbeddings, normalise } from '../../../src/catalogue/similar/embedding-index.js';
import { cosineOfEmbeddings, cosineOfTags } from '../../../src/catalogue/similar/measures.js';
import { fitOf, parseWishes, type TagWish } from '../../../src/catalogue/similar/tag-wishes.js';
import { compileFilter } from '../../../src/catalogue/similar/track-filter.js';
import { tracksWithTags } from '../../../src/catalogue/similar/tracks-with-tags.js';
import { writeTable } from '../../../src/catalogue/tables/index.js';
import { runHere } from '../../cli/in-process.js';
import fc from '../../fast-check.js';
import { madeCatalogue, streamOf } from '../tables/made-table.js';

const folder = await mkdtemp(join(tmpdir(), 'polytag-asking-'));
const table = join(folder, 'tags.arrow');
const LABELS = ['guitar', 'female vocal', 'drums'];
const { header, rows } = madeCatalogue(200, LABELS, 8);
await writeTable(table, header, streamOf(rows));
const index = await loadEmbeddings(table, { scores: true });
const known = rows.filter(({ scores }) => scores !== null);

describe('tags in words', () => {
  const labels = ['slow', 'piano', 'vocal', 'vocals', 'no vocals', 'hip-hop', 'female voice', 'rock'];
  const want = (...names: string[]): TagWish[] => names.map((label) => ({ label, isWanted: true }));

  it.each<[string, TagWish[]]>([
    ['slow piano', want('slow', 'piano')],
    ['Slow, Piano and rock', want('slow', 'piano', 'rock')],
    ['slow piano, no vocals', want('slow', 'piano', 'no vocals')],
    ['vocals', want('vocals')],
    ['pianos', want('piano')],
    ['hip hop with female voices', want('hip-hop', 'female voice')],
    ['piano without rock', [...want('piano'), { label: 'rock', isWanted: false }]],
    [
      'no rock piano',
      [
        { label: 'rock', isWanted: false },
        { label: 'piano', isWanted: true },
      ],
    ],
  ])('%s', (text, wishes) => {
    expect(parseWishes(text, labels)).toEqual(wishes);
  });

  it.each([
    ['slow pianoo', 'The table has no tag "pianoo"; the nearest is "piano".'],
    ['rock, no', '"no" does not say which tag is not wanted.'],
    [' , ', 'Name at least one tag.'],
  ])('refuses "%s" in a sentence', (text, sentence) => {
    expect(() => parseWishes(text, labels)).toThrow(sentence);
  });

  it('has one order whatever the scale of a tag that is wanted', () => {
    const score = fc.float({ min: Math.fround(0.01), max: Math.fround(0.99), noNaN: true });
    const places = [
      { place: 0, isWanted: true },
      { place: 1, isWanted: true },
      { place: 2, isWanted: false },
    ];
    fc.assert(
      fc.property(fc.tuple(score, score, score), fc.tuple(score, score, score), score, (a, b, scale) => {
        const match = (scores: number[], factor: number): number =>
          fitOf(Float32Array.of(scores[0] * factor, scores[1], scores[2]), places);
        const [x, y] = [match(a, 1), match(b, 1)];
        fc.pre(Math.abs(x - y) > 1e-5);
        expect(match(a, scale) > match(b, scale)).toBe(x > y);
        expect(x).toBeCloseTo(Math.cbrt(a[0] * a[1] * (1 - a[2])), 6);
      }),
    );
  });

  it('finds the tracks that fit best', async () => {
    const found = await tracksWithTags(table, 'guitar, no drums', 7);
    const fits = known.map(({ path, scores }) => ({ path, fit: Math.sqrt(scores![0] * (1 - scores![2])) }));
    const wanted = fits.sort((a, b) => b.fit - a.fit).slice(0, 7);
    expect(found.map(({ path }) => path)).toEqual(wanted.map(({ path }) => path));
    found.forEach(({ fit }, i) => {
      expect(fit).toBeCloseTo(wanted[i].fit, 6);
    });
  });
});

describe('a filter', () => {
  it.each<[string, (row: (typeof known)[number]) => boolean]>([
    ['duration < 100', ({ duration }) => duration! < 100],
    ['tag.guitar > 0.5 and duration >= 60', ({ scores, duration }) => scores![0] > 0.5 && duration! >= 60],
    ["'tag.female vocal' > 0.5 or tag.drums > 0.5", ({ scores }) => scores![1] > 0.5 || scores![2] > 0.5],
    ['artist in ("Artist 3", "Artist 4")', ({ artist }) => ['Artist 3', 'Artist 4'].includes(artist!)],
    ['title ~= "^Track 1.$"', ({ title }) => /^Track 1.$/.test(title!)],
    ['not (album == "")', () => false],
  ])('%s', (expression, holds) => {
    const wanted = compileFilter(expression, index);
    expect(index.paths.filter((_, row) => wanted(row))).toEqual(known.filter(holds).map(({ path }) => path));
  });

  it('is false for a duration that is not known', () => {
    const wanted = compileFilter('duration < 100', { ...index, durations: [null, 50] });
    expect([wanted(0), wanted(1)]).toEqual([false, true]);
  });

  it.each([
    ['tag.gitar > 1', '--filter: there is no "tag.gitar"; the nearest is "tag.guitar".'],
    ['durations < 3', '--filter: there is no "durations"; the nearest is "duration".'],
    ['artist < 3', '--filter: Expected a number, but got a text instead.'],
    ['duration + 1', '--filter: "duration + 1" is not a comparison.'],
    ['system("x") == 1', '--filter: Unknown function: system().'],
  ])('refuses %s in a sentence', (expression, sentence) => {
    expect(() => compileFilter(expression, index)(0)).toThrow(sentence);
  });

  it('says what cannot be read, in one line', () => {
    expect(() => compileFilter('duration <', index)).toThrow(
      /^--filter: "duration <" cannot be read \([^\n]*\); write for example 'tag\.vocal > 0\.5 and duration < 300'\.$/,
    );
  });

  it('reaches nothing but the tracks', () => {
    for (const name of ['constructor', '__proto__', 'toString'])
      expect(() => compileFilter(`${name} == 1`, index)(0)).toThrow(/^--filter: /);
  });
});

describe('answers', () => {
  const options: SimilarOptions = { count: 5, log: () => {}, signal: new AbortController().signal };
  const ask = (queries: string[], more: Partial<SimilarOptions> = {}, measure = cosineOfEmbeddings(index)) =>
    answersTo(index, measure, queries, { ...options, ...more });
  const cosine = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
    const [x, y] = [Float32Array.from(a), Float32Array.from(b)];
    normalise(x);
    normalise(y);
    return x.reduce((sum, value, i) => sum + value * y[i], 0);
  };

  it('to several tracks at once are nearest to the mean of their directions, and none of them', async () => {
    const [answer] = await ask(['track 3.mp3', 'track 5.mp3'], { isTogether: true });
    const unit = (row: number): Float32Array => index.unit.subarray(8 * row, 8 * row + 8);
    const sum = unit(3).map((value, i) => value + unit(5)[i]);
    const wanted = known
      .map(({ embedding }, row) => ({ row, similarity: cosine(embedding!, sum) }))
      .filter(({ row }) => row !== 3 && row !== 5)
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, 5);
    expect(answer.paths).toEqual([known[3].path, known[5].path]);
    expect(answer.neighbours.map(({ row }) => row)).toEqual(wanted.map(({ row }) => row));
  });

  it('leave out the artist of the query', async () => {
    const [all] = await ask(['track 3.mp3'], { count: known.length });
    const [others] = await ask(['track 3.mp3'], { count: known.length, exclude: 'artist' });
    const isOther = ({ row }: { row: number }): boolean => index.artists[row] !== 'Artist 3';
    expect(others.neighbours).toEqual(all.neighbours.filter(isOther));
    expect(others.neighbours.length).toBeLessThan(all.neighbours.length);
    await expect(ask(['track 3.mp3'], { exclude: 'album' })).rejects.toThrow(
      /^--exclude album: the album of .*track 3\.mp3 is not known; leave the option out\.$/,
    );
  });

  it('by tags compare scores', async () => {
    const [{ neighbours }] = await ask(['track 3.mp3'], {}, cosineOfTags(index));
    const wanted = known
      .map(({ scores }, row) => ({ row, similarity: cosine(scores!, known[3].scores!) }))
      .filter(({ row }) => row !== 3)
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, 5);
    expect(neighbours.map(({ row }) => row)).toEqual(wanted.map(({ row }) => row));
  });
});

describe('polytag similar', () => {
  const run = (...args: string[]) => runHere('similar', ...args);

  it('joins several tracks, not one', async () => {
    const { code, stderr } = await run(table, 'track 3.mp3', '--together');
    expect([code, stderr.trim()]).toEqual([
      2,
      '--together gives one answer to several tracks; give another track, or leave the option out.',
    ]);
  });

  it('takes tags in words where they name no track', async () => {
    const { code, stdout } = await run(table, 'guitar, no drums', '--count', '3', '--json');
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as { path: string; title: string }[];
    const wanted = await tracksWithTags(table, 'guitar, no drums', 3);
    expect(found.map(({ path, title }) => [path, title])).toEqual(
      wanted.map(({ path, title }) => [path, title]),
    );
  });

  it('prints one answer to several tracks together, filtered', async () => {
    const words = ['track 3.mp3', 'track 5.mp3', '--together', '--filter', 'duration < 60', '--json'];
    const { stdout } = await run(table, ...words);
    const [answer] = JSON.parse(stdout) as [{ tracks: string[]; neighbours: { path: string }[] }];
    expect(answer.tracks).toEqual([rows[3].path, rows[5].path]);
    expect(answer.neighbours.length).toBe(10);
    const durations = new Map(rows.map(({ path, duration }) => [path, duration!]));
    for (const { path } of answer.neighbours) expect(durations.get(path)).toBeLessThan(60);
    expect((await run(table, 'track 3.mp3', '--by', 'sound')).stderr).toMatch(
      /^--by must be one of embedding, code, tags, not "sound"\./,
    );
  });
});
