/** Nearest tracks among 100,000 with embeddings of 200 numbers: loading a table, and one query. */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, bench, describe } from 'vitest';
import { randomGenerator } from '../src/base/random.js';
import { type TagRow, UNKNOWN_PROPERTIES } from '../src/catalogue/row.js';
import { buildIndex } from '../src/catalogue/similar/build-index.js';
import { loadEmbeddings } from '../src/catalogue/similar/embedding-index.js';
import { IndexFolder } from '../src/catalogue/similar/index-folder.js';
import { nearestTracks } from '../src/catalogue/similar/nearest-tracks.js';
import { writeTable } from '../src/catalogue/tables/index.js';

const [TRACKS, LENGTH] = [100_000, 200];
const labels = ['guitar', 'voice'];

async function* rows(): AsyncGenerator<TagRow> {
  const { uniform } = randomGenerator(1, 'bench');
  for (let i = 0; i < TRACKS; i++)
    yield {
      path: `music/artist ${i >> 6}/track ${i}.mp3`,
      ...UNKNOWN_PROPERTIES,
      duration: 30,
      error: null,
      tops: [labels[i & 1]],
      scores: Float32Array.of(uniform(), uniform()),
      embedding: Float32Array.from({ length: LENGTH }, () => uniform() - 0.5),
    };
}

const folder = mkdtempSync(join(tmpdir(), 'polytag-bench-'));
afterAll(() => rm(folder, { recursive: true }));
const header = { model: 'bench', labels, embedding: LENGTH, record: {} };
const tables = ['parquet', 'arrow'].map((ending) => join(folder, `tracks.${ending}`));
for (const table of tables) await writeTable(table, header, rows());
const index = await loadEmbeddings(tables[1]);
const indexFolder = join(folder, 'index');
await buildIndex(tables[1], indexFolder);

describe(`${TRACKS} tracks × ${LENGTH}`, () => {
  let row = 0;
  bench(
    'a query',
    () => {
      row = (row + 7919) % TRACKS;
      const query = index.unit.subarray(row * LENGTH, (row + 1) * LENGTH);
      nearestTracks(index, query, { count: 10, wanted: (other) => other !== row });
    },
    { iterations: 20, warmupIterations: 3, time: 0, warmupTime: 0 },
  );
  bench(
    'loading an index',
    async () => void (await (await IndexFolder.open(indexFolder)).embeddings(false)),
    {
      iterations: 2,
      warmupIterations: 0,
      time: 0,
      warmupTime: 0,
    },
  );
  for (const table of tables)
    bench(`loading ${table.slice(folder.length + 1)}`, async () => void (await loadEmbeddings(table)), {
      iterations: 2,
      warmupIterations: 0,
      time: 0,
      warmupTime: 0,
    });
});
