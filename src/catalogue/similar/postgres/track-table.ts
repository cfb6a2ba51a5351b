/** Searches a table of tracks in PostgreSQL, exactly: the database compares every track, with pgvector or without. */
import { Failure, lineOf, UsageError } from '../../../base/errors.js';
import type { Hasher } from '../../../models/hashing/index.js';
import { decodeHasher } from '../../../models/hashing/stored.js';
import type { TagRow } from '../../row.js';
import { findTrack } from '../find-track.js';
import { nearestTracks } from '../nearest-tracks.js';
import type { Parameters, SqlClient } from './client.js';
import { tableName } from './names.js';
import { bitText, codeOf, textArray, vectorOf, vectorText } from './values.js';

/** Tracks beyond those asked for: the database adds in another order, so that near-ties change places. */
const MARGIN = 32;

/** How far apart two sums of the same cosine may be. */
const ROUNDING = 1e-5;

/** Tracks that fit what is written, at most. */
const LISTED = 100;

/** A track of the table. */
export interface StoredTrack extends Pick<TagRow, 'path' | 'title' | 'artist' | 'album' | 'tops'> {
  id: number;
}

/** A track that was found, with what it was compared by. */
export interface StoredNeighbour extends StoredTrack {
  /** Cosine similarity, from -1 to 1. */
  similarity?: number;
  /** Bits in which the codes differ. */
  distance?: number;
}

const COLUMNS = 't.id, t.path, t.title, t.artist, t.album, t.top_tags';

type Row = Record<string, unknown>;

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const trackOf = (row: Row): StoredTrack => ({
  id: Number(row.id),
  path: String(row.path),
  ...{ title: textOrNull(row.title), artist: textOrNull(row.artist), album: textOrNull(row.album) },
  tops: (row.top_tags as string[] | null) ?? [],
});

/** Escapes what LIKE reads as a pattern. */
const likeText = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** A table that `polytag index export --to pgvector` has written. */
export class TrackTable {
  private constructor(
    private readonly client: SqlClient,
    private readonly name: string,
    /** The model that made the embeddings. */
    readonly model: string,
    /** Hash of the model's weights; null where it is not known. */
    readonly weights: string | null,
    /** Numbers of an embedding. */
    readonly length: number,
    /** The tags, in the order of scores. */
    readonly labels: readonly string[],
    /** What made the codes; null where there are none. */
    readonly hasher: Hasher | null,
    private readonly embeddingType: 'vector' | 'real[]' | null,
  ) {}

  /**
   * Looks at the table.
   *
   * @param table - NAME or SCHEMA.NAME
   * @throws UsageError where there is no such table, or not of polytag
   */
  static async open(client: SqlClient, table: string): Promise<TrackTable> {
    const { name, meta } = tableName(table);
    const [described] = await rowsOf(
      client,
      'SELECT to_regclass($1::text) AS a, to_regclass($2::text) AS b',
      [name, meta],
    );
    if (described.a === null || described.b === null)
      throw new UsageError(
        `The database has no tables ${name} and ${meta}; make them with "polytag index export INDEX --to pgvector" and psql.`,
      );
    const [about] = await rowsOf(client, `SELECT * FROM ${meta} LIMIT 1`);
    if (!about) throw new Failure(`The table ${meta} is empty; load the index again.`);
    const types = await rowsOf(
      client,
      `SELECT format_type(atttypid, NULL) AS type FROM pg_attribute WHERE attrelid = to_regclass($1::text) AND attname = 'embedding' AND NOT attisdropped`,
      [name],
    );
    const type = types.length === 0 ? null : String(types[0].type);
    return new TrackTable(
      ...([client, name, String(about.model), textOrNull(about.weights), Number(about.length)] as const),
      about.labels as string[],
      about.hasher == null ? null : decodeHasher(about.hasher as Uint8Array),
      type === null || type === 'real[]' ? type : 'vector',
    );
  }

  get hasVectors(): boolean {
    return this.embeddingType !== null;
  }

  /**
   * The track whose path, or the end of it, is `written`, or that has all its words in path, title or artist, as
   * `findTrack` finds it in a table that is read.
   *
   * @param byWords - whether words are looked for, too
   * @returns null where there is none
   * @throws UsageError that lists them where there are several
   */
  async find(written: string, byWords: boolean): Promise<StoredTrack | null> {
    const parts = written.split(/[\\/]/).filter((part, i) => part !== '.' && (part !== '' || i === 0));
    const words = written.toLowerCase().split(/\s+/).filter(Boolean);
    const searches: [string, unknown][] = [
      ['t.path = $1::text', written],
      [`replace(t.path, '\\', '/') LIKE $1::text`, `%${likeText(parts.join('/'))}`],
    ];
    if (byWords && words.length > 0)
      searches.push([
        `NOT EXISTS (SELECT FROM unnest($1::text::text[]) AS w(word) WHERE position(lower(word) IN lower(concat_ws(E'\\n', t.path, t.title, t.artist))) = 0)`,
        textArray(words),
      ]);
    for (const [condition, value] of searches) {
      const found = await this.tracks(condition, value);
      if (found.length > LISTED)
        throw new UsageError(
          `More than ${LISTED} tracks fit "${written}"; write more of the path, title or artist.`,
        );
      const paths = found.map(({ path }) => path);
      if (found.length === 0 || (condition.includes('LIKE') && !paths.some((path) => endsIn(path, parts))))
        continue;
      const [titles, artists] = [found.map(({ title }) => title), found.map(({ artist }) => artist)];
      return found[findTrack({ paths, titles, artists, without: new Map() }, written)];
    }
    return null;
  }

  private async tracks(condition: string, value: unknown): Promise<StoredTrack[]> {
    const sql = `SELECT ${COLUMNS} FROM ${this.name} t WHERE ${condition} ORDER BY t.id LIMIT ${LISTED + 1}`;
    return (await rowsOf(this.client, sql, [value])).map(trackOf);
  }

  /** The unit vector of a track. */
  async vector(id: number): Promise<Float32Array> {
    const sql = `SELECT t.embedding::text AS embedding FROM ${this.name} t WHERE t.id = $1::text::bigint`;
    const [row] = await rowsOf(this.client, sql, [String(id)]);
    return vectorOf(String(row.embedding));
  }

  /** The code of a track. */
  async code(id: number): Promise<Uint32Array> {
    const sql = `SELECT t.code::text AS code FROM ${this.name} t WHERE t.id = $1::text::bigint`;
    const [row] = await rowsOf(this.client, sql, [String(id)]);
    return codeOf(String(row.code));
  }

  /**
   * The nearest tracks by cosine; of equals the smaller id. Their cosines are computed here, from their vectors.
   *
   * @param unit - of length 1
   * @param where - SQL over the table t, whose parameters are in `parameters`
   */
  async nearestByEmbedding(
    unit: Float32Array,
    { count, above = -1, where, parameters }: { count: number; above?: number } & Where,
  ): Promise<StoredNeighbour[]> {
    const isVector = this.embeddingType === 'vector';
    const query = parameters.add(vectorText(unit, isVector));
    // Not the operator alone, for which an index would give what is only about nearest.
    const similarity = isVector
      ? `-1 * (t.embedding <#> ${query}::text::vector)`
      : `(SELECT sum(u.a * u.b) FROM unnest(t.embedding, ${query}::text::float8[]) AS u(a, b))`;
    const near = `SELECT t.id, ${similarity} AS similarity FROM ${this.name} t WHERE t.embedding IS NOT NULL AND ${where}`;
    const least = parameters.add(String(above - ROUNDING));
    const sql = `WITH near AS MATERIALIZED (SELECT * FROM (${near}) s WHERE similarity >= ${least}::text::float8
  ORDER BY similarity DESC, id LIMIT ${count + MARGIN})
SELECT ${COLUMNS}, t.embedding::text AS embedding FROM near JOIN ${this.name} t USING (id) ORDER BY t.id`;
    return this.rescored(await rowsOf(this.client, sql, parameters.values), unit, count, above);
  }

  /**
   * The nearest tracks by Hamming distance; of equals the smaller id.
   *
   * @param options.rerank - the unit vector by whose cosine so many of the nearest codes are put in order
   */
  async nearestByCode(
    code: Uint32Array,
    {
      count,
      within,
      above = -1,
      rerank,
      where,
      parameters,
    }: {
      count: number;
      within?: number;
      above?: number;
      rerank?: { unit: Float32Array; candidates: number };
    } & Where,
  ): Promise<StoredNeighbour[]> {
    const query = parameters.add(bitText(code));
    const bits = 32 * code.length;
    const most = parameters.add(String(within ?? bits));
    const near = `SELECT t.id, bit_count(t.code # ${query}::text::bit(${bits})) AS distance FROM ${this.name} t WHERE t.code IS NOT NULL AND ${where}`;
    const sql = `WITH near AS MATERIALIZED (SELECT * FROM (${near}) s WHERE distance <= ${most}::text::bigint
  ORDER BY distance, id LIMIT ${rerank ? Math.max(count, rerank.candidates) : count})
SELECT ${COLUMNS}, near.distance${rerank ? ', t.embedding::text AS embedding' : ''} FROM near JOIN ${this.name} t USING (id) ORDER BY ${rerank ? 't.id' : 'near.distance, t.id'}`;
    const rows = await rowsOf(this.client, sql, parameters.values);
    if (rerank) return this.rescored(rows, rerank.unit, count, above);
    return rows.map((row) => ({ ...trackOf(row), distance: Number(row.distance) }));
  }

  /** The best of some tracks, in the order of their ids, by the cosine of their vectors. */
  private rescored(rows: Row[], query: Float32Array, count: number, above: number): StoredNeighbour[] {
    const unit = new Float32Array(rows.length * this.length);
    rows.forEach((row, i) => {
      unit.set(vectorOf(String(row.embedding)), i * this.length);
    });
    const near = { unit, length: this.length, paths: rows.map((row) => String(row.path)) };
    return nearestTracks(near, query, { count, above }).map(({ row, similarity }) => ({
      ...trackOf(rows[row]),
      similarity,
      ...(rows[row].distance === undefined ? {} : { distance: Number(rows[row].distance) }),
    }));
  }
}

/** A condition over the table t, and the values that it and what is added to it stand for. */
export interface Where {
  where: string;
  parameters: Parameters;
}

const endsIn = (path: string, parts: readonly string[]): boolean =>
  `/${path.replaceAll('\\', '/')}`.endsWith(`/${parts.join('/')}`);

async function rowsOf(client: SqlClient, sql: string, values: unknown[] = []): Promise<Row[]> {
  try {
    return (await client.query(sql, values)).rows as Row[];
  } catch (error) {
    throw new Failure(`PostgreSQL refused a query (${lineOf(error).replace(/\.$/, '')}).`);
  }
}
