/**
 * Searching 10 million codes of 64 bits, beside FAISS, in turns: the scan (ten nearest), and tables of substrings (all
 * within a distance). Run it by `npm run bench:codes`, after the set-up; COUNT gives another number of codes. Read the
 * ratios, not the times. The memory is that of a process of its own that does nothing but read the codes and search.
 *
 * POLYTAG_PEER_PYTHON names the Python (faiss-cpu 1.15.1, numpy).
 */
import { deepStrictEqual } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomGenerator } from '../src/base/random.js';
import { MultiIndex } from '../src/catalogue/similar/codes/multi-index.js';
import type { CodeNeighbour } from '../src/catalogue/similar/codes/packed-codes.js';
import { BITS, readCodes } from './codes-memory.js';
import { type Peer, type PeerReply, startPeer } from './peers/python.js';
import { compare, timed } from './ratio.js';

const WORDS = BITS / 32;
const NEAREST = { count: 10 };
const QUERIES = 20;
const ROUNDS = 7;

/** Distances of the tables' searches. FAISS's tables find all up to 7. */
const DISTANCES = [2, 4, 6];

/** Centres of the codes that are not uniform, as those of real tracks are not, and the chance that a bit is not its centre's. */
const [CENTRES, FLIPPED] = [1000, 0.15];

const kinds = {
  uniform: (uniform: () => number) => () => Math.floor(uniform() * 2 ** 32),
  clustered: (uniform: () => number) => {
    const centres = Uint32Array.from({ length: WORDS * CENTRES }, () => Math.floor(uniform() * 2 ** 32));
    let at = 0;
    let centre = 0;
    return () => {
      if (at % WORDS === 0) centre = Math.floor(uniform() * CENTRES);
      let word = centres[WORDS * centre + (at++ % WORDS)];
      // The distance to the next flipped bit is geometric.
      for (let bit = -1; ; ) {
        bit += 1 + Math.floor(Math.log(1 - uniform()) / Math.log(1 - FLIPPED));
        if (bit >= 32) return word;
        word ^= 1 << bit;
      }
    };
  },
};

/** Codes of the set with three bits flipped, of which some are within any distance. */
function makeQueries(codes: Uint32Array, uniform: () => number): Uint32Array[] {
  return Array.from({ length: QUERIES }, () => {
    const row = Math.floor((uniform() * codes.length) / WORDS);
    const query = codes.slice(WORDS * row, WORDS * (row + 1));
    for (let i = 0; i < 3; i++) query[i % WORDS] ^= 1 << Math.floor(uniform() * 32);
    return query;
  });
}

/** Prints the best and the middle time of one search. */
function printTimes(name: string, seconds: number[]): void {
  const sorted = seconds.map((value) => (1000 * value) / QUERIES).sort((a, b) => a - b);
  const [best, middle] = [sorted[0], sorted[sorted.length >> 1]].map((value) => value.toFixed(3));
  process.stdout.write(`  ${name}: ${best} ms a query at best, ${middle} ms in the middle\n`);
}

async function measure(
  folder: string,
  kind: keyof typeof kinds,
  count: number,
  peer: Peer | null,
): Promise<void> {
  const { uniform } = randomGenerator(1, kind);
  const draw = kinds[kind](uniform);
  const drawn = new Uint32Array(WORDS * count);
  for (let i = 0; i < drawn.length; i++) drawn[i] = draw();
  const queries = makeQueries(drawn, uniform);
  const [path, queriesPath] = [join(folder, `${kind}.bin`), join(folder, `${kind}-queries.bin`)];
  await writeFile(path, drawn);
  await writeFile(queriesPath, Buffer.concat(queries.map((query) => Buffer.from(query.buffer))));
  const codes = readCodes(path);
  const race = async (
    name: string,
    search: (query: Uint32Array) => CodeNeighbour[],
    request: object,
  ): Promise<void> => {
    const taken: number[] = [];
    const run = async (): Promise<PeerReply> => {
      const reply = await timed(() => {
        for (const query of queries) search(query);
        return QUERIES;
      });
      taken.push(reply.seconds);
      return reply;
    };
    const ask = (peer: Peer): Promise<PeerReply> =>
      peer.ask({ path, queries: queriesPath, bits: BITS, ...request });
    await compare(
      `${count} ${kind} codes, ${name}`,
      [{ name: 'polytag', run }, ...(peer ? [{ name: 'FAISS', run: () => ask(peer) }] : [])],
      ROUNDS,
      'queries a second',
    );
    printTimes('polytag', taken);
  };
  await race(`${NEAREST.count} nearest`, (query) => codes.nearest(query, NEAREST), {
    kind: 'flat',
    ...NEAREST,
  });
  const begin = performance.now();
  const tables = new MultiIndex(codes);
  process.stdout.write(`\ntables made in ${((performance.now() - begin) / 1000).toFixed(2)} s\n`);
  for (const within of DISTANCES) {
    const wanted = { count, within };
    for (const query of queries)
      deepStrictEqual(tables.nearestByTables(query, wanted), codes.nearest(query, wanted));
    await race(`all within ${within}`, (query) => tables.nearestByTables(query, wanted), {
      ...{ kind: 'multihash', within },
    });
  }
}

const count = Number(process.argv[2] ?? 10_000_000);
const folder = mkdtempSync(join(tmpdir(), 'polytag-codes-'));
const peer = startPeer('faiss_codes.py', ['faiss', 'numpy']);
for (const kind of ['uniform', 'clustered'] as const) await measure(folder, kind, count, peer);
peer?.stop();
process.stdout.write('\n');
const program = fileURLToPath(new URL('codes-memory.js', import.meta.url));
for (const how of ['scan', 'tables'])
  execFileSync(process.execPath, [program, join(folder, 'uniform.bin'), how], { stdio: 'inherit' });
await rm(folder, { recursive: true });
