/** Tables with names, paths and numbers of every kind. */
import type { TableHeader, TagRow } from '../../../src/catalogue/row.js';
import fc from '../../fast-check.js';

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
