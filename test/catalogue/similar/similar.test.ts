import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/base/errors.js';
import type { TagRow } from '../../../src/catalogue/row.js';
import { loadEmbeddings, normalise } from '../../../src/catalogue/similar/embedding-index.js';
import { findTrack } from '../../../src/catalogue/similar/find-track.js';
import { nearestTracks } from '../../../src/catalogue/similar/nearest-tracks.js';
import { writeTable } from '../../../src/catalogue/tables/index.js';
import { runHere } from '../../cli/in-process.js';
import fc from '../../fast-check.js';
import { madeCatalogue, streamOf } from '../tables/made-table.js';

const folder = await mkdtemp(join(tmpdir(), 'polytag-similar-'));
const table = join(folder, 'tags.parquet');
const { header, rows } = madeCatalogue(300, ['guitar', 'voice', 'drums'], 12);
await writeTable(table, header, streamOf(rows));

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array): number =>
    x.reduce((sum, value, i) => sum + value * y[i], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe('nearestTracks', () => {
  it('finds what sorting all cosines finds', async () => {
    const index = await loadEmbeddings(table);
    const known = rows.filter((row) => row.embedding !== null);
    expect(index.paths).toEqual(known.map((row) => row.path));
    expect(index.without.size).toBe(rows.length - known.length);
    for (const row of [0, 17, known.length - 1]) {
      const query = index.unit.subarray(row * 12, (row + 1) * 12);
      const wanted = known
        .map(({ embedding }, other) => ({ other, similarity: cosine(embedding!, known[row].embedding!) }))
        .filter(({ other }) => other !== row)
        .sort((a, b) => b.similarity - a.similarity)
        .slice(0, 25);
      const found = nearestTracks(index, query, { count: 25, wanted: (other) => other !== row });
      expect(found.map((neighbour) => neighbour.row)).toEqual(wanted.map(({ other }) => other));
      found.forEach(({ similarity }, i) => {
        expect(similarity).toBeCloseTo(wanted[i].similarity, 6);
      });
    }
  });

  it('orders equals by their place, and keeps to count and least similarity', () => {
    const vector = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(vector, { maxLength: 30 }),
        vector,
        fc.integer({ min: 1, max: 12 }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (vectors, wanted, count, above) => {
          const unit = new Float32Array(vectors.flat());
          vectors.forEach((_, row) => {
            normalise(unit.subarray(3 * row, 3 * row + 3));
          });
          const query = Float32Array.from(wanted);
          normalise(query);
          const found = nearestTracks({ unit, length: 3 }, query, { count, above });
          const all = nearestTracks({ unit, length: 3 }, query, { count: vectors.length + 1 });
          expect(all.length).toBe(vectors.length);
          for (let i = 1; i < all.length; i++) {
            const [before, after] = [all[i - 1], all[i]];
            expect(
              before.similarity > after.similarity ||
                (before.similarity === after.similarity && before.row < after.row),
            ).toBe(true);
          }
          expect(found).toEqual(all.filter(({ similarity }) => similarity >= above).slice(0, count));
        },
      ),
    );
  });

  it('knows no neighbours of nothing, and a track of zeros as like no other', () => {
    const empty = { unit: new Float32Array(0), length: 2, paths: [] };
    expect(nearestTracks(empty, Float32Array.of(1, 0), { count: 3 })).toEqual([]);
    const zeros = { unit: Float32Array.of(0, 0, 1, 0), length: 2, paths: ['silence', 'music'] };
    expect(nearestTracks(zeros, Float32Array.of(1, 0), { count: 3 })).toEqual([
      { row: 1, similarity: 1 },
      { row: 0, similarity: 0 },
    ]);
    expect(() => nearestTracks(zeros, Float32Array.of(1, 0), { count: 0 })).toThrow(RangeError);
    expect(() => nearestTracks(zeros, Float32Array.of(1), { count: 1 })).toThrow(RangeError);
  });
});

describe('normalise', () => {
  it('keeps directions at any scale', () => {
    const huge = Float32Array.of(3e38, 3e38);
    normalise(huge);
    expect([...huge]).toEqual([Math.fround(Math.SQRT1_2), Math.fround(Math.SQRT1_2)]);
    const tiny = Float32Array.of(1e-45, 0);
    normalise(tiny);
    expect([...tiny]).toEqual([1, 0]);
  });
});

describe('findTrack', () => {
  const paths = ['/music/a/one.mp3', '/music/b/one.mp3', '/music/b/two.mp3', 'C:\\music\\three.mp3'];
  const index = { paths, without: new Map([['/music/b/broken.mp3', 'The file is not audio.']]) };

  it('takes a path or the end of one', () => {
    expect(
      ['/music/a/one.mp3', 'a/one.mp3', 'two.mp3', './b/two.mp3', 'three.mp3'].map((end) =>
        findTrack(index, end),
      ),
    ).toEqual([0, 0, 2, 2, 3]);
  });

  it('says what is wrong with others', () => {
    expect(() => findTrack(index, 'one.mp3')).toThrow(
      /^2 tracks end in one\.mp3: \/music\/a\/one\.mp3; \/music\/b\/one\.mp3\. Write more of the path\.$/,
    );
    expect(() => findTrack(index, 'tow.mp3')).toThrow(
      /no track with "tow\.mp3" .*; the nearest name is \/music\/b\/two\.mp3\.$/,
    );
    expect(findTrack(index, 'wo.mp3')).toBe(2);
    expect(() => findTrack(index, 'broken')).toThrow(UsageError);
    expect(() => findTrack(index, 'broken.mp3')).toThrow(
      /no embedding in the table: The file is not audio\./,
    );
    expect(() => findTrack({ paths: [], without: new Map() }, 'x')).toThrow(/no track with an embedding/);
  });
});

describe('findTrack by names', () => {
  const index = {
    paths: ['/m/01.mp3', '/m/02.mp3', '/m/-dash.mp3'],
    titles: ['Fantasma', 'Fantasía', null],
    artists: ['Los Rombos', 'Los Rombos', null],
    without: new Map<string, string>(),
  };

  it('takes a part of a title or an artist, in any case, and words of both', () => {
    expect(findTrack(index, 'fantasma')).toBe(0);
    expect(findTrack(index, 'rombos fantasía')).toBe(1);
    expect(findTrack(index, 'DASH')).toBe(2);
  });

  it('lists the tracks that match, where they are several', () => {
    expect(() => findTrack(index, 'Los Rombos')).toThrow(
      /^2 tracks have "Los Rombos" .*: \/m\/01\.mp3 \(Los Rombos: Fantasma\); \/m\/02\.mp3 /,
    );
  });

  it('suggests the nearest name, not the nearest path', () => {
    expect(() => findTrack(index, 'Los Rumbos')).toThrow(
      /nearest name is \/m\/01\.mp3 \(Los Rombos: Fantasma\)/,
    );
    expect(() => findTrack(index, 'fantazma.mp3')).toThrow(/nearest name is \/m\/01\.mp3/);
    const named = { ...index, paths: index.paths.map((path, i) => (i === 1 ? '/m/fantasma.mp3' : path)) };
    expect(() => findTrack(named, 'fantazma.mp3')).toThrow(/nearest name is \/m\/fantasma\.mp3/);
  });
});

describe('polytag similar', () => {
  const run = (...args: string[]) => runHere('similar', ...args);

  it('lists the tracks with the highest scores of a tag, and keeps neighbours to those that have it', async () => {
    const { code, stdout } = await run(table, '--tag', 'Drums', '--count', '5', '--json');
    expect(code).toBe(0);
    const wanted = rows
      .filter(({ scores }) => scores !== null)
      .sort((a, b) => b.scores![2] - a.scores![2])
      .slice(0, 5);
    const found = JSON.parse(stdout) as { path: string; score: number }[];
    expect(found.map(({ path }) => path)).toEqual(wanted.map(({ path }) => path));
    expect(found[0].score).toBeCloseTo(wanted[0].scores![2], 5);
    const near = JSON.parse((await run(table, 'track 3.mp3', '--tag', 'drums', '--json')).stdout) as {
      neighbours: { top_tags: string[] }[];
    }[];
    expect(near[0].neighbours).toHaveLength(10);
    for (const { top_tags } of near[0].neighbours) expect(top_tags).toContain('drums');
    expect((await run(table, '--tag', 'drumz')).stderr).toMatch(/no tag "drumz"; the nearest is "drums"/);
    expect(await run(table)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/Give a track .* or --tag/),
    });
  });

  it('says which model a file outside the table needs', async () => {
    const outside = join(folder, 'outside.wav');
    await writeFile(outside, 'no audio');
    const { code, stderr } = await run(table, outside);
    expect(code).toBe(2);
    expect(stderr).toMatch(/made by the model made, which is not here .*give --model/);
  });

  it('prints the nearest tracks of each track, without the track itself', async () => {
    const { code, stdout } = await run(table, 'track 3.mp3', 'track 4.mp3', '--count', '4', '--json');
    expect(code).toBe(0);
    const answers = JSON.parse(stdout) as {
      track: string;
      top_tags: string[];
      neighbours: { path: string; similarity: number; top_tags: string[] }[];
    }[];
    expect(answers.map(({ track }) => track)).toEqual([rows[3].path, rows[4].path]);
    for (const { track, top_tags, neighbours } of answers) {
      expect(neighbours).toHaveLength(4);
      expect(neighbours.every(({ path }) => path !== track)).toBe(true);
      // The made tracks lie around a centre for each tag.
      expect(neighbours.every((neighbour) => neighbour.top_tags[0] === top_tags[0])).toBe(true);
    }
    const text = await run(table, 'track 3.mp3', '--count', '2', '--above', '0.999999');
    expect(text.stdout).toContain('No other track is that similar.');
    expect((await run(table, 'track 3.mp3')).stdout.trimEnd().split('\n')).toHaveLength(12);
  });

  it('ends wrong use with code 2 and a sentence', async () => {
    const bare = join(folder, 'bare.jsonl');
    const plain: TagRow[] = rows.map((row) => ({ ...row, embedding: null }));
    await writeTable(bare, { ...header, embedding: null }, streamOf(plain));
    for (const [args, sentence] of [
      [[bare, 'track 3.mp3'], /has no embeddings; make it with "polytag tag … --embedding/],
      [[join(folder, 'none.parquet'), 'x'], /There is no file/],
      [[table, 'track 3000.mp3'], /the nearest name is/],
      [[table, 'track 3.mp3', '--count', '0'], /--count must be/],
      [[table, 'track 3.mp3', '--above', '2'], /--above must be/],
      [[folder, 'x'], /does not end like a table/],
    ] as const) {
      const { code, stdout, stderr } = await run(...args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(sentence);
      expect(stderr.trimEnd()).not.toContain('\n');
    }
  });
});
