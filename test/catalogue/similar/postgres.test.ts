/**
 * Tables in PostgreSQL answer as the index does that they come from: with pgvector (PGlite, in this process), and without
 * it in a server that POLYTAG_TEST_POSTGRES names, such as postgres://postgres@127.0.0.1:5432/postgres; it writes into a
 * database of its own there.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite/vector';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answersTo, tell } from '../../../src/catalogue/similar/answer.js';
import { buildIndex } from '../../../src/catalogue/similar/build-index.js';
import type { IndexedTracks } from '../../../src/catalogue/similar/embedding-index.js';
import { exportIndex } from '../../../src/catalogue/similar/export/index.js';
import { IndexFolder } from '../../../src/catalogue/similar/index-folder.js';
import { openMeasure } from '../../../src/catalogue/similar/measures.js';
import { answersFrom, type StoredOptions } from '../../../src/catalogue/similar/postgres/answers.js';
import { Parameters, parseAddress, type SqlClient } from '../../../src/catalogue/similar/postgres/client.js';
import { filterSql } from '../../../src/catalogue/similar/postgres/filter-sql.js';
import { tableName } from '../../../src/catalogue/similar/postgres/names.js';
import { TrackTable } from '../../../src/catalogue/similar/postgres/track-table.js';
import { parseWishes } from '../../../src/catalogue/similar/tag-wishes.js';
import { compileFilter } from '../../../src/catalogue/similar/track-filter.js';
import { writeTable } from '../../../src/catalogue/tables/index.js';
import { expectSentence, runHere } from '../../cli/in-process.js';
import fc from '../../fast-check.js';
import { madeCatalogue, streamOf } from '../tables/made-table.js';

const folder = await mkdtemp(join(tmpdir(), 'polytag-postgres-'));
const index = join(folder, 'index');
const LABELS = ['guitar', "it's", 'no "drums"'];
const { header, rows } = madeCatalogue(2000, LABELS, 32);
// Names that SQL, COPY and patterns would read as something else; several tracks that are the same.
Object.assign(rows[3], { path: "a\\b'; DROP TABLE tracks; --\n\t%_.mp3", title: '\\.', artist: 'Ärger "x"' });
Object.assign(rows[4], { path: 'C:\\music\\track 4.mp3', artist: null, duration: null });
for (const twin of [100, 700, 1500]) rows[twin].embedding = Float32Array.from(rows[7].embedding!);
rows[20].scores![1] = Number.NaN;
rows[30].embedding = new Float32Array(32);
const known = rows.filter(({ scores }) => scores !== null);
let tracks: IndexedTracks;

beforeAll(async () => {
  const table = join(folder, 'tags.arrow');
  await writeTable(table, header, streamOf(rows));
  await buildIndex(table, index, { hash: { kind: 'lsh', bits: 64 } });
  tracks = await (await IndexFolder.open(index)).tracks(true);
});

const server = process.env.POLYTAG_TEST_POSTGRES;
if (!server)
  process.stderr.write(
    'Nothing is asked of a server: POLYTAG_TEST_POSTGRES names no PostgreSQL, as postgres://USER@HOST/DATABASE.\n',
  );

/** Loads what psql would. */
async function load(lite: PGlite, sql: string): Promise<void> {
  const [, before, copy, data, after] =
    /^([\s\S]*?)(COPY .*?) FROM stdin;\n([\s\S]*?)^\\\.\n([\s\S]*)$/m.exec(sql)!;
  await lite.exec(before.replace(/^\\set .*\n/, ''));
  await lite.query(`${copy} FROM '/dev/blob'`, [], { blob: new Blob([data]) });
  for (const statement of after.split(';\n')) await lite.exec(statement);
}

interface Place {
  client: SqlClient;
  /** Address of the table for the command; null where it cannot reach it. */
  address: string | null;
  close(): Promise<void>;
}

const places: Record<string, () => Promise<Place>> = {
  'PGlite with pgvector': async () => {
    const sql = join(folder, 'pgvector.sql');
    await exportIndex(index, 'pgvector', sql, { table: 'public.tracks' });
    const lite = await PGlite.create({ extensions: { vector } });
    await load(lite, await readFile(sql, 'utf8'));
    return {
      client: { query: (text, values) => lite.query(text, values) },
      address: null,
      close: () => lite.close(),
    };
  },
  'PostgreSQL without pgvector': async () => {
    const sql = join(folder, 'plain.sql');
    await exportIndex(index, 'pgvector', sql, { table: 'public.tracks', pgvector: false });
    const admin = new pg.Client({ connectionString: server });
    await admin.connect();
    await admin.query('DROP DATABASE IF EXISTS polytag_test');
    await admin.query("CREATE DATABASE polytag_test ENCODING 'UTF8' TEMPLATE template0");
    const address = new URL(server!);
    address.pathname = '/polytag_test';
    await promisify(execFile)('psql', ['--quiet', '--no-psqlrc', '--file', sql, address.href]);
    const client = new pg.Client({ connectionString: address.href });
    await client.connect();
    const close = async (): Promise<void> => {
      await client.end();
      await admin.query('DROP DATABASE polytag_test');
      await admin.end();
    };
    address.pathname = '/polytag_test/public.tracks';
    return { client, address: address.href, close };
  },
};

/** What the index itself answers. */
async function wantedFor(queries: string[], options: Partial<StoredOptions>) {
  const { tracks: own, measure } = await openMeasure(index, { ...options, scores: true });
  const { count = 10, exclude, isTogether, filter, tag } = options;
  const wishes = tag === undefined ? [] : parseWishes(tag, LABELS);
  const holds = filter === undefined ? () => true : compileFilter(filter, own);
  const wanted = (row: number): boolean =>
    holds(row) && wishes.every(({ label, isWanted }) => own.tops[row].includes(label) === isWanted);
  const { signal } = new AbortController();
  const answers = await answersTo(own, measure, queries, {
    ...{ count, exclude, isTogether, wanted, signal, log: () => undefined },
  });
  return { description: measure.description, answers: tell(own, answers) };
}

describe.each(Object.keys(places))('%s', (name) => {
  describe.skipIf(name.startsWith('PostgreSQL') && !server)('', () => {
    let place: Place;
    let table: TrackTable;

    beforeAll(async () => {
      place = await places[name]();
      table = await TrackTable.open(place.client, 'public.tracks');
    }, 120_000);
    afterAll(() => place?.close());

    const ask = (queries: string[], options: Partial<StoredOptions>) =>
      answersFrom(table, queries, {
        ...{ count: 10, signal: new AbortController().signal, log: () => undefined },
        ...options,
      });

    const queries = ['track 7.mp3', 'artist 11/track 11.mp3', 'DROP TABLE tracks; --\n\t%_.mp3'];
    it.each<[string, Partial<StoredOptions>]>([
      ['by embedding', {}],
      ['by code', { by: 'code' }],
      ['by code within a distance', { by: 'code', within: 9, count: 500 }],
      ['by code, then by embedding', { by: 'code', rerank: true }],
      ['by embedding, above a similarity', { above: 0.97, count: 1000 }],
      ['with all tracks', { count: 1955 }],
      ['with all codes', { by: 'code', count: 1955 }],
      ['by others than the artist', { exclude: 'artist', count: 50 }],
      ['together', { isTogether: true }],
      ['together, by code', { isTogether: true, by: 'code' }],
      ['with a tag and without another', { tag: `it's, no guitar` }],
      [
        'with a filter',
        { filter: `'tag.it\\'s' > 0.1 and duration < 200 and not (artist in ("Artist 3", "Artist 5"))` },
      ],
    ])('finds %s what the index finds', async (_, options) => {
      expect(await ask(queries, options)).toEqual(await wantedFor(queries, options));
    });

    it('asks for no distance that codes cannot have', async () => {
      await expect(ask(['track 7.mp3'], { by: 'code', within: 65 })).rejects.toThrow(
        '--within: codes of 64 bits differ in at most 64, not 65; give less, or leave the option out.',
      );
    });

    it('gives the smaller of equal tracks first, also at the last place', async () => {
      const { answers } = await ask(['track 7.mp3'], { count: 2 });
      const found = answers[0].neighbours.map(({ path, similarity }) => [path, similarity]);
      expect(found).toEqual([
        [rows[100].path, expect.closeTo(1, 6)],
        [rows[700].path, expect.closeTo(1, 6)],
      ]);
    });

    it.each([
      ['a\\b', rows[3].path],
      ['music/track 4.mp3', rows[4].path],
      ['track 150.mp3', rows[150].path],
      ['artist 33 track 1233', rows[1233].path],
      ['Ärger', rows[3].path],
    ])('finds the track "%s"', async (written, path) => {
      expect((await ask([written], { count: 1 })).answers[0].paths).toEqual([path]);
    });

    it.each<[string, Partial<StoredOptions>, string]>([
      [
        'nowhere',
        {},
        'The table has no track with "nowhere" in its path, title or artist, and there is no such file.',
      ],
      ['track', {}, 'More than 100 tracks fit "track"; write more of the path, title or artist.'],
      ['artist 33 track 12', {}, 'tracks have "artist 33 track 12" in their path, title or artist'],
      ['track 7.mp3', { by: 'tags' }, 'is compared by embedding or code'],
      ['track 7.mp3', { filter: 'title ~= "a"' }, 'cannot be asked of a database because of "~= "a""'],
      ['track 7.mp3', { filter: 'tag.gitar > 0.5' }, 'there is no "tag.gitar"; the nearest is "tag.guitar".'],
      ['C:\\music\\track 4.mp3', { exclude: 'artist' }, 'is not known; leave the option out.'],
    ])('refuses %s %o in a sentence', async (query, options, sentence) => {
      await expect(ask([query], options)).rejects.toThrow(sentence);
    });

    it('translates filters so that they hold for the same tracks', async () => {
      const number = fc.constantFrom('0.3', '0.9', '-1', '100', '0.05');
      const comparison = fc.oneof(
        fc
          .tuple(
            fc.constantFrom('tag.guitar', "'tag.it\\'s'", `'tag.no "drums"'`, 'duration'),
            fc.constantFrom('==', '!=', '<', '<=', '>', '>='),
            fc.oneof(number, fc.constantFrom('duration', 'tag.guitar')),
          )
          .map((parts) => parts.join(' ')),
        fc
          .tuple(
            fc.constantFrom('artist', 'album', 'title', 'path'),
            fc.constantFrom(
              '== "Artist 3"',
              '!= "Artist 3"',
              'in ("Artist 1", "Track 3", "")',
              'not in ("Artist 7")',
              '== "Ärger \\"x\\""',
            ),
          )
          .map((parts) => parts.join(' ')),
      );
      const { expression } = fc.letrec<{ expression: string }>((tie) => ({
        expression: fc.oneof(
          { maxDepth: 3 },
          comparison,
          fc
            .tuple(tie('expression'), fc.constantFrom('and', 'or'), tie('expression'))
            .map((parts) => parts.join(' ')),
          tie('expression').map((inner) => `not (${inner})`),
          tie('expression').map((inner) => `(${inner})`),
        ),
      }));
      await fc.assert(
        fc.asyncProperty(expression, async (text) => {
          const parameters = new Parameters();
          const sql = `SELECT t.id::int AS id FROM public.tracks t WHERE ${filterSql(text, LABELS, parameters)} ORDER BY id`;
          const found = (await place.client.query(sql, parameters.values)).rows as { id: number }[];
          const holds = compileFilter(text, tracks);
          expect(found.map(({ id }) => id)).toEqual(known.flatMap((_, row) => (holds(row) ? [row] : [])));
        }),
        { numRuns: 60 },
      );
    }, 60_000);

    it.skipIf(name.startsWith('PGlite'))('answers the command', async () => {
      const { code, stdout } = await runHere(
        'similar',
        place.address!,
        'track 7.mp3',
        '--count',
        '3',
        '--json',
      );
      const { description, answers } = await wantedFor(['track 7.mp3'], { count: 3 });
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject([
        {
          ...description,
          track: answers[0].paths[0],
          neighbours: answers[0].neighbours.map(({ path }) => ({ path })),
        },
      ]);
      const [missing, gone] = [`${place.address}x`, place.address!.replace('polytag_test', 'polytag_none')];
      expectSentence(await runHere('similar', missing, 'a'), 2, /has no tables "public"\."tracksx" and/);
      expectSentence(
        await runHere('similar', gone, 'a'),
        1,
        /PostgreSQL cannot be reached \(database "polytag_none" does not exist\)/,
      );
    });
  });
});

describe('addresses and names', () => {
  it('takes the table off the address', () => {
    expect(parseAddress('postgres://me:a%2Fb@host:5433/music/a.tracks?sslmode=require')).toEqual({
      database: 'postgres://me:a%2Fb@host:5433/music?sslmode=require',
      table: 'a.tracks',
    });
  });

  it.each(['postgres://me:secret@host/music', 'postgres://host'])(
    'refuses %s, and does not show it',
    async (address) => {
      const outcome = await runHere('similar', address, 'a');
      expectSentence(outcome, 2, /is postgres:\/\/USER@HOST\/DATABASE\/TABLE/);
      expect(outcome.stderr).not.toContain('secret');
    },
  );

  it('quotes names, and refuses others', () => {
    expect(tableName('Music.tracks')).toEqual({ name: '"Music"."tracks"', meta: '"Music"."tracks_meta"' });
    for (const name of ['', 'a b', 'a"b', 'a.b.c', 'x'.repeat(59)])
      expect(() => tableName(name)).toThrow('cannot be the name');
  });
});
