/** An index as SQL that psql loads into PostgreSQL, with the extension pgvector or without. */
import { type FileHandle, open } from 'node:fs/promises';
import type { CodedRow } from '../../row.js';
import { inGroups } from '../../tables/batches.js';
import { tableName } from '../postgres/names.js';
import { bitText, numberArray, storable, textArray, vectorText } from '../postgres/values.js';
import type { ExportedIndex, SqlChoice } from './exported.js';

/** Rows whose lines are written at once. */
const GROUP = 1024;

/** Most numbers of a vector that pgvector builds an index of. */
const INDEXED = 2000;

/** Columns besides those of vectors, in their order, with their types. */
const COLUMNS = {
  id: 'bigint NOT NULL',
  path: 'text NOT NULL',
  title: 'text',
  artist: 'text',
  album: 'text',
  duration: 'double precision',
  top_tags: 'text[] NOT NULL',
  scores: 'real[]',
} as const;

const literal = (text: string | null): string =>
  text === null ? 'NULL' : `'${storable(text).replaceAll("'", "''")}'`;

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A cell of COPY's text format. */
const cell = (text: string | null): string =>
  text === null ? '\\N' : storable(text).replace(/[\\\n\r\t]/g, (found) => ESCAPES[found]);

/**
 * Writes a table of tracks, and a table NAME_meta of one row with what a query must fit: the model, the tags in the
 * order of scores, and the hasher. Rows are in COPY's text format. The primary key holds the codes too, so that a
 * search by code reads nothing else; indexes of approximate answers stand at the end as comments.
 */
export async function writeSql(
  file: string,
  { identity, header, rows, hasher }: ExportedIndex,
  { table = 'tracks', pgvector = true }: SqlChoice,
): Promise<void> {
  const { name, meta } = tableName(table);
  const { length, code } = identity;
  const hasVectors = header.embedding !== null;
  const types = {
    ...COLUMNS,
    ...(hasVectors ? { embedding: pgvector ? `vector(${length})` : 'real[]' } : {}),
    ...(code ? { code: `bit(${code.bits})` } : {}),
  };
  const columns = Object.entries(types).map(([column, type]) => `  ${column} ${type}`);
  const handle = await open(file, 'w');
  try {
    await handle.writeFile(`\\set ON_ERROR_STOP on
-- An index of polytag, for psql: psql --file FILE DATABASE
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
BEGIN;
${pgvector ? 'CREATE EXTENSION IF NOT EXISTS vector;\n' : ''}CREATE TABLE ${name} (
${columns.join(',\n')}
);
CREATE TABLE ${meta} (
  model text NOT NULL,
  weights text,
  length integer NOT NULL,
  labels text[] NOT NULL,
  bits integer,
  hasher bytea
);
INSERT INTO ${meta} VALUES (${[
      ...[literal(identity.model), literal(identity.weights), length],
      ...[literal(textArray(header.labels)), code?.bits ?? 'NULL'],
      hasher ? `decode('${Buffer.from(hasher).toString('base64')}', 'base64')` : 'NULL',
    ].join(', ')});
COPY ${name} (${Object.keys(types).join(', ')}) FROM stdin;
`);
    await copyRows(handle, rows, { hasVectors, hasCodes: code !== null, pgvector });
    await handle.writeFile(`\\.
ALTER TABLE ${name} ADD PRIMARY KEY (id)${code ? ' INCLUDE (code)' : ''};
CREATE INDEX ON ${name} USING hash (path);
COMMIT;
VACUUM ANALYZE ${name};
${pgvector ? approximateIndexes(name, hasVectors ? length : 0, code !== null) : ''}`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function copyRows(
  handle: FileHandle,
  rows: AsyncIterable<CodedRow>,
  { hasVectors, hasCodes, pgvector }: { hasVectors: boolean; hasCodes: boolean; pgvector: boolean },
): Promise<void> {
  let id = 0;
  for await (const group of inGroups(rows, GROUP)) {
    const lines = group.map(({ path, title, artist, album, duration, tops, scores, embedding, code }) =>
      [
        ...[String(id++), cell(path), cell(title), cell(artist), cell(album)],
        ...[duration === null ? '\\N' : String(duration), cell(textArray(tops))],
        scores ? numberArray(scores) : '\\N',
        ...(hasVectors ? [embedding ? vectorText(embedding, pgvector) : '\\N'] : []),
        ...(hasCodes ? [code ? bitText(code) : '\\N'] : []),
      ].join('\t'),
    );
    await handle.writeFile(`${lines.join('\n')}\n`);
  }
}

/** Statements for those who want approximate answers; they take hours where tracks are many. */
function approximateIndexes(name: string, length: number, hasCodes: boolean): string {
  const indexes = [
    ...(length > 0 && length <= INDEXED ? ['embedding vector_ip_ops'] : []),
    ...(hasCodes ? ['code bit_hamming_ops'] : []),
  ];
  return `
-- "polytag similar" compares every track, exactly. For queries of your own that ORDER BY embedding <#> … or code <~> …
-- LIMIT …, these make graphs, whose answers are approximate. Give maintenance_work_mem as much memory as a graph takes;
-- of a query, hnsw.ef_search (40 unless set) says how far it looks.
-- SET maintenance_work_mem = '2GB';
-- SET max_parallel_maintenance_workers = 7;
${indexes.map((index) => `-- CREATE INDEX ON ${name} USING hnsw (${index}) WITH (m = 16, ef_construction = 64);`).join('\n')}
`;
}
