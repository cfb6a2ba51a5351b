/**
 * Every hash learner beside exact cosine on embeddings of real sound: mAP over random splits of the recordings into a
 * database, which learners are fitted to, and queries. Run it by `npm run bench:hash-learners -- TABLE`, after the set-up,
 * where TABLE is of `polytag tag --embedding` over files whose names begin with their artist, as MagnaTagATune's do:
 * recordings are alike when they are of one artist.
 */
import { basename } from 'node:path';
import { type RandomGenerator, randomGenerator } from '../src/base/random.js';
import { keysOf } from '../src/base/registry.js';
import { readTable } from '../src/catalogue/tables/index.js';
import { type EmbeddedRows, fitRankings, measureRankings } from '../src/eval/retrieval/rankings.js';
import { hashers } from '../src/models/hashing/index.js';

const SEEDS = [1, 2, 3, 4, 5];
const BITS = [16, 32, 64, 128];
/** Share of each artist's recordings that ask. */
const QUERIES = 0.25;

interface Recording {
  path: string;
  artist: string;
  embedding: Float32Array;
}

async function readRecordings(table: string): Promise<Recording[]> {
  const recordings: Recording[] = [];
  const { rows } = await readTable(table);
  for await (const { path, embedding } of rows)
    if (embedding)
      recordings.push({
        path,
        artist: basename(path).split('-')[0],
        embedding: Float32Array.from(embedding),
      });
  if (recordings.length === 0) throw new Error(`${table} has no embeddings.`);
  return recordings;
}

/** Recordings as rows with a label each. */
function rowsOf(recordings: readonly Recording[], artists: readonly string[]): EmbeddedRows {
  const width = recordings[0].embedding.length;
  const embeddings = new Float32Array(recordings.length * width);
  const targets = new Uint8Array(recordings.length * artists.length);
  for (const [row, { artist, embedding }] of recordings.entries()) {
    embeddings.set(embedding, row * width);
    targets[row * artists.length + artists.indexOf(artist)] = 1;
  }
  return {
    ids: recordings.map(({ path }) => path),
    labels: { targets, count: artists.length },
    embeddings,
    width,
  };
}

/** Divides each artist's recordings at random. */
function divide(recordings: readonly Recording[], artists: readonly string[], random: RandomGenerator) {
  const [database, queries]: [Recording[], Recording[]] = [[], []];
  for (const artist of artists) {
    const own = random.shuffle(recordings.filter((recording) => recording.artist === artist));
    const count = Math.round(QUERIES * own.length);
    queries.push(...own.slice(0, count));
    database.push(...own.slice(count));
  }
  return { database: rowsOf(database, artists), queries: rowsOf(queries, artists) };
}

const [table] = process.argv.slice(2);
if (table === undefined) throw new Error('Give a table with embeddings.');
const recordings = await readRecordings(table);
const artists = [...new Set(recordings.map(({ artist }) => artist))].sort();
const learners = keysOf(hashers).map((kind) => ({ kind }));
process.stdout.write(`${recordings.length} recordings of ${artists.length} artists, ${SEEDS.length} seeds\n`);

/** mAP of each seed by learner and bits. */
const found = new Map<string, number[]>();
for (const seed of SEEDS) {
  const { database, queries } = divide(recordings, artists, randomGenerator(seed, 'hash-learners'));
  const fitted = fitRankings(database, { learners, bits: BITS, seed });
  const { rankings } = measureRankings(
    fitted,
    { ...queries, groups: queries.ids },
    { names: artists, samples: 0, seed },
  );
  for (const { method, bits, map } of rankings) {
    const key = `${method} ${bits ?? ''}`.trim();
    found.set(key, [...(found.get(key) ?? []), map.value!]);
  }
}
for (const [key, values] of found) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const range = `${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)}`;
  process.stdout.write(`${key.padEnd(12)} mAP ${mean.toFixed(3)} (${range})\n`);
}
/** In how many of the seeds one learner finds more than another. */
for (const [better, worse] of [
  ['ksh', 'itq'],
  ['itq', 'lsh'],
])
  for (const bits of BITS) {
    const [one, other] = [better, worse].map((kind) => found.get(`${kind} ${bits}`)!);
    const wins = one.filter((value, i) => value > other[i]).length;
    process.stdout.write(`${better} > ${worse} at ${bits} bits: ${wins} of ${SEEDS.length} seeds\n`);
  }
