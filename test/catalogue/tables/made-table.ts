/** Tables made for tests. */

import { randomGenerator } from '../../../src/base/random.js';
import { type TableHeader, type TagRow, UNKNOWN_PROPERTIES } from '../../../src/catalogue/row.js';
import fc from '../../fast-check.js';

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

const text = fc.string({ unit: 'binary', maxLength: 12 });
const name = fc.oneof(
  text,
  fc.constantFrom(
    'path',
    'Path',
    'top_tags',
    'embedding',
    'e0',
    'path_tag',
    '__proto__',
    'constructor',
    '80',
    'a;b\\',
    '"',
    '\n',
  ),
);
/** Floats of every size, no NaN. */
const float = fc.float({ noNaN: true, noDefaultInfinity: true });

const vector = (length: number): fc.Arbitrary<Float32Array> =>
  fc.array(float, { minLength: length, maxLength: length }).map((values) => Float32Array.from(values));

const optional = fc.option(text.filter((value) => value !== ''));
const anyProperties = {
  warning: optional,
  title: optional,
  artist: optional,
  album: optional,
  bytes: fc.option(fc.nat()),
  modified: optional,
};

function tagged({ labels, embedding }: TableHeader): fc.Arbitrary<TagRow> {
  return fc.record<TagRow>({
    path: text,
    duration: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    error: fc.constant(null),
    ...anyProperties,
    tops: fc.subarray(labels),
    scores: vector(labels.length),
    embedding: embedding === null ? fc.constant(null) : vector(embedding),
  });
}

const failed: fc.Arbitrary<TagRow> = fc.record<TagRow>({
  path: text,
  duration: fc.constant(null),
  error: text.filter((reason) => reason !== ''),
  ...anyProperties,
  tops: fc.constant([]),
  scores: fc.constant(null),
  embedding: fc.constant(null),
});

/** Tables with names, paths and numbers of every kind. */
export const anyTable: fc.Arbitrary<{ header: TableHeader; rows: TagRow[] }> = fc
  .record<TableHeader>({
    labels: fc.uniqueArray(
      name.filter((label) => label !== ''),
      { minLength: 1, maxLength: 6 },
    ),
    embedding: fc.option(fc.integer({ min: 1, max: 5 })),
    model: text,
    // The schema library drops the one key that would reach an object's prototype.
    record: fc.dictionary(
      text.filter((key) => key !== '__proto__'),
      text,
      { maxKeys: 3 },
    ),
  })
  .chain((header) =>
    fc.record({
      header: fc.constant(header),
      rows: fc.array(fc.oneof(tagged(header), failed), { maxLength: 8 }),
    }),
  );
