/** Tables that a disk or another program has damaged. */
import { copyFile, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/base/errors.js';
import { readTable } from '../../src/catalogue/tables/index.js';
import { runPath } from '../../src/runs/layout.js';
import { readPredictions } from '../../src/runs/read.js';
import { needsShared, referencePath } from '../reference.js';

const folderOf = (): Promise<string> => mkdtemp(join(tmpdir(), 'polytag-hostile-'));

/** What reading all rows of a table ends with. */
async function outcomeOf(path: string): Promise<unknown> {
  try {
    const { rows } = await readTable(path);
    for await (const row of rows) void row;
    return null;
  } catch (error) {
    return error;
  }
}

describe('an Arrow table', { timeout: 30_000 }, () => {
  // Each takes the ten seconds that a table may take: all at once.
  it.concurrent.for(['52-57', '52-65', '52-9'])(
    'whose footer points past its end is refused (%s)',
    async (name, ctx) => {
      needsShared(ctx);
      const error = await outcomeOf(referencePath('data', 'faults', 'attacks', 'arrow', `${name}.arrow`));
      expect(error).toBeInstanceOf(Failure);
      expect((error as Error).message).toMatch(/is not a table of "polytag tag" that can be read as Arrow/);
    },
  );
});

describe('an Arrow table whose lists claim to be long', () => {
  // A made table of a few rows, 21 kB, some bytes of which were changed: the library filled 1.9 GB within 11 s.
  it('is refused before it fills the memory', async () => {
    const path = join(import.meta.dirname, 'fixtures', 'gigabytes.arrow');
    const before = process.memoryUsage.rss();
    let most = 0;
    const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss() - before)), 20);
    const error = await outcomeOf(path);
    clearInterval(timer);
    expect(error).toBeInstanceOf(Failure);
    expect((error as Error).message).toMatch(/\(reading it takes more than \d+ MB of memory\)/);
    expect(most).toBeLessThan(500e6);
  }, 30_000);
});

describe('predictions without a checksum', () => {
  it('whose structure is damaged are refused, and not in the engine’s words', async () => {
    const folder = await folderOf();
    const fixture = join(import.meta.dirname, 'fixtures', 'undefined-map.parquet');
    await copyFile(fixture, runPath(folder, 'predictions'));
    await expect(readPredictions(folder)).rejects.toThrow(
      /predictions\.parquet is damaged \(its structure is damaged\); run the experiment again/,
    );
  });

  // One bit of a made table of 24 rows: the size of a page became negative, and the library reads it for ever.
  it('that can never be read are refused', async () => {
    const folder = await folderOf();
    await copyFile(join(import.meta.dirname, 'fixtures', 'endless.parquet'), runPath(folder, 'predictions'));
    await expect(readPredictions(folder)).rejects.toThrow(
      /predictions\.parquet is damaged \(it could not be read within 20 s\); run the experiment again/,
    );
  }, 300_000);
});

describe('a table whose embeddings do not fit its header', () => {
  const write = async (rows: unknown[], embedding: number | null): Promise<string> => {
    const path = join(await folderOf(), 't.jsonl');
    const lines = rows.map((values, i) =>
      JSON.stringify({ path: `t${i}.mp3`, top_tags: [], embedding: values }),
    );
    await writeFile(path, `${lines.join('\n')}\n`);
    const header = { model: 'made', labels: [], embedding, record: {} };
    await writeFile(`${path}.meta.json`, JSON.stringify(header));
    return path;
  };

  it.each([
    ['with longer ones', [[1, 2, 3]], 2, 'the embedding of t0.mp3 has 3 numbers where the table’s have 2'],
    ['with shorter ones', [[1, 2, 3]], 5, 'the embedding of t0.mp3 has 3 numbers where the table’s have 5'],
    [
      'with text in one',
      [
        [1, 2],
        [1, 'x'],
      ],
      2,
      'the embedding of t1.mp3 holds something that is not a number',
    ],
  ])('%s is refused', async (_, rows, length, reason) => {
    const path = await write(rows, length);
    const error = await outcomeOf(path);
    expect(error).toBeInstanceOf(Failure);
    expect((error as Error).message).toContain(reason.replace('’', "'"));
  });

  it('and a header with an absurd length is refused', async () => {
    const error = await outcomeOf(await write([[1, 2]], 2 ** 53 - 1));
    expect(error).toBeInstanceOf(Failure);
  });
});
