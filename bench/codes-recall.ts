/**
 * How much of the exact answer codes find: the share of the ten nearest by cosine that are among the ten nearest codes, and
 * among the ten best of the 100 or 1,000 nearest codes put in the order of their cosine. Run it by `npm run
 * bench:codes-recall -- TABLE [COUNT]`, after the set-up, where TABLE has embeddings; up to COUNT, mixtures of two random
 * tracks are added to them.
 */
import { randomGenerator } from '../src/base/random.js';
import { CATALOGUE_HASHERS, fitToSample, RowSample } from '../src/catalogue/similar/codes/fit-hasher.js';
import { PackedCodes } from '../src/catalogue/similar/codes/packed-codes.js';
import { loadEmbeddings } from '../src/catalogue/similar/embedding-index.js';
import { nearestTracks } from '../src/catalogue/similar/nearest-tracks.js';
import { withMixtures } from './mixtures.js';

const QUERIES = 100;
const COUNT = 10;
const CANDIDATES = [COUNT, 100, 1000];

const random = randomGenerator(1, 'codes-recall');
const [table, given] = process.argv.slice(2);
if (table === undefined) throw new Error('Give a table with embeddings.');
const { unit: real, length, paths } = await loadEmbeddings(table);
const { unit, count, rowOf } = withMixtures(real, length, Number(given ?? 0), random);
const all = { unit, length, paths: Array<string>(count) };
const queries = Array.from({ length: QUERIES }, () => random.integer(count));
const exact = queries.map(
  (query) =>
    new Set(
      nearestTracks(all, rowOf(query), { count: COUNT, wanted: (row) => row !== query }).map(
        ({ row }) => row,
      ),
    ),
);
process.stdout.write(`${paths.length} tracks and ${count - paths.length} mixtures, ${length} numbers each\n`);

for (const kind of CATALOGUE_HASHERS)
  for (const bits of [32, 64, 128]) {
    const sample = new RowSample();
    for (let row = 0; row < count; row++) sample.add(rowOf(row));
    const { hasher } = fitToSample({ kind, bits }, sample, length);
    const codes = new PackedCodes(count, bits);
    codes.view().set(hasher.encode(unit, count));
    const found = CANDIDATES.map(() => 0);
    for (const [i, query] of queries.entries()) {
      const code = codes.view().slice(query * codes.words, (query + 1) * codes.words);
      for (const [j, candidates] of CANDIDATES.entries()) {
        const near = codes.nearest(code, { count: candidates, wanted: (row) => row !== query });
        // What is exact and a candidate stays among the ten when these are put in order.
        found[j] += near.filter(({ row }) => exact[i].has(row)).length;
      }
    }
    const shares = found.map((sum, j) => `${CANDIDATES[j]}: ${(sum / (COUNT * QUERIES)).toFixed(3)}`);
    process.stdout.write(
      `${kind}, ${bits} bits; of the ten nearest among so many codes: ${shares.join(', ')}\n`,
    );
  }
