/** The graph for approximate search: what it finds, and what stands in for it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildIndex } from '../../../src/catalogue/similar/build-index.js';
import { INDEX_FILES, IndexFolder } from '../../../src/catalogue/similar/index-folder.js';
import { openMeasure } from '../../../src/catalogue/similar/measures.js';
import { USEARCH } from '../../../src/catalogue/similar/vector-graph.js';
import { writeTable } from '../../../src/catalogue/tables/index.js';
import { expectSentence, runHere } from '../../cli/in-process.js';
import { madeCatalogue, streamOf } from '../tables/made-table.js';

const folder = await mkdtemp(join(tmpdir(), 'polytag-graph-'));
const table = join(folder, 'tags.arrow');
const index = join(folder, 'index');
const { header, rows } = madeCatalogue(1500, ['guitar', 'voice'], 24);

beforeAll(async () => {
  for (const twin of [100, 700]) rows[twin].embedding = Float32Array.from(rows[7].embedding!);
  await writeTable(table, header, streamOf(rows));
  expect(await buildIndex(table, index, { approximate: true })).toMatchObject({ approximate: true });
});

const query = (row: number) => ({ path: '', row, tops: [], artist: null, album: null, embedded: null });

describe('an index with a graph', () => {
  it('names it, with every option and the version of the package', async () => {
    const { graph } = (await IndexFolder.open(index)).description;
    expect(graph).toMatchObject({ package: 'usearch', version: USEARCH, options: { quantization: 'f16' } });
    const { optionalDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
    expect(optionalDependencies.usearch).toBe(USEARCH);
  });

  it('finds nearly what comparing every track finds, with the same similarities', async () => {
    const near = await openMeasure(index, {});
    const exact = await openMeasure(index, { exact: true });
    expect([near.measure.description, exact.measure.description]).toEqual([
      { by: 'embedding', measure: 'cosine', search: 'approximate' },
      { by: 'embedding', measure: 'cosine' },
    ]);
    let found = 0;
    for (let row = 0; row < 100; row++) {
      const other = (candidate: number): boolean => candidate !== row;
      const wanted = await exact.measure.nearest([query(row)], 10, other);
      const given = await near.measure.nearest([query(row)], 10, other);
      expect(given.length).toBe(10);
      for (const neighbour of given) {
        const same = wanted.find(({ row: place }) => place === neighbour.row);
        if (same) expect(neighbour).toEqual(same);
        if (same) found++;
      }
    }
    expect(found / 1000).toBeGreaterThan(0.98);
  });

  it('compares every track where a filter leaves few, and puts equals in the order of rows', async () => {
    const { measure } = await openMeasure(index, {});
    const exact = (await openMeasure(index, { exact: true })).measure;
    const rare = (row: number): boolean => row % 97 === 5;
    expect(await measure.nearest([query(7)], 14, rare)).toEqual(await exact.nearest([query(7)], 14, rare));
    // Rows 49, 99 and so on have no vector.
    const twins = await measure.nearest([query(7)], 2, (row) => row !== 7);
    expect(twins.map(({ row }) => row)).toEqual([98, 686]);
  });

  it('says so in the command, and not with --exact', async () => {
    const asked = ['similar', index, 'track 7.mp3', '--count', '2', '--json'];
    const near = await runHere(...asked);
    expect(JSON.parse(near.stdout)).toMatchObject([{ search: 'approximate', neighbours: [{}, {}] }]);
    expect(near.stderr).toContain('--exact compares every track');
    expect((await runHere(...asked, '--exact')).stdout).not.toContain('approximate');
  });

  it('is refused where the graph is damaged', async () => {
    const copy = join(folder, 'damaged');
    await buildIndex(table, copy, { approximate: true });
    const bytes = await readFile(join(copy, INDEX_FILES.graph));
    bytes[bytes.length >> 1] ^= 4;
    await writeFile(join(copy, INDEX_FILES.graph), bytes);
    const sentence = /is damaged \(graph\.usearch: its content is not what was written\)/;
    expectSentence(await runHere('similar', copy, 'track 7.mp3'), 1, sentence);
    await rm(join(copy, INDEX_FILES.graph));
    expectSentence(await runHere('similar', copy, 'track 7.mp3'), 1, /is damaged \(graph\.usearch/);
  });

  it('is made only where there are more tracks than 100,000, or where it is asked for', async () => {
    const small = join(folder, 'small');
    expect(await buildIndex(table, small)).toMatchObject({ approximate: false });
    expect((await IndexFolder.open(small)).hasGraph).toBe(false);
  });
});
