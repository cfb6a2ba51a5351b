/** Codes in an index: what is found by them, what damage does, what is refused. */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { addChecksums } from '../../../../src/base/checksums.js';
import { Failure, Interrupted } from '../../../../src/base/errors.js';
import type { TagRow } from '../../../../src/catalogue/row.js';
import { buildIndex } from '../../../../src/catalogue/similar/build-index.js';
import { RowSample } from '../../../../src/catalogue/similar/codes/fit-hasher.js';
import { loadEmbeddings } from '../../../../src/catalogue/similar/embedding-index.js';
import { INDEX_FILES, IndexFolder, isIndex } from '../../../../src/catalogue/similar/index-folder.js';
import { distanceOfCodes, rerankedCodes } from '../../../../src/catalogue/similar/measures.js';
import { writeTable } from '../../../../src/catalogue/tables/index.js';
import { openCodes } from '../../../../src/index.js';
import { fitHasher } from '../../../../src/models/hashing/index.js';
import { runHere } from '../../../cli/in-process.js';
import { madeCatalogue, streamOf } from '../../tables/made-table.js';

const folder = await mkdtemp(join(tmpdir(), 'polytag-index-codes-'));
const [table, whole, bare] = ['tags.arrow', 'whole', 'bare'].map((name) => join(folder, name));
const LENGTH = 40;
const { header, rows } = madeCatalogue(400, ['guitar', 'voice', 'drums'], LENGTH);
const HASH = { kind: 'itq', bits: 32 } as const;

beforeAll(async () => {
  await writeTable(table, header, streamOf(rows));
  await buildIndex(table, whole, { hash: HASH });
  await buildIndex(table, bare, { hash: HASH, codesOnly: true });
});

/** A copy of an index. */
async function copyOf(index: string, name: string): Promise<string> {
  const copy = join(folder, name);
  await mkdir(copy);
  for (const file of await readdir(index)) await copyFile(join(index, file), join(copy, file));
  return copy;
}

const codesOf = async (path: string) => (await IndexFolder.open(path)).codes(false);

interface JsonAnswer {
  by: string;
  measure: string;
  bits?: number;
  candidates?: number;
  neighbours: { path: string; similarity?: number; distance?: number }[];
}

async function ask(...words: string[]): Promise<JsonAnswer> {
  const { code, stdout, stderr } = await runHere('similar', ...words, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return (JSON.parse(stdout) as JsonAnswer[])[0];
}

describe('codes of an index', () => {
  it('are those of a hasher that is fitted to its vectors', async () => {
    const { unit, paths } = await loadEmbeddings(table);
    const training = { embeddings: unit, rows: paths.length, width: LENGTH, bits: 32, seed: 1 };
    const hasher = fitHasher({ kind: 'itq' }, training);
    const { codes, hasher: stored, readVectors } = await codesOf(whole);
    expect([...codes.view()]).toEqual([...hasher.encode(unit, paths.length)]);
    expect(stored.encode(unit, paths.length)).toEqual(hasher.encode(unit, paths.length));
    const wanted = [391, 3, 3, 200];
    const read = await readVectors!(wanted);
    for (const [i, row] of wanted.entries())
      expect(read.subarray(i * LENGTH, (i + 1) * LENGTH)).toEqual(
        unit.subarray(row * LENGTH, (row + 1) * LENGTH),
      );
  });

  it('stand alone where they are asked for', async () => {
    expect((await readdir(bare)).sort()).toEqual(
      ['SHA256SUMS', 'codes.bin', 'hasher.safetensors', 'index.json', 'tracks.arrow'].sort(),
    );
    const [alone, beside] = [await codesOf(bare), await codesOf(whole)];
    expect(alone.readVectors).toBeNull();
    expect([...alone.codes.view()]).toEqual([...beside.codes.view()]);
    expect((await stat(join(bare, 'codes.bin'))).size).toBe(4 * 392);
    await expect((await IndexFolder.open(bare)).embeddings(false)).rejects.toThrow(
      /holds codes alone, without embeddings; compare by code, or build it without --codes-only\.$/,
    );
  });

  it.each([INDEX_FILES.description, INDEX_FILES.codes, INDEX_FILES.hasher, INDEX_FILES.tracks])(
    'with a flipped bit or a cut in %s are refused in a sentence',
    async (name) => {
      const copy = await copyOf(whole, `damaged-${name}`);
      const bytes = await readFile(join(whole, name));
      for (const at of [0, Math.floor(bytes.length / 2), bytes.length - 2]) {
        const flipped = Buffer.from(bytes);
        flipped[at] ^= 1;
        await writeFile(join(copy, name), flipped);
        await expect(codesOf(copy)).rejects.toThrow(
          /^The index .* is damaged \([^\n]*\); build it again with --overwrite\.$/,
        );
      }
      for (const cut of [bytes.subarray(0, -1), bytes.subarray(0, 0), Buffer.concat([bytes, bytes])]) {
        await writeFile(join(copy, name), cut);
        await expect(codesOf(copy)).rejects.toThrow(Failure);
      }
      await rm(join(copy, name));
      const { code, stderr } = await runHere('similar', copy, 'track 3.mp3', '--by', 'code');
      expect([code, stderr.trimEnd().split('\n').length]).toEqual([
        name === INDEX_FILES.description ? 2 : 1,
        1,
      ]);
    },
  );

  it('find damage of a vector when it is read, and not before', async () => {
    const copy = await copyOf(whole, 'damaged-vector');
    const bytes = await readFile(join(whole, INDEX_FILES.vectors));
    bytes[5] ^= 4;
    await writeFile(join(copy, INDEX_FILES.vectors), bytes);
    const { readVectors } = await codesOf(copy);
    await expect(readVectors!([0])).rejects.toThrow(
      /^The index .* is damaged \(vectors\.f32: its content is not what was written\); build it again/,
    );
  });

  it('refuse the hasher of other codes', async () => {
    const other = join(folder, 'other');
    await buildIndex(table, other, { hash: { kind: 'lsh', bits: 32 } });
    const copy = await copyOf(whole, 'exchanged');
    await copyFile(join(other, INDEX_FILES.hasher), join(copy, INDEX_FILES.hasher));
    await addChecksums(copy, [INDEX_FILES.hasher]);
    await expect(codesOf(copy)).rejects.toThrow(
      /is damaged \(hasher\.safetensors: it is not the hasher that made the codes\)/,
    );
  });

  it('go where an index is replaced by one without', async () => {
    const out = await copyOf(whole, 'replaced');
    await buildIndex(table, out);
    expect(await readdir(out)).not.toContain(INDEX_FILES.codes);
    expect(await readdir(out)).not.toContain(INDEX_FILES.hasher);
    await expect(codesOf(out)).rejects.toThrow(/has no codes; build it with --hash, or compare by embedding/);
  });

  it('that were not finished are none, and the same command makes them', async () => {
    const out = join(folder, 'stopped');
    const controller = new AbortController();
    const log = (): void => controller.abort();
    await expect(buildIndex(table, out, { hash: HASH, log, signal: controller.signal })).rejects.toThrow(
      Interrupted,
    );
    expect(await isIndex(out)).toBe(false);
    await writeFile(join(out, `${INDEX_FILES.codes}.part`), 'half');
    const built = await runHere(
      'index',
      'build',
      table,
      '--out',
      out,
      '--hash',
      'itq',
      '--bits',
      '32',
      '--json',
    );
    expect(JSON.parse(built.stdout)).toEqual({
      out,
      tracks: 392,
      without: 8,
      approximate: false,
      codes: HASH,
    });
    expect([...(await codesOf(out)).codes.view()]).toEqual([...(await codesOf(whole)).codes.view()]);
  });
});

describe('openCodes', () => {
  it('searches with tables as without, and encodes what the model gives', async () => {
    const [plain, tabled] = [await openCodes(whole), await openCodes(bare, { tables: true })];
    expect(tabled.paths).toEqual(plain.paths);
    for (const options of [{ count: 400, within: 6 }, { count: 9, within: 0 }, { count: 9 }])
      for (const row of [0, 200, 391]) {
        const found = plain.nearest(plain.codeOf(row), options);
        expect(tabled.nearest(tabled.codeOf(row), options)).toEqual(found);
        expect(found).toContainEqual({ row, distance: 0 });
      }
    expect(plain.encode(rows[3].embedding!)).toEqual(plain.codeOf(3));
    expect(() => plain.encode(new Float32Array(7))).toThrow(RangeError);
    await expect(openCodes(table)).rejects.toThrow(/is not an index of "polytag index build"\.$/);
  });
});

describe('a sample of rows', () => {
  it('is all of few rows, and of many an equal share of each part', () => {
    const few = new RowSample(10);
    for (let i = 0; i < 7; i++) few.add(Float32Array.of(i, -i));
    few.add(Float32Array.of(1, Number.NaN));
    expect([...few.take(2)]).toEqual([0, -0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6]);
    const many = new RowSample(1000);
    for (let i = 0; i < 10_000; i++) many.add(Float32Array.of(i));
    expect(many.size).toBe(1000);
    const taken = [...many.take(1)];
    expect(new Set(taken).size).toBe(1000);
    // 4.5 standard deviations of the hypergeometric distribution.
    const first = taken.filter((value) => value < 5000).length;
    expect(Math.abs(first - 500)).toBeLessThan(68);
  });
});

describe('polytag similar --by code', () => {
  const known = rows.filter(({ embedding }) => embedding !== null);

  /** Rows by distance from a row's code, without the row. */
  async function byDistance(from: number): Promise<{ row: number; distance: number }[]> {
    const words = [...(await codesOf(whole)).codes.view()];
    return words
      .map((word, row) => ({ row, distance: bits(word ^ words[from]) }))
      .filter(({ row }) => row !== from)
      .sort((a, b) => a.distance - b.distance || a.row - b.row);
  }
  const bits = (word: number): number => [...(word >>> 0).toString(2)].filter((bit) => bit === '1').length;

  it('ranks by distance, of equals the first in the table', async () => {
    const wanted = (await byDistance(3)).slice(0, 25);
    const answer = await ask(whole, 'track 3.mp3', '--by', 'code', '--count', '25');
    expect(answer).toMatchObject({ by: 'code', measure: 'hamming', bits: 32 });
    expect(answer.neighbours.map(({ path, distance }) => [path, distance])).toEqual(
      wanted.map(({ row, distance }) => [known[row].path, distance]),
    );
    expect(answer.neighbours[0]).not.toHaveProperty('similarity');
    expect(await ask(bare, 'track 3.mp3', '--count', '25')).toEqual(answer);
    const near = await ask(bare, 'track 3.mp3', '--within', '4', '--count', '400', '--by', 'code');
    expect(near.neighbours).toEqual(
      (await ask(bare, 'track 3.mp3', '--count', '400')).neighbours.filter(({ distance }) => distance! <= 4),
    );
    const { stdout } = await runHere('similar', bare, 'track 3.mp3', '--count', '1');
    expect(stdout).toMatch(/^music.*\ndistance +track +name +top tags\n *\d+ /);
  });

  it('puts the nearest codes in the order of their embeddings', async () => {
    const { by: _, ...exact } = await ask(whole, 'track 3.mp3', '--count', '50');
    const { by, neighbours, ...rest } = await ask(
      whole,
      'track 3.mp3',
      '--by',
      'code',
      '--rerank',
      '--count',
      '50',
    );
    // Of 392 tracks all are candidates.
    expect({ by, ...rest }).toMatchObject({ by: 'code', measure: 'cosine', bits: 32, candidates: 1000 });
    expect(neighbours.map(({ distance: _, ...neighbour }) => neighbour)).toEqual(exact.neighbours);
    const distances = new Map((await byDistance(3)).map(({ row, distance }) => [known[row].path, distance]));
    for (const { path, distance } of neighbours) expect(distance).toBe(distances.get(path));
    const above = await ask(
      whole,
      'track 3.mp3',
      '--by',
      'code',
      '--rerank',
      '--above',
      '0.8',
      '--within',
      '6',
    );
    expect(above.neighbours.length).toBeGreaterThan(0);
    for (const { similarity, distance } of above.neighbours)
      expect([similarity! >= 0.8, distance! <= 6]).toEqual([true, true]);
  });

  it('takes filters, artists to leave out and several tracks at once', async () => {
    const all = await ask(whole, 'track 3.mp3', '--by', 'code', '--count', '400');
    const durations = new Map(rows.map(({ path, duration }) => [path, duration!]));
    const short = await ask(whole, 'track 3.mp3', '--by', 'code', '--filter', 'duration < 60');
    expect(short.neighbours).toEqual(
      all.neighbours.filter(({ path }) => durations.get(path)! < 60).slice(0, 10),
    );
    const others = await ask(bare, 'track 3.mp3', '--exclude', 'artist', '--count', '400');
    expect(others.neighbours).toEqual(all.neighbours.filter(({ path }) => !path.includes('artist 3/')));
    const both = await ask(whole, 'track 3.mp3', 'track 5.mp3', '--together', '--by', 'code', '--count', '5');
    const { codes, hasher, readVectors } = await codesOf(whole);
    const [a, b] = [await readVectors!([3]), await readVectors!([5])];
    const mean = hasher.encode(
      a.map((value, i) => value + b[i]),
      1,
    );
    const isOther = (row: number): boolean => row !== 3 && row !== 5;
    expect(both.neighbours.map(({ path, distance }) => [path, distance])).toEqual(
      codes
        .nearest(mean, { count: 5, wanted: isOther })
        .map(({ row, distance }) => [known[row].path, distance]),
    );
  });

  it('encodes a file outside the catalogue by the hasher of the index', async () => {
    const index = await codesOf(whole);
    const file = { path: 'new.mp3', tops: [], artist: null, album: null, scores: new Float32Array(3) };
    const embedded = { ...file, unit: await index.readVectors!([7]), embedding: new Float32Array(0) };
    for (const measure of [distanceOfCodes(index), rerankedCodes(index)]) {
      const ofFile = await measure.nearest([{ ...file, row: null, embedded }], 6, () => true);
      const ofTrack = await measure.nearest([{ ...file, row: 7, embedded: null }], 6, () => true);
      expect(ofFile).toEqual(ofTrack);
      expect(ofFile.some(({ row, distance }) => row === 7 && distance === 0)).toBe(true);
    }
  });

  it('leaves the exact cosine of an index with codes as it is', async () => {
    const plain = await ask(table, 'track 3.mp3');
    expect(plain).toMatchObject({ by: 'embedding', measure: 'cosine' });
    expect(await ask(whole, 'track 3.mp3')).toEqual(plain);
    const byTags = await ask(table, 'track 3.mp3', '--by', 'tags');
    for (const index of [whole, bare])
      expect(await ask(index, 'track 3.mp3', '--by', 'tags')).toEqual(byTags);
  });

  it('ends wrong use with code 2 and a sentence', async () => {
    const outside = join(folder, 'outside.wav');
    await writeFile(outside, 'no audio');
    const none = join(folder, 'no-tracks.arrow');
    const empty: TagRow[] = [];
    await writeTable(none, header, streamOf(empty));
    const build = (...words: string[]) => ['index', 'build', table, '--out', join(folder, 'x'), ...words];
    for (const [words, sentence] of [
      [
        ['similar', table, 'track 3.mp3', '--by', 'code'],
        /is a table, which has no codes; make an index with/,
      ],
      [['similar', whole, 'track 3.mp3', '--within', '3'], /^--within is for codes; add --by code\.$/],
      [['similar', table, 'track 3.mp3', '--rerank'], /^--rerank is for codes; add --by code\.$/],
      [
        ['similar', whole, 'track 3.mp3', '--by', 'code', '--above', '0.5'],
        /of codes give --within, or add --rerank/,
      ],
      [['similar', whole, 'track 3.mp3', '--by', 'code', '--within', '-1'], /^--within must be/],
      [['similar', bare, 'track 3.mp3', '--rerank'], /holds codes alone, so that --rerank has no embeddings/],
      [['similar', bare, 'track 3.mp3', '--by', 'embedding'], /holds codes alone, without embeddings/],
      [['similar', bare, 'track 3.mp3', 'track 4.mp3', '--together'], /of which no mean can be taken/],
      [
        ['similar', whole, outside, '--by', 'code'],
        /made by the model made, which is not here .*give --model/,
      ],
      [build('--codes-only'), /^--codes-only is for codes; add --hash\.$/],
      [build('--bits', '64'), /^--bits is for codes; add --hash\.$/],
      [build('--hash', 'itq', '--bits', '48'), /^--bits must be a multiple of 32 from 32 to 256, not 48\.$/],
      [
        build('--hash', 'ksh'),
        /^--hash: ksh learns from labels, which a catalogue does not have; take lsh, sh, itq, or a run\.$/,
      ],
      [build('--hash', 'itq', '--bits', '64'), /^itq has no 64 bits for embeddings of 40 numbers/],
      [
        ['index', 'build', none, '--out', join(folder, 'y'), '--hash', 'itq', '--bits', '32'],
        /no embeddings to learn codes from/,
      ],
    ] as const) {
      const { code, stderr } = await runHere(...words);
      const lines = stderr.trimEnd().split('\n');
      expect([words, code, lines[lines.length - 1]]).toEqual([words, 2, expect.stringMatching(sentence)]);
    }
  });
});
