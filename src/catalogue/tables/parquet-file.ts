/** Apache Parquet: lists for top tags and embedding, the header in the key-value metadata. */
import { type FileHandle, open } from 'node:fs/promises';
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type SchemaElement,
} from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { CodedRow, TableExtras, TableHeader, TagRow } from '../row.js';
import { groupRows, inGroups, scoreColumn } from './batches.js';
import {
  FIXED,
  HEADER_KEY,
  headerText,
  layoutOf,
  PROPERTIES,
  PROPERTY_NAMES,
  propertiesOf,
  type TableLayout,
  tagColumns,
} from './columns.js';
import type { ReadOptions, TableFormat } from './format.js';

/** A list as specified by the format. */
function listOf(name: string, element: SchemaElement): SchemaElement[] {
  return [
    {
      name,
      repetition_type: 'OPTIONAL',
      converted_type: 'LIST',
      logical_type: { type: 'LIST' },
      num_children: 1,
    },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { ...element, name: 'element' },
  ];
}

const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const;

function schemaOf(
  { embedding }: TableHeader,
  tags: readonly string[],
  code: TableExtras['code'],
): SchemaElement[] {
  const columns = [
    [{ name: FIXED.path, repetition_type: 'REQUIRED', ...TEXT }],
    ...PROPERTY_NAMES.map((name) => [
      { name, repetition_type: 'OPTIONAL', ...(PROPERTIES[name] === 'text' ? TEXT : { type: 'DOUBLE' }) },
    ]),
    listOf(FIXED.tops, { name: '', repetition_type: 'REQUIRED', ...TEXT }),
    ...tags.map((name) => [{ name, repetition_type: 'OPTIONAL', type: 'FLOAT' }]),
    ...(embedding === null
      ? []
      : [listOf(FIXED.embedding, { name: '', repetition_type: 'REQUIRED', type: 'FLOAT' })]),
    ...(code === null
      ? []
      : [
          [
            {
              ...{ name: code.column, repetition_type: 'OPTIONAL' },
              ...{ type: 'FIXED_LEN_BYTE_ARRAY', type_length: code.bytes },
            },
          ],
        ]),
  ] as SchemaElement[][];
  return [{ name: 'root', num_children: columns.length }, ...columns.flat()];
}

type Column = Parameters<ParquetWriter['write']>[0]['columnData'][number];

function columnsOf(
  group: readonly (TagRow | CodedRow)[],
  { embedding }: TableHeader,
  tags: readonly string[],
  code: TableExtras['code'],
): Column[] {
  const plain = { offsetIndex: false };
  // Scores and embeddings hardly repeat: dictionaries and compression cost time and save nothing.
  const numbers = { ...plain, encoding: 'PLAIN', codec: 'UNCOMPRESSED' } as const;
  const columns: Column[] = [
    { name: FIXED.path, data: group.map(({ path }) => path), ...plain },
    ...PROPERTY_NAMES.map((name) => ({
      name,
      data: group.map((row) => row[name]),
      ...(PROPERTIES[name] === 'text' ? plain : numbers),
    })),
    { name: FIXED.tops, data: group.map(({ tops }) => tops), ...plain },
    ...tags.map((name, tag) => ({ name, data: scoreColumn(group, tag), ...numbers })),
  ];
  if (embedding !== null) {
    const data = group.map((row) => row.embedding && Array.from(row.embedding));
    columns.push({ name: FIXED.embedding, data, ...numbers, statistics: false });
  }
  if (code !== null) {
    const data = group.map((row) => ('code' in row ? row.code : null));
    columns.push({ name: code.column, data, ...numbers, statistics: false });
  }
  return columns;
}

/** A writer whose bytes go to the file after each group of rows. */
function writerInto(handle: FileHandle): ByteWriter & { flush(): Promise<void> } {
  const writer = new ByteWriter();
  const flush = async (): Promise<void> => {
    await handle.appendFile(writer.getBytes());
    writer.index = 0;
  };
  return Object.assign(writer, { flush, finish: flush });
}

/** Writes rows into a new file. */
export async function writeParquet(
  file: string,
  header: TableHeader,
  rows: AsyncIterable<TagRow | CodedRow>,
  { code, metadata }: TableExtras = { code: null, metadata: {} },
): Promise<void> {
  const tags = tagColumns(header.labels);
  const handle = await open(file, 'w');
  try {
    const writer = new ParquetWriter({
      writer: writerInto(handle),
      schema: schemaOf(header, tags, code),
      kvMetadata: [
        { key: HEADER_KEY, value: headerText(header) },
        ...Object.entries(metadata).map(([key, value]) => ({ key, value })),
      ],
      createdBy: 'polytag',
    });
    for await (const group of inGroups(rows, groupRows(header)))
      await writer.write({ columnData: columnsOf(group, header, tags, code), rowGroupSize: group.length });
    await writer.finish();
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The library reads one piece of the file per column, all from one open file. */
async function openFile(path: string): Promise<{ file: AsyncBuffer; close(): Promise<void> }> {
  const handle = await open(path);
  const { size } = await handle.stat();
  const slice = async (from: number, to = size): Promise<ArrayBuffer> => {
    const bytes = new Uint8Array(Math.max(0, Math.min(size, to) - from));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
    return bytesRead === bytes.length ? bytes.buffer : bytes.buffer.slice(0, bytesRead);
  };
  return { file: { byteLength: size, slice }, close: () => handle.close() };
}

/** Numbers of a row over several columns; null when the row has none of them. */
function scoresAt(cells: readonly unknown[], places: readonly number[]): Float32Array | null {
  const scores = new Float32Array(places.length);
  let known = 0;
  for (let tag = 0; tag < places.length; tag++) {
    const score = cells[places[tag]];
    if (typeof score === 'number') known++;
    scores[tag] = typeof score === 'number' ? score : Number.NaN;
  }
  return known > 0 ? scores : null;
}

const vectorOf = (value: unknown): Float32Array | null =>
  Array.isArray(value) || value instanceof Float32Array || value instanceof Float64Array
    ? new Float32Array(value)
    : null;

/** Length of the first embedding, for tables that lost their header when other programs rewrote them. */
async function embeddingLength(file: AsyncBuffer, metadata: FileMetaData): Promise<number | null> {
  let length: number | null = null;
  const onComplete = (rows: unknown[][]): void => {
    for (const [value] of rows) length ??= vectorOf(value)?.length || null;
  };
  await parquetRead({ file, metadata, columns: [FIXED.embedding], rowEnd: 1000, onComplete });
  return length;
}

interface ParquetLayout extends TableLayout {
  metadata: FileMetaData;
  columns: Set<string>;
}

async function layoutIn(file: AsyncBuffer): Promise<ParquetLayout> {
  const metadata = await parquetMetadataAsync(file);
  const { children } = parquetSchema(metadata);
  const columns = new Set(children.map(({ element }) => element.name));
  const flat = children
    .filter(({ element: { name, type } }) => name === FIXED.path || type === 'FLOAT' || type === 'DOUBLE')
    .map(({ element }) => element.name);
  const text = metadata.key_value_metadata?.find(({ key }) => key === HEADER_KEY)?.value ?? null;
  const layout = await layoutOf(text, flat, {
    present: columns.has(FIXED.embedding),
    length: () => embeddingLength(file, metadata),
  });
  return { ...layout, metadata, columns };
}

async function* rowsOf(
  file: AsyncBuffer,
  { metadata, columns, header, tags }: ParquetLayout,
  { scores, embeddings }: Required<Pick<ReadOptions, 'scores' | 'embeddings'>>,
): AsyncGenerator<TagRow> {
  const wanted = [
    ...Object.values(FIXED).filter((name) => name !== FIXED.embedding && columns.has(name)),
    ...(scores ? tags.map(({ column }) => column) : []),
    ...(embeddings && header.embedding !== null ? [FIXED.embedding] : []),
  ];
  const at = (name: string): number => wanted.indexOf(name);
  const place = {
    path: at(FIXED.path),
    tops: at(FIXED.tops),
    embedding: at(FIXED.embedding),
  };
  const properties = new Map(PROPERTY_NAMES.map((name) => [name, at(name)]));
  const tagPlaces = scores
    ? tags.map((_, tag) => wanted.length - (place.embedding < 0 ? 0 : 1) - tags.length + tag)
    : [];
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    let cells: unknown[][] = [];
    const onComplete = (read: unknown[][]): void => {
      cells = read;
    };
    await parquetRead({ file, metadata, columns: wanted, rowStart, rowEnd, onComplete });
    for (const row of cells) {
      const tops = row[place.tops];
      yield {
        path: String(row[place.path]),
        ...propertiesOf((name) => row[properties.get(name)!]),
        tops: Array.isArray(tops) ? tops.map(String) : [],
        scores: scoresAt(row, tagPlaces),
        embedding: vectorOf(row[place.embedding]),
      };
    }
    rowStart = rowEnd;
  }
}

/** Reads a file's header, and its rows as they are asked for. */
export const readParquetTable: TableFormat['read'] = async (path, options) => {
  const opened = await openFile(path);
  const layout = await layoutIn(opened.file).finally(opened.close);
  return {
    header: layout.header,
    rows: {
      async *[Symbol.asyncIterator]() {
        const { file, close } = await openFile(path);
        try {
          yield* rowsOf(file, layout, options);
        } finally {
          await close();
        }
      },
    },
  };
};
