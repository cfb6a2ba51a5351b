/** Tables made for tests. */

import { randomGenerator } from '../../../src/base/random.js';
import { type TableHeader, type TagRow, UNKNOWN_PROPERTIES } from '../../../src/catalogue/row.js';

/** Rows as a stream. */
export async function* streamOf(rows: readonly TagRow[]): AsyncGenerator<TagRow> {
  yield* rows;
}

/** A stream's rows. */
export async function collect(rows: AsyncIterable<TagRow>): Promise<TagRow[]> {
  const all: TagRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** A catalogue of tracks around a few centres, so that neighbours mean something; every 50th could not be read. */
export function madeCatalogue(
  count: number,
  labels: readonly string[],
  length: number | null,
  seed = 1,
): { header: TableHeader; rows: TagRow[] } {
  const random = randomGenerator(seed, 'catalogue');
  const centres = labels.map(() => Float32Array.from({ length: length ?? 0 }, () => random.normal()));
  const rows = Array.from({ length: count }, (_, i): TagRow => {
    const path = `music/artist ${i % 40}/track ${i}.mp3`;
    if (i % 50 === 49)
      return {
        path,
        ...UNKNOWN_PROPERTIES,
        duration: null,
        error: 'The file is not audio.',
        tops: [],
        scores: null,
        embedding: null,
      };
    const kind = random.integer(labels.length);
    const scores = Float32Array.from(labels, (_, j) =>
      j === kind ? 0.6 + 0.4 * random.uniform() : 0.5 * random.uniform() ** 3,
    );
    const embedding = length === null ? null : centres[kind].map((value) => value + 0.4 * random.normal());
    const properties = {
      ...UNKNOWN_PROPERTIES,
      duration: 30 + (i % 200),
      title: `Track ${i}`,
      artist: `Artist ${i % 40}`,
      bytes: 1000 + i,
    };
    return { path, ...properties, tops: [labels[kind]], scores, embedding };
  });
  const record = { weights: 'sha256:0123', window: '3 s' };
  return { header: { model: 'made', labels: [...labels], embedding: length, record }, rows };
}
