/**
 * CSV (RFC 4180): one column a dimension of the embedding, top tags parted by semicolons, what the table says of
 * itself in a file beside it.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { parse } from 'csv-parse';
import { Failure } from '../../base/errors.js';
import { writePieces } from '../../base/files.js';
import { shortestDecimal } from '../../base/numbers.js';
import { type Cell, csvLines } from '../../base/text-tables.js';
import type { TableHeader, TagRow } from '../row.js';
import { groupRows, inGroups } from './batches.js';
import { dimensionColumns, FIXED, layoutOf, PROPERTY_NAMES, propertiesOf, tagColumns } from './columns.js';
import type { TableFormat } from './format.js';
import { readSidecar, writeSidecar } from './sidecar.js';

/** Between top tags; after a backslash it belongs to a tag's name. */
const SEPARATOR = ';';

function joinTops(tops: readonly string[]): string {
  return tops.map((tag) => tag.replace(/[\\;]/g, '\\$&')).join(SEPARATOR);
}

function splitTops(text: string): string[] {
  if (text === '') return [];
  const tags = [''];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === SEPARATOR) tags.push('');
    else if (text[i] === '\\' && i + 1 < text.length) tags[tags.length - 1] += text[++i];
    else tags[tags.length - 1] += text[i];
  }
  return tags;
}

async function* texts(header: TableHeader, rows: AsyncIterable<TagRow>): AsyncGenerator<string> {
  const columns = [
    FIXED.path,
    ...PROPERTY_NAMES,
    FIXED.tops,
    ...tagColumns(header.labels),
    ...dimensionColumns(header.embedding),
  ];
  yield csvLines([columns]);
  const numbers = (values: Float32Array | null, length: number): Cell[] =>
    Array.from({ length }, (_, i) => values && shortestDecimal(values[i]));
  const cells = (row: TagRow): Cell[] => [
    row.path,
    ...PROPERTY_NAMES.map((name) => row[name]),
    joinTops(row.tops),
    ...numbers(row.scores, header.labels.length),
    ...numbers(row.embedding, header.embedding ?? 0),
  ];
  for await (const group of inGroups(rows, groupRows(header))) yield csvLines(group.map(cells));
}

/** Records of a CSV file, the header first. */
function records(file: string, rows: { from: number; to?: number }): AsyncIterable<string[]> {
  const parser = parse({ bom: true, from: rows.from, to: rows.to });
  // The parser passes an error of the source to its consumer.
  pipeline(createReadStream(file), parser, () => {});
  return parser as AsyncIterable<string[]>;
}

/** Refuses a file that was cut off within its last number, which would be read as another number. */
async function requireLineEnd(file: string): Promise<void> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    if (last[0] !== 0x0a) throw new Failure('its last line has no end');
  } finally {
    await handle.close();
  }
}

/** Numbers of a row's cells; null when all are empty. */
function numbersAt(cells: readonly string[], places: readonly number[]): Float32Array | null {
  if (places.length === 0 || places.every((place) => cells[place] === '')) return null;
  return Float32Array.from(places, (place) => (cells[place] === '' ? Number.NaN : Number(cells[place])));
}

export const csv: TableFormat = {
  title: 'CSV',
  endings: ['.csv'],
  write: async (file, header, rows, path) => {
    await writePieces(file, texts(header, rows));
    await writeSidecar(path, header);
  },
  read: async (file, { scores, embeddings }) => {
    await requireLineEnd(file);
    let columns: string[] = [];
    for await (const record of records(file, { from: 1, to: 1 })) columns = record;
    const dimensions = dimensionColumns(columns.length).filter((name) => columns.includes(name));
    const { header, tags } = await layoutOf(await readSidecar(file), columns, {
      present: dimensions.length > 0,
      length: () => dimensions.length,
    });
    const at = (name: string): number => columns.indexOf(name);
    const [pathPlace, topsPlace] = [at(FIXED.path), at(FIXED.tops)];
    const properties = new Map(PROPERTY_NAMES.map((name) => [name, at(name)]));
    const tagPlaces = scores ? tags.map(({ column }) => at(column)) : [];
    const dimensionPlaces = embeddings && header.embedding ? dimensions.map(at) : [];
    return {
      header,
      rows: {
        async *[Symbol.asyncIterator]() {
          for await (const cells of records(file, { from: 2 })) {
            yield {
              path: cells[pathPlace],
              ...propertiesOf((name) => cells[properties.get(name)!]),
              tops: splitTops(cells[topsPlace] ?? ''),
              scores: numbersAt(cells, tagPlaces),
              embedding: numbersAt(cells, dimensionPlaces),
            };
          }
        },
      },
    };
  },
};
