/** An index written for other programs: what these read is what the index holds. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tableFromIPC } from 'apache-arrow';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildIndex } from '../../../src/catalogue/similar/build-index.js';
import { exportIndex, INDEX_KEY } from '../../../src/catalogue/similar/export/index.js';
import { type CodeIndex, IndexFolder } from '../../../src/catalogue/similar/index-folder.js';
import { nearestTracks } from '../../../src/catalogue/similar/nearest-tracks.js';
import { readTable, writeTable } from '../../../src/catalogue/tables/index.js';
import { expectSentence, runHere } from '../../cli/in-process.js';
import { collect, madeCatalogue, streamOf } from '../tables/made-table.js';

const folder = await mkdtemp(join(tmpdir(), 'polytag-export-'));
const table = join(folder, 'tags.arrow');
const index = join(folder, 'index');
const small = join(folder, 'small');
/** A tag's name is that of the column of codes. */
const LABELS = ['guitar', 'code', "it's"];
const { header, rows } = madeCatalogue(1500, LABELS, 64);
const known = rows.filter(({ scores }) => scores !== null);
let held: CodeIndex;
let unit: Float32Array;

beforeAll(async () => {
  await writeTable(table, header, streamOf(rows));
  await buildIndex(table, index, { hash: { kind: 'itq', bits: 64 } });
  await buildIndex(table, small, { hash: { kind: 'itq', bits: 32 }, codesOnly: true });
  held = await (await IndexFolder.open(index)).codes(true);
  unit = (await (await IndexFolder.open(index)).embeddings(false)).unit;
});

/** The bits of a track's code, in the order of their numbers, by the words of the index. */
const bitsOf = (row: number): number[] =>
  Array.from({ length: 64 }, (_, j) => (held.codes.view()[2 * row + (j >> 5)] >>> (j & 31)) & 1);

const bitsIn = (bytes: Iterable<number>): number[] =>
  Array.from(bytes).flatMap((byte) => Array.from({ length: 8 }, (_, j) => (byte >> j) & 1));

async function identity(): Promise<unknown> {
  const { description } = await IndexFolder.open(index);
  const { codes, model, weights, length, tracks } = description;
  const { parameters, hasher } = codes!;
  return { model, weights, length, tracks, code: { column: 'code', bits: 64, hasher, parameters } };
}

describe('an index as Parquet', () => {
  const out = join(folder, 'tracks.parquet');

  it('has a row for each track, with its vector, its code and its scores', async () => {
    expect(await exportIndex(index, 'parquet', out)).toBe(known.length);
    const file = await asyncBufferFromFile(out);
    const read = await parquetReadObjects({ file, utf8: false });
    expect(read.length).toBe(known.length);
    for (const [row, { path, title, artist, duration, scores }] of known.entries()) {
      const { embedding, code_bits: code, ...rest } = read[row];
      expect(rest).toMatchObject({ path, title, artist, album: null, duration });
      expect([rest.guitar, rest.code, rest["it's"]]).toEqual(Array.from(scores!));
      expect(embedding).toEqual(Array.from(unit.subarray(64 * row, 64 * (row + 1))));
      expect(bitsIn(code as Uint8Array)).toEqual(bitsOf(row));
    }
    const metadata = await parquetMetadataAsync(file);
    const code = metadata.schema.find(({ name }) => name === 'code_bits');
    expect(code).toMatchObject({ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 8 });
    const text = metadata.key_value_metadata!.find(({ key }) => key === INDEX_KEY)!.value!;
    const wanted = (await identity()) as { code: object };
    expect(JSON.parse(text)).toEqual({ ...wanted, code: { ...wanted.code, column: 'code_bits' } });
  });

  it('is a table of polytag, of unit vectors', async () => {
    const { header: read, rows: stream } = await readTable(out);
    expect(read).toEqual(header);
    expect((await collect(stream)).map(({ path, scores }) => ({ path, scores }))).toEqual(
      known.map(({ path, scores }) => ({ path, scores })),
    );
  });

  it('has codes alone where the index has no more', async () => {
    const codes = join(folder, 'codes.parquet');
    await exportIndex(small, 'parquet', codes);
    const { header: read } = await readTable(codes);
    expect(read).toEqual({ ...header, embedding: null });
  });
});

describe('an index as an Arrow file for LanceDB', () => {
  it('has vectors and codes as lists of one length', async () => {
    const out = join(folder, 'tracks.arrow');
    await exportIndex(index, 'lancedb', out);
    const read = tableFromIPC(await readFile(out));
    expect(String(read.schema.fields.find(({ name }) => name === 'embedding')!.type)).toBe(
      'FixedSizeList[64]<Float32>',
    );
    expect(String(read.schema.fields.find(({ name }) => name === 'code_bits')!.type)).toBe(
      'FixedSizeList[8]<Uint8>',
    );
    for (const row of [0, 1100, known.length - 1]) {
      expect(bitsIn(read.getChild('code_bits')!.get(row))).toEqual(bitsOf(row));
      expect(Array.from(read.getChild('embedding')!.get(row))).toEqual(
        Array.from(unit.subarray(64 * row, 64 * (row + 1))),
      );
    }
    expect(JSON.parse(read.schema.metadata.get(INDEX_KEY)!)).toMatchObject({ model: 'made', length: 64 });
  });
});

const lancedb = process.env.POLYTAG_TEST_LANCEDB;
if (!lancedb)
  process.stderr.write(
    'LanceDB reads nothing: POLYTAG_TEST_LANCEDB names no folder with @lancedb/lancedb 0.31.0 and apache-arrow 18.1.0.\n',
  );

describe.skipIf(!lancedb)('LanceDB', () => {
  it('takes the Arrow file, and finds by cosine and by Hamming distance', async () => {
    const out = join(folder, 'lancedb.arrow');
    await exportIndex(index, 'lancedb', out);
    // A program of its own, as docs/similarity.md has it: the library is for another version of Apache Arrow.
    const program = `
      const arrow = require('apache-arrow');
      const lancedb = require('@lancedb/lancedb');
      (async () => {
        const tracks = arrow.tableFromIPC(require('fs').readFileSync(process.argv[1]));
        const table = await (await lancedb.connect(process.argv[2])).createTable('tracks', tracks);
        const near = async (column, distance) => {
          const query = Array.from(tracks.getChild(column).get(7));
          const found = table.query().nearestTo(query).column(column).distanceType(distance).limit(5);
          return (await found.toArray()).map((row) => [row.path, row._distance]);
        };
        console.log(JSON.stringify([await near('embedding', 'cosine'), await near('code_bits', 'hamming')]));
      })();`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['-e', program, out, join(folder, 'lancedb')],
      { cwd: lancedb },
    );
    const [cosine, hamming] = JSON.parse(stdout) as [string, number][][];
    const query = unit.subarray(64 * 7, 64 * 8);
    const exact = nearestTracks({ unit, length: 64 }, query, { count: 5 });
    expect(cosine.map(([path]) => path)).toEqual(exact.map(({ row }) => held.paths[row]));
    const code = held.codes.view().slice(14, 16);
    expect(hamming.map(([, distance]) => distance)).toEqual(
      held.codes.nearest(code, { count: 5 }).map(({ distance }) => distance),
    );
  });
});

describe('polytag index export', () => {
  it('writes and says how many', async () => {
    const out = join(folder, 'typed.sql');
    expect(await runHere('index', 'export', index, '--to', 'pgvector', '--out', out)).toMatchObject({
      code: 0,
      stdout: `${out}: 1,470 tracks\n`,
    });
    const again = ['index', 'export', index, '--to', 'pgvector', '--out', out];
    expectSentence(
      await runHere(...again),
      2,
      /typed\.sql exists; give another file, or --overwrite to replace it\.$/,
    );
    expect((await runHere(...again, '--overwrite')).code).toBe(0);
    const text = await readFile(out, 'utf8');
    expect(text).toContain('embedding vector(64),\n  code bit(64)\n');
    expect(text.split('\n').filter((line) => /^\d+\t/.test(line)).length).toBe(known.length);
  });

  it.each<[string, string[], RegExp]>([
    ['a table', [table, '--to', 'parquet', '--out', 'x.parquet'], /is not an index; make one with/],
    ['another ending', [index, '--to', 'parquet', '--out', 'x.sql'], /--out must end in \.parquet or \.pq/],
    [
      "a table's name that is none",
      [index, '--to', 'pgvector', '--out', 'x.sql', '--table', 'a;b'],
      /"a;b" cannot be the name of a table/,
    ],
    [
      'a table where there is none',
      [index, '--to', 'parquet', '--out', 'x.parquet', '--table', 'a'],
      /--table is for --to pgvector/,
    ],
  ])('refuses %s in a sentence', async (_, args, sentence) => {
    expectSentence(await runHere('index', 'export', ...args), 2, sentence);
  });

  it('refuses a damaged index, and leaves nothing', async () => {
    const copy = join(folder, 'damaged');
    await buildIndex(table, copy, { hash: { kind: 'itq', bits: 64 } });
    const bytes = await readFile(join(copy, 'codes.bin'));
    bytes[100] ^= 1;
    await writeFile(join(copy, 'codes.bin'), bytes);
    const out = join(folder, 'none.parquet');
    expectSentence(
      await runHere('index', 'export', copy, '--to', 'parquet', '--out', out),
      1,
      /is damaged \(codes\.bin: its content is not what was written\)/,
    );
    await expect(readFile(out)).rejects.toThrow('ENOENT');
  });
});
