/** What is similar to tracks of a table in PostgreSQL, to files outside it, or to several of them at once. */
import { UsageError } from '../../../base/errors.js';
import { isFile, type Measure, requireKnown, type SAME, type ToldAnswer } from '../answer.js';
import { majorityCode, takesWhole } from '../codes/query-codes.js';
import type { EmbeddedFile, openEmbedder } from '../embed-file.js';
import { directionOf, type MeasureOptions, RERANKED, requireDistance, requireFitting } from '../measures.js';
import { parseWishes } from '../tag-wishes.js';
import { Parameters } from './client.js';
import { filterSql } from './filter-sql.js';
import type { StoredNeighbour, StoredTrack, TrackTable, Where } from './track-table.js';
import { textArray } from './values.js';

/** How neighbours are chosen; all that a search in a table of a file has, with the same meaning. */
export interface StoredOptions extends MeasureOptions {
  count: number;
  exclude?: (typeof SAME)[number];
  isTogether?: boolean;
  /** An expression that holds for neighbours. */
  filter?: string;
  /** Tags that neighbours have at the top, or have not, in words. */
  tag?: string;
  /** For files outside the table: the model that made it. Default: the one that the table names. */
  model?: string;
  log: (line: string) => void;
  signal: AbortSignal;
}

/** A track of the table, or a file outside it. */
type StoredQuery = Pick<StoredTrack, 'path' | 'artist' | 'album' | 'tops'> &
  ({ id: number; embedded: null } | { id: null; embedded: EmbeddedFile });

/**
 * Answers each query in turn, or all together, as `answersTo` does.
 *
 * @throws UsageError for a query that is not found, and for what the table has nothing for
 */
export async function answersFrom(
  table: TrackTable,
  queries: readonly string[],
  options: StoredOptions,
): Promise<{ description: Measure['description']; answers: ToldAnswer[] }> {
  const { by = table.hasVectors ? 'embedding' : 'code', within, above, rerank = false } = options;
  requireMeasure(table, { by, within, above, rerank });
  const found = await findQueries(table, queries, options);
  const answers: ToldAnswer[] = [];
  for (const group of options.isTogether ? [found] : found.map((query) => [query])) {
    const neighbours = await nearest(table, group, { ...options, by, rerank });
    answers.push({
      paths: group.map(({ path }) => path),
      tops: group.length === 1 ? group[0].tops : [],
      neighbours: neighbours.map(({ id: _, album: _album, ...track }) => track),
    });
  }
  const description: Record<string, string | number> = {
    ...{ by, measure: by === 'code' && !rerank ? 'hamming' : 'cosine' },
    ...(by === 'code' ? { bits: table.hasher!.bits } : {}),
    ...(rerank ? { candidates: RERANKED } : {}),
  };
  return { description, answers };
}

function requireMeasure(
  table: TrackTable,
  { by, within, above, rerank }: Required<Pick<MeasureOptions, 'by' | 'rerank'>> & MeasureOptions,
): void {
  if (by === 'tags')
    throw new UsageError('A table in PostgreSQL is compared by embedding or code; leave --by tags out.');
  if (by === 'code' && table.hasher === null)
    throw new UsageError('The table has no codes; export an index that was built with --hash.');
  if ((by === 'embedding' || rerank) && !table.hasVectors)
    throw new UsageError('The table holds codes alone, without embeddings; compare by code.');
  requireFitting({ by, above, within, rerank });
  if (table.hasher) requireDistance(within, table.hasher.bits);
}

async function findQueries(
  table: TrackTable,
  queries: readonly string[],
  { model, log, signal }: StoredOptions,
): Promise<StoredQuery[]> {
  let embedder: Awaited<ReturnType<typeof openEmbedder>> | null = null;
  const found: StoredQuery[] = [];
  try {
    for (const query of queries) {
      let track = await table.find(query, false);
      if (!track && (await isFile(query))) {
        // Loaded when wanted: models take as long to load as everything else here.
        embedder ??= await (await import('../embed-file.js')).openEmbedder(table, model, log);
        const embedded = await embedder.embed(query, signal);
        const { tops, artist, album } = embedded;
        found.push({ path: query, tops, artist, album, id: null, embedded });
        continue;
      }
      track ??= await table.find(query, true);
      if (!track)
        throw new UsageError(
          `The table has no track with "${query}" in its path, title or artist, and there is no such file.`,
        );
      found.push({ ...track, embedded: null });
    }
  } finally {
    embedder?.dispose();
  }
  return found;
}

async function nearest(
  table: TrackTable,
  group: readonly StoredQuery[],
  {
    by,
    count,
    within,
    above,
    rerank,
    ...rest
  }: StoredOptions & Required<Pick<MeasureOptions, 'by' | 'rerank'>>,
): Promise<StoredNeighbour[]> {
  const isOne = group.length === 1;
  const isTrack = isOne && group[0].id !== null;
  if (
    by === 'code' &&
    !takesWhole(table.hasher!) &&
    !isOne &&
    !table.hasVectors &&
    group.some(({ id }) => id !== null)
  )
    throw new UsageError('The table holds codes alone, of which no mean can be taken; leave --together out.');
  const ownCode = by === 'code' && takesWhole(table.hasher!);
  const needsDirection = by === 'embedding' || rerank || !(isTrack || ownCode);
  const vectors: Float32Array[] = [];
  if (needsDirection)
    for (const { id, embedded } of group) vectors.push(embedded?.unit ?? (await table.vector(id!)));
  const unit = needsDirection ? directionOf(vectors) : null;
  const chosen = { count, within, above, ...conditions(table, group, rest) };
  if (by === 'embedding') return table.nearestByEmbedding(unit!, chosen);
  const code = isTrack || ownCode ? await codeOfAll(table, group) : table.hasher!.encode(unit!, 1);
  return table.nearestByCode(code, {
    ...chosen,
    ...(rerank ? { rerank: { unit: unit!, candidates: RERANKED } } : {}),
  });
}

/** The code of a track, or of several the majority of each bit, by the model's own hash layer. */
async function codeOfAll(table: TrackTable, group: readonly StoredQuery[]): Promise<Uint32Array> {
  const hasher = table.hasher!;
  const codes: Uint32Array[] = [];
  for (const { id, embedded } of group)
    codes.push(id === null ? hasher.encode(embedded!.embedding, 1) : await table.code(id));
  return majorityCode(codes, hasher.bits);
}

/** Which tracks may be neighbours. */
function conditions(
  { labels }: TrackTable,
  group: readonly StoredQuery[],
  { exclude, filter, tag }: Pick<StoredOptions, 'exclude' | 'filter' | 'tag'>,
): Where {
  const parameters = new Parameters();
  const all: string[] = [];
  const own = group.flatMap(({ id }) => (id === null ? [] : [id]));
  all.push(`t.id <> ALL (${parameters.add(`{${own.join(',')}}`)}::text::bigint[])`);
  if (exclude) {
    const names = group.map((query) => requireKnown(query, exclude));
    const plain = (sql: string): string => `btrim(lower(normalize(${sql})))`;
    const given = `SELECT ${plain('n.name')} FROM unnest(${parameters.add(textArray(names))}::text::text[]) AS n(name)`;
    all.push(`(t.${exclude} IS NULL OR ${plain(`t.${exclude}`)} NOT IN (${given}))`);
  }
  if (tag !== undefined)
    for (const { label, isWanted } of parseWishes(tag, labels))
      all.push(`${isWanted ? '' : 'NOT '}t.top_tags @> ${parameters.add(textArray([label]))}::text::text[]`);
  if (filter !== undefined) all.push(filterSql(filter, labels, parameters));
  return { where: all.join(' AND '), parameters };
}
