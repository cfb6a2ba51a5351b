/** The index of a catalogue: what is searched, what damage does, what a killed build leaves. */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { addChecksums, CHECKSUMS } from '../../../src/base/checksums.js';
import { Failure, Interrupted } from '../../../src/base/errors.js';
import { buildIndex } from '../../../src/catalogue/similar/build-index.js';
import { loadEmbeddings } from '../../../src/catalogue/similar/embedding-index.js';
import {
  INDEX_FILES,
  IndexFolder,
  isIndex,
  requireIndexPlace,
} from '../../../src/catalogue/similar/index-folder.js';
import { writeTable } from '../../../src/catalogue/tables/index.js';
import { runHere } from '../../cli/in-process.js';
import { madeCatalogue, streamOf } from '../tables/made-table.js';

const folder = await mkdtemp(join(tmpdir(), 'polytag-index-'));
const table = join(folder, 'tags.parquet');
const whole = join(folder, 'whole');
const { header, rows } = madeCatalogue(300, ['guitar', 'voice', 'drums'], 12);

beforeAll(async () => {
  await writeTable(table, header, streamOf(rows));
  expect(await buildIndex(table, whole)).toEqual({ tracks: 294, without: 6, approximate: false });
});

const openIndex = async (path: string, { scores = false } = {}) =>
  (await IndexFolder.open(path)).embeddings(scores);

/** A copy of the index. */
async function copyOf(name: string): Promise<string> {
  const copy = join(folder, name);
  await mkdir(copy);
  for (const file of await readdir(whole)) await copyFile(join(whole, file), join(copy, file));
  return copy;
}

describe('an index', () => {
  it.each([true, false])('holds what its table holds, scores: %s', async (scores) => {
    expect(await openIndex(whole, { scores })).toEqual(await loadEmbeddings(table, { scores }));
  });

  it('of more tracks than a block of vectors has is the same', async () => {
    const many = madeCatalogue(5000, ['a', 'b'], 500);
    const large = join(folder, 'large.arrow');
    await writeTable(large, many.header, streamOf(many.rows));
    await buildIndex(large, join(folder, 'large'));
    const [ofIndex, ofTable] = [await openIndex(join(folder, 'large')), await loadEmbeddings(large)];
    expect(ofIndex.unit).toHaveLength(4900 * 500);
    // Millions of numbers: toEqual would take longer than all the rest.
    const [bytes, wanted] = [ofIndex.unit, ofTable.unit].map(({ buffer, byteOffset, byteLength }) =>
      Buffer.from(buffer, byteOffset, byteLength),
    );
    expect(bytes.equals(wanted)).toBe(true);
  });

  it('of no tracks finds nothing', async () => {
    const empty = join(folder, 'empty.arrow');
    await writeTable(empty, header, streamOf([]));
    await buildIndex(empty, join(folder, 'empty'));
    expect(await openIndex(join(folder, 'empty'))).toMatchObject({ paths: [], unit: new Float32Array(0) });
  });

  it.each([INDEX_FILES.description, INDEX_FILES.vectors, INDEX_FILES.tracks])(
    'with a flipped bit or a cut in %s is refused in a sentence',
    async (name) => {
      const copy = await copyOf(`damaged-${name}`);
      const bytes = await readFile(join(whole, name));
      for (const at of [0, Math.floor(bytes.length / 2), bytes.length - 2]) {
        const flipped = Buffer.from(bytes);
        flipped[at] ^= 1;
        await writeFile(join(copy, name), flipped);
        await expect(openIndex(copy)).rejects.toThrow(
          /^The index .* is damaged \([^\n]*\); build it again with --overwrite\.$/,
        );
      }
      await writeFile(join(copy, name), bytes.subarray(0, -1));
      await expect(openIndex(copy)).rejects.toThrow(Failure);
    },
  );

  it('of the first version is read', async () => {
    const old = await copyOf('old');
    const { vectors, codes, ...rest } = JSON.parse(await readFile(join(whole, 'index.json'), 'utf8')) as {
      [key: string]: unknown;
    };
    expect([vectors, codes, rest.version]).toEqual([expect.anything(), null, 2]);
    const sums = [crc32(await readFile(join(whole, 'vectors.f32')))];
    const text = `${JSON.stringify({ ...rest, version: 1, sums })}\n`;
    await rm(join(old, CHECKSUMS));
    await addChecksums(old, [INDEX_FILES.tracks], { [INDEX_FILES.description]: text });
    await writeFile(join(old, INDEX_FILES.description), text);
    expect(await openIndex(old)).toEqual(await openIndex(whole));
    await writeFile(join(old, INDEX_FILES.vectors), Buffer.alloc(294 * 12 * 4));
    await expect(openIndex(old)).rejects.toThrow(/vectors\.f32: its content is not what was written/);
  });

  it('that was not finished is none, and the same command makes it', async () => {
    const out = join(folder, 'stopped');
    const controller = new AbortController();
    const build = buildIndex(table, out, {
      signal: controller.signal,
      onTrack: (done) => {
        if (done === 100) controller.abort();
      },
    });
    await expect(build).rejects.toThrow(Interrupted);
    expect(await isIndex(out)).toBe(false);
    // What a kill leaves.
    await mkdir(out, { recursive: true });
    await writeFile(join(out, `${INDEX_FILES.vectors}.part`), 'half');
    await copyFile(join(whole, INDEX_FILES.tracks), join(out, INDEX_FILES.tracks));
    const asked = await runHere('similar', out, 'track 1.mp3');
    expect([asked.code, asked.stderr]).toEqual([
      2,
      expect.stringContaining(
        `${out} is an index that was not finished; run the same "polytag index build" again.`,
      ),
    ]);
    await requireIndexPlace(out, false);
    await buildIndex(table, out);
    expect(await openIndex(out)).toEqual(await openIndex(whole));
  });

  it('replaces no folder of another kind, and another index only where this is asked for', async () => {
    const other = join(folder, 'other');
    await mkdir(other);
    await writeFile(join(other, 'song.mp3'), '');
    await expect(requireIndexPlace(other, true)).rejects.toThrow(/is not empty and not an index/);
    await expect(requireIndexPlace(whole, false)).rejects.toThrow(/is an index already; .*--overwrite/);
    await requireIndexPlace(whole, true);
  });
});

describe('polytag index build', () => {
  it('makes an index that polytag similar searches as its table', async () => {
    const out = join(folder, 'built');
    const built = await runHere('index', 'build', table, '--out', out, '--json');
    expect(built).toMatchObject({ code: 0 });
    expect(JSON.parse(built.stdout)).toEqual({ out, tracks: 294, without: 6, approximate: false });
    for (const words of [
      ['track 3.mp3', '--count', '4', '--json'],
      ['guitar, no drums', '--json'],
      ['--tag', 'drums'],
      ['track 3.mp3', '--by', 'tags', '--filter', 'duration < 100', '--json'],
    ]) {
      const [ofIndex, ofTable] = [
        await runHere('similar', out, ...words),
        await runHere('similar', table, ...words),
      ];
      expect(ofIndex).toEqual(ofTable);
      expect(ofIndex.code).toBe(0);
    }
    const none = join(folder, 'bare.arrow');
    await writeTable(
      none,
      { ...header, embedding: null },
      streamOf(rows.map((row) => ({ ...row, embedding: null }))),
    );
    for (const [words, sentence] of [
      [[table, '--out', out], /is an index already; replace it with --overwrite/],
      [[none, '--out', join(folder, 'x')], /has no embeddings; make it with "polytag tag … --embedding/],
      [[folder, '--out', join(folder, 'x')], /is not a table of "polytag tag": give --model/],
      [[join(folder, 'no.arrow'), '--out', join(folder, 'x')], /^There is no file/],
    ] as const) {
      const { code, stderr } = await runHere('index', 'build', ...words);
      expect([code, stderr.trimEnd().split('\n')]).toEqual([2, [expect.stringMatching(sentence)]]);
    }
    await rm(out, { recursive: true });
  });
});
