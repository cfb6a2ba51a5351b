import { mkdtemp, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Failure, UsageError } from '../../../src/base/errors.js';
import { shortestDecimal } from '../../../src/base/numbers.js';
import { type TagRow, UNKNOWN_PROPERTIES } from '../../../src/catalogue/row.js';
import { tagColumns } from '../../../src/catalogue/tables/columns.js';
import { readTable, TABLE_FORMATS, tableFormatOf, writeTable } from '../../../src/catalogue/tables/index.js';
import fc from '../../fast-check.js';
import { anyTable } from './any-table.js';
import { collect, madeCatalogue, streamOf } from './made-table.js';

const folder = await mkdtemp(join(tmpdir(), 'polytag-tables-'));
let files = 0;
const newFile = (format: string): string => join(folder, `${files++}.${format}`);

describe.each(TABLE_FORMATS)('%s', (format) => {
  // A table that is not trusted is read in a thread first, which takes longer to start than all the rest: a few do that.
  it.each([
    [60, { trusted: true }],
    [5, { trusted: false }],
  ])('gives back what was written, to the bit: %i tables, %o', async (numRuns, options) => {
    await fc.assert(
      fc.asyncProperty(anyTable, async ({ header, rows }) => {
        const path = newFile(format);
        const failed = rows.filter((row) => row.error !== null).length;
        expect(await writeTable(path, header, streamOf(rows))).toEqual({
          rows: rows.length,
          failed,
          warned: rows.filter((row) => row.warning !== null).length,
        });
        const table = await readTable(path, options);
        expect(table.header).toEqual(header);
        const read = await collect(table.rows);
        expect(read).toEqual(rows);
        // toEqual takes 0 and -0 for one.
        const bits = (values: Float32Array | null): number[] =>
          values ? [...new Int32Array(values.slice().buffer)] : [];
        expect(read.map((row) => [bits(row.scores), bits(row.embedding)])).toEqual(
          rows.map((row) => [bits(row.scores), bits(row.embedding)]),
        );
      }),
      { numRuns },
    );
  });

  it('writes and reads more rows than it holds at once, in their order', { timeout: 30_000 }, async () => {
    const { header, rows } = madeCatalogue(9000, ['guitar', 'voice'], 6);
    const path = newFile(format);
    let writtenBefore = 0;
    async function* watched(): AsyncGenerator<TagRow> {
      yield* rows.slice(0, 5000);
      const part = (await readdir(folder)).find((name) => name.endsWith('.part'))!;
      writtenBefore = (await stat(join(folder, part))).size;
      yield* rows.slice(5000);
    }
    await writeTable(path, header, watched());
    expect(writtenBefore).toBeGreaterThan(0.3 * (await stat(path)).size);
    const table = await readTable(path);
    expect(await collect(table.rows)).toEqual(rows);
    // A second reading begins anew, and one that stops early leaves nothing open.
    for await (const row of table.rows) {
      expect(row).toEqual(rows[0]);
      break;
    }
  });

  it('leaves parts out when asked to', async () => {
    const { header, rows } = madeCatalogue(60, ['guitar', 'voice'], 6);
    const path = newFile(format);
    await writeTable(path, header, streamOf(rows));
    const without = await readTable(path, { scores: false });
    expect(await collect(without.rows)).toEqual(rows.map((row) => ({ ...row, scores: null })));
    const bare = await readTable(path, { embeddings: false });
    expect(await collect(bare.rows)).toEqual(rows.map((row) => ({ ...row, embedding: null })));
  });

  it('says in one sentence what is wrong with a file that was cut off, or is another', async () => {
    const { header, rows } = madeCatalogue(300, ['guitar', 'voice'], 6);
    const path = newFile(format);
    await writeTable(path, header, streamOf(rows));
    const { size } = await stat(path);
    const reading = async (): Promise<TagRow[]> => collect((await readTable(path)).rows);
    for (const length of [size - 3, Math.floor(size / 2), 10, 1]) {
      await truncate(path, length);
      const error = await reading().catch((thrown) => thrown);
      expect(error, `${length} bytes`).toBeInstanceOf(Failure);
      expect(error.message).toMatch(/^[^\n]*truncated[^\n]*\.$/);
      expect(error.message).toContain(path);
    }
    await writeFile(path, Buffer.from('ID3\u0003\u0000 no table at all \u0000\u0001\n'));
    await expect(reading()).rejects.toThrow(/is not a table/);
    await expect(readTable(join(folder, `none.${format}`))).rejects.toThrow(/There is no file/);
  });

  it('leaves neither a part of a table nor another name when the rows fail', async () => {
    const path = newFile(format);
    const { header, rows } = madeCatalogue(10, ['guitar'], null);
    async function* failing(): AsyncGenerator<TagRow> {
      yield rows[0];
      throw new Failure('The disk is gone.');
    }
    await expect(writeTable(path, header, failing())).rejects.toThrow('The disk is gone.');
    expect((await readdir(folder)).filter((name) => path.endsWith(name.split('.')[0]))).toEqual([]);
    await expect(
      writeTable(path, header, streamOf([{ ...rows[0], scores: new Float32Array(3) }])),
    ).rejects.toThrow(RangeError);
  });
});

describe('tableFormatOf', () => {
  it('knows the endings, and says which there are', () => {
    expect(['a.CSV', 'a.ndjson', 'a.pq', 'b.feather'].map(tableFormatOf)).toEqual([
      'csv',
      'jsonl',
      'parquet',
      'arrow',
    ]);
    expect(() => tableFormatOf('tags.xlsx')).toThrow(UsageError);
    expect(() => tableFormatOf('tags.xlsx')).toThrow(/\.parquet/);
  });
});

describe('CSV', () => {
  it('is what a spreadsheet reads', async () => {
    const path = newFile('csv');
    const header = { model: 'm', labels: ['rock', 'a, b'], embedding: 2, record: {} };
    await writeTable(
      path,
      header,
      streamOf([
        {
          path: 'a "1".mp3',
          ...UNKNOWN_PROPERTIES,
          duration: 1.5,
          error: null,
          title: 'Song',
          bytes: 77,
          tops: ['rock', 'a, b'],
          scores: Float32Array.of(0.9, 0.1),
          embedding: Float32Array.of(-1, 1e-8),
        },
        {
          path: 'b.mp3',
          ...UNKNOWN_PROPERTIES,
          duration: null,
          error: 'No audio.',
          tops: [],
          scores: null,
          embedding: null,
        },
      ]),
    );
    expect(await readFile(path, 'utf8')).toBe(
      'path,duration,error,warning,title,artist,album,bytes,modified,top_tags,rock,"a, b",e0,e1\n"a ""1"".mp3",1.5,,,Song,,,77,,"rock;a, b",0.9,0.1,-1,1e-8\nb.mp3,,No audio.,,,,,,,,,,,\n',
    );
  });

  it('is read without the file beside it, by its columns', async () => {
    const path = newFile('csv');
    await writeFile(path, '\ufeffpath,rock,e0\r\na.mp3,0.25,3\r\n');
    const { header, rows } = await readTable(path);
    expect(header).toEqual({ model: 'unknown', labels: ['rock'], embedding: 1, record: {} });
    expect((await collect(rows))[0]).toMatchObject({ path: 'a.mp3', scores: Float32Array.of(0.25) });
    await writeFile(path, 'file,rock\na.mp3,0.5\n');
    await expect(readTable(path)).rejects.toThrow(/no column "path"/);
  });
});

describe('tagColumns', () => {
  it('gives every tag a column of its own', () => {
    expect(tagColumns(['path', 'rock', 'Rock', 'e12', 'rock_tag'])).toEqual([
      'path_tag',
      'rock',
      'Rock_tag',
      'e12_tag',
      'rock_tag_tag',
    ]);
    fc.assert(
      fc.property(fc.array(fc.string()), (labels) => {
        const columns = tagColumns(labels).map((column) => column.toLowerCase());
        expect(new Set(columns).size).toBe(labels.length);
      }),
    );
  });
});

describe('shortestDecimal', () => {
  it('reads back as the same number, with no digit too many', () => {
    expect(
      [0.1, 0.25, 1 / 3, 1e-8, 16_777_216, -0, 3.4028234663852886e38].map((x) =>
        shortestDecimal(Math.fround(x)),
      ),
    ).toEqual(['0.1', '0.25', '0.33333334', '1e-8', '16777216', '-0.0', '3.4028235e+38']);
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Math.fround(Number(shortestDecimal(value)))).toBe(value);
      }),
    );
  });
});
