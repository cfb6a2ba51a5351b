/**
 * The graph for approximate search: how long it takes to make, its size, a query's time, and the share of the ten nearest
 * by exact cosine that it finds. Run it by `npm run bench:graph-recall -- TABLE [COUNT]`, after the set-up, where TABLE has
 * embeddings; up to COUNT, mixtures of two random tracks are added to them. A million take three minutes on two cores.
 */
import { mkdtempSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomGenerator } from '../src/base/random.js';
import { loadEmbeddings } from '../src/catalogue/similar/embedding-index.js';
import { nearestTracks } from '../src/catalogue/similar/nearest-tracks.js';
import { VectorGraph, writeGraph } from '../src/catalogue/similar/vector-graph.js';
import { withMixtures } from './mixtures.js';

const QUERIES = 200;
const COUNT = 10;

/** Tracks that a search asks the graph for, as `polytag similar` does, and fewer and more. */
const CANDIDATES = [COUNT, 128, 512];

const [table, given] = process.argv.slice(2);
if (table === undefined) throw new Error('Give a table with embeddings.');
const random = randomGenerator(1, 'graph-recall');
const { unit: real, length, paths } = await loadEmbeddings(table);
const { unit, count, rowOf } = withMixtures(real, length, Number(given ?? 0), random);
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const seconds = (since: number): number => (performance.now() - since) / 1000;
print(`${paths.length} tracks and ${count - paths.length} mixtures, ${length} numbers each`);

const folder = mkdtempSync(join(tmpdir(), 'polytag-graph-'));
const file = join(folder, 'graph.usearch');
const shape = { tracks: count, length };
let begin = performance.now();
const read = async (rows: readonly number[]): Promise<Float32Array> =>
  unit.subarray(rows[0] * length, (rows[0] + rows.length) * length);
const made = await writeGraph(file, shape, read, () => undefined);
if (!made) throw new Error('The package usearch is not installed.');
const took = seconds(begin);
const { size } = await stat(file);
print(
  `made in ${took.toFixed(0)} s: ${Math.round(count / took)} vectors a second at a load of ${loadavg()[0].toFixed(1)}; ${(size / 1e6).toFixed(1)} MB, ${Math.round(size / count)} bytes a track`,
);
begin = performance.now();
const graph = (await VectorGraph.open(file, made, shape))!;
print(`opened in ${(1000 * seconds(begin)).toFixed(0)} ms, with its checksum`);

const queries = Array.from({ length: QUERIES }, () => random.integer(count));
const all = { unit, length, paths: Array<string>(count) };
begin = performance.now();
const exact = queries.map((query) =>
  nearestTracks(all, rowOf(query), { count: COUNT }).map(({ row }) => row),
);
print(`every track compared: ${((1000 * seconds(begin)) / QUERIES).toFixed(2)} ms a query`);
for (const candidates of CANDIDATES) {
  begin = performance.now();
  const found = queries.map((query) => graph.near(rowOf(query), candidates));
  const each = (1000 * seconds(begin)) / QUERIES;
  // What is exact and a candidate stays among the ten when these are put in the order of their cosine.
  const hits = found.reduce((sum, rows, i) => sum + exact[i].filter((row) => rows.includes(row)).length, 0);
  print(
    `${candidates} asked of the graph: recall@${COUNT} ${(hits / (COUNT * QUERIES)).toFixed(4)}, ${each.toFixed(2)} ms a query`,
  );
}
await rm(folder, { recursive: true });
