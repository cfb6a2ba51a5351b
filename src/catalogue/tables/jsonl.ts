/** JSON lines: an object a row, a key a column, lists as lists; what the table says of itself in a file beside it. */
import { createReadStream } from 'node:fs';
import { Failure } from '../../base/errors.js';
import { writePieces } from '../../base/files.js';
import { shortestDecimal } from '../../base/numbers.js';
import type { TableHeader, TagRow } from '../row.js';
import { groupRows, inGroups } from './batches.js';
import { FIXED, layoutOf, PROPERTY_NAMES, propertiesOf, tagColumns } from './columns.js';
import type { TableFormat } from './format.js';
import { readSidecar, writeSidecar } from './sidecar.js';

/** JSON has no NaN. */
const numberText = (value: number): string => shortestDecimal(value) || 'null';

/** Written by hand for the digits of float32, and for keys that objects treat specially (`80`, `__proto__`). */
function line(row: TagRow, keys: readonly string[], embeds: boolean): string {
  const fields = [
    `${JSON.stringify(FIXED.path)}:${JSON.stringify(row.path)}`,
    ...PROPERTY_NAMES.map((name) => `${JSON.stringify(name)}:${JSON.stringify(row[name])}`),
    `${JSON.stringify(FIXED.tops)}:${JSON.stringify(row.tops)}`,
    ...keys.map((key, tag) => `${key}:${row.scores ? numberText(row.scores[tag]) : 'null'}`),
  ];
  if (embeds) {
    const values = row.embedding && `[${Array.from(row.embedding, numberText).join(',')}]`;
    fields.push(`${JSON.stringify(FIXED.embedding)}:${values ?? 'null'}`);
  }
  return `{${fields.join(',')}}\n`;
}

async function* texts(header: TableHeader, rows: AsyncIterable<TagRow>): AsyncGenerator<string> {
  const keys = tagColumns(header.labels).map((name) => JSON.stringify(name));
  for await (const group of inGroups(rows, groupRows(header)))
    yield group.map((row) => line(row, keys, header.embedding !== null)).join('');
}

/** A parsed line; keys that are not columns of the table are ignored. */
type Fields = Record<string, unknown>;

async function* parsedLines(file: string): AsyncGenerator<Fields> {
  let rest = '';
  let number = 0;
  const parsed = (text: string): Fields => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new Failure(`line ${number} is not valid JSON`);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Failure(`line ${number} is not a JSON object`);
    if (typeof (value as Fields)[FIXED.path] !== 'string')
      throw new Failure(`line ${number} has no "${FIXED.path}"`);
    return value as Fields;
  };
  for await (const piece of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop()!;
    for (const text of lines) {
      number++;
      if (text.trim() !== '') yield parsed(text);
    }
  }
  number++;
  if (rest.trim() !== '') yield parsed(rest);
}

const numbersOf = (values: readonly unknown[]): Float32Array | null =>
  values.length === 0 || values.every((value) => value === null || value === undefined)
    ? null
    : Float32Array.from(values, (value) => (typeof value === 'number' ? value : Number.NaN));

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Keys of the first row; null where there is none. */
async function firstKeys(file: string): Promise<string[] | null> {
  for await (const fields of parsedLines(file)) return Object.keys(fields);
  return null;
}

/** Length of the first embedding; rows with an error have none. */
async function embeddingLength(file: string): Promise<number | null> {
  for await (const fields of parsedLines(file)) {
    const { length } = listOf(fields[FIXED.embedding]);
    if (length > 0) return length;
  }
  return null;
}

export const jsonl: TableFormat = {
  title: 'JSON lines',
  endings: ['.jsonl', '.ndjson'],
  write: async (file, header, rows, path) => {
    await writePieces(file, texts(header, rows));
    await writeSidecar(path, header);
  },
  read: async (file, { scores, embeddings }) => {
    const columns = await firstKeys(file);
    const { header, tags } = await layoutOf(await readSidecar(file), columns, {
      present: columns === null || columns.includes(FIXED.embedding),
      length: () => embeddingLength(file),
    });
    return {
      header,
      rows: {
        async *[Symbol.asyncIterator]() {
          for await (const fields of parsedLines(file)) {
            yield {
              path: String(fields[FIXED.path]),
              ...propertiesOf((name) => fields[name]),
              tops: listOf(fields[FIXED.tops]).map(String),
              scores: scores ? numbersOf(tags.map(({ column }) => fields[column])) : null,
              embedding: embeddings ? numbersOf(listOf(fields[FIXED.embedding])) : null,
            };
          }
        },
      },
    };
  },
};
