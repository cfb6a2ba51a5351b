/** Apache Arrow IPC files (Feather 2), with the header in the schema's metadata. */
import { type FileHandle, open } from 'node:fs/promises';
import {
  AsyncByteQueue,
  type Data,
  DataType,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  List,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  RecordBatchReader,
  Schema,
  Struct,
  Uint8,
  Utf8,
  type Vector,
} from 'apache-arrow';
import { Failure } from '../../base/errors.js';
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

/** A file begins and ends with it. */
const MAGIC = 'ARROW1';

const TOPS = new List(new Field('item', new Utf8(), false));

const embeddingType = (length: number): FixedSizeList<Float32> =>
  new FixedSizeList(length, new Field('item', new Float32(), false));

const codeType = (bytes: number): FixedSizeList<Uint8> =>
  new FixedSizeList(bytes, new Field('item', new Uint8(), false));

function schemaOf(header: TableHeader, { code, metadata }: TableExtras): Schema {
  const fields = [
    new Field(FIXED.path, new Utf8(), false),
    ...PROPERTY_NAMES.map(
      (name) => new Field(name, PROPERTIES[name] === 'text' ? new Utf8() : new Float64(), true),
    ),
    new Field(FIXED.tops, TOPS, false),
    ...tagColumns(header.labels).map((name) => new Field(name, new Float32(), true)),
    ...(header.embedding === null ? [] : [new Field(FIXED.embedding, embeddingType(header.embedding), true)]),
    ...(code === null ? [] : [new Field(code.column, codeType(code.bytes), true)]),
  ];
  return new Schema(fields, new Map([[HEADER_KEY, headerText(header)], ...Object.entries(metadata)]));
}

/** Validity bitmap of rows, the lowest bit first. */
function validity(has: readonly boolean[]): { nullBitmap: Uint8Array; nullCount: number } {
  const nullBitmap = new Uint8Array((has.length + 7) >> 3);
  let nullCount = 0;
  has.forEach((valid, row) => {
    if (valid) nullBitmap[row >> 3] |= 1 << (row & 7);
    else nullCount++;
  });
  return { nullBitmap, nullCount };
}

function texts(values: readonly (string | null)[]): Data<Utf8> {
  const bytes = values.map((value) => Buffer.from(value ?? ''));
  const valueOffsets = new Int32Array(values.length + 1);
  bytes.forEach((text, row) => {
    valueOffsets[row + 1] = valueOffsets[row] + text.length;
  });
  const has = validity(values.map((value) => value !== null));
  return makeData({
    type: new Utf8(),
    length: values.length,
    valueOffsets,
    data: Buffer.concat(bytes),
    ...has,
  });
}

function numbers<Type extends Float32 | Float64>(type: Type, values: readonly (number | null)[]): Data<Type> {
  const data = type instanceof Float64 ? new Float64Array(values.length) : new Float32Array(values.length);
  values.forEach((value, row) => {
    data[row] = value ?? 0;
  });
  const has = validity(values.map((value) => value !== null));
  return makeData({ type, length: values.length, data, ...has } as Parameters<
    typeof makeData
  >[0]) as Data<Type>;
}

function topTags(group: readonly TagRow[]): Data<List<Utf8>> {
  const valueOffsets = new Int32Array(group.length + 1);
  group.forEach(({ tops }, row) => {
    valueOffsets[row + 1] = valueOffsets[row] + tops.length;
  });
  const child = texts(group.flatMap(({ tops }) => tops));
  return makeData({ type: TOPS, length: group.length, nullCount: 0, valueOffsets, child });
}

function embeddings(group: readonly TagRow[], length: number): Data<FixedSizeList<Float32>> {
  const data = new Float32Array(group.length * length);
  group.forEach(({ embedding }, row) => {
    if (embedding) data.set(embedding, row * length);
  });
  const child = makeData({ type: new Float32(), length: data.length, nullCount: 0, data });
  const has = validity(group.map(({ embedding }) => embedding !== null));
  return makeData({ type: embeddingType(length), length: group.length, child, ...has });
}

function codes(group: readonly (TagRow | CodedRow)[], bytes: number): Data<FixedSizeList<Uint8>> {
  const own = group.map((row) => ('code' in row ? row.code : null));
  const data = new Uint8Array(group.length * bytes);
  own.forEach((code, row) => {
    if (code) data.set(code, row * bytes);
  });
  const child = makeData({ type: new Uint8(), length: data.length, nullCount: 0, data });
  const has = validity(own.map((code) => code !== null));
  return makeData({ type: codeType(bytes), length: group.length, child, ...has });
}

function toBatch(
  schema: Schema,
  group: readonly (TagRow | CodedRow)[],
  { labels, embedding }: TableHeader,
  { code }: TableExtras,
): RecordBatch {
  const children: Data[] = [
    texts(group.map(({ path }) => path)),
    ...PROPERTY_NAMES.map((name) => {
      const values = group.map((row) => row[name]);
      return PROPERTIES[name] === 'text'
        ? texts(values as (string | null)[])
        : numbers(new Float64(), values as (number | null)[]);
    }),
    topTags(group),
    ...labels.map((_, tag) => numbers(new Float32(), scoreColumn(group, tag))),
    ...(embedding === null ? [] : [embeddings(group, embedding)]),
    ...(code === null ? [] : [codes(group, code.bytes)]),
  ];
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length: group.length, nullCount: 0, children }));
}

/** Collects the library's output, so that it can be written to the file before more is made. */
class Pieces extends AsyncByteQueue {
  private pieces: Uint8Array[] = [];

  override write(piece: Uint8Array): void {
    this.pieces.push(piece);
  }

  /** Takes what was written since the last call. */
  async into(handle: FileHandle): Promise<void> {
    const pieces = this.pieces;
    this.pieces = [];
    if (pieces.length > 0) await handle.appendFile(Buffer.concat(pieces));
  }
}

/** Writes rows into a new file; codes as lists of bytes of one length, which LanceDB compares by Hamming distance. */
export async function writeArrow(
  file: string,
  header: TableHeader,
  rows: AsyncIterable<TagRow | CodedRow>,
  extras: TableExtras = { code: null, metadata: {} },
): Promise<void> {
  const schema = schemaOf(header, extras);
  const pieces = new Pieces();
  const handle = await open(file, 'w');
  try {
    const writer = new RecordBatchFileWriter({ autoDestroy: false });
    writer.reset(pieces, schema);
    for await (const group of inGroups(rows, groupRows(header))) {
      writer.write(toBatch(schema, group, header, extras));
      await pieces.into(handle);
    }
    writer.close();
    await pieces.into(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The library would read a file that was cut off as a stream, as far as it goes. */
async function requireWhole(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  const read = async (position: number): Promise<string> => {
    const bytes = Buffer.alloc(MAGIC.length);
    await handle.read(bytes, 0, bytes.length, position);
    return bytes.toString('latin1');
  };
  if (size < 2 * MAGIC.length || (await read(0)) !== MAGIC) throw new Failure('it is not an Arrow IPC file');
  if ((await read(size - MAGIC.length)) !== MAGIC) throw new Failure('its end is missing');
}

async function* batchesOf(file: string): AsyncGenerator<RecordBatch> {
  const handle = await open(file);
  try {
    await requireWhole(handle);
    const reader = await RecordBatchReader.from(handle);
    for await (const batch of reader) yield batch;
  } finally {
    // The library may have closed it.
    await handle.close().catch(() => undefined);
  }
}

async function schemaIn(file: string): Promise<Schema> {
  const handle = await open(file);
  try {
    await requireWhole(handle);
    const reader = await RecordBatchReader.from(handle);
    await reader.open();
    return reader.schema;
  } finally {
    await handle.close().catch(() => undefined);
  }
}

/** Length of the embeddings: of the type, or of the first one where another program wrote variable lists. */
async function embeddingLength(file: string, schema: Schema): Promise<number | null> {
  const field = schema.fields.find(({ name }) => name === FIXED.embedding);
  if (!field) return null;
  if (DataType.isFixedSizeList(field.type)) return field.type.listSize;
  for await (const batch of batchesOf(file)) {
    const vectors = batch.getChild(FIXED.embedding)!;
    for (let row = 0; row < batch.numRows; row++) {
      const length = vectorOf(vectors.get(row))?.length;
      if (length) return length;
    }
  }
  return null;
}

/** A list as numbers, copied: a view would keep the whole batch in memory. */
function vectorOf(list: unknown): Float32Array | null {
  if (list === null || list === undefined) return null;
  return new Float32Array((list as Vector).toArray() as ArrayLike<number>);
}

function* rowsIn(
  batch: RecordBatch,
  { header, tags }: TableLayout,
  { scores, embeddings: embeds }: Required<Pick<ReadOptions, 'scores' | 'embeddings'>>,
): Generator<TagRow> {
  const column = (name: string): Vector | null => batch.getChild(name);
  const paths = column(FIXED.path);
  const properties = new Map(PROPERTY_NAMES.map((name) => [name, column(name)]));
  const tops = column(FIXED.tops);
  const tagVectors = scores ? tags.map((tag) => column(tag.column)!) : [];
  const vectors = embeds && header.embedding !== null ? column(FIXED.embedding) : null;
  for (let row = 0; row < batch.numRows; row++) {
    const values = tagVectors.map((vector) => vector.get(row) as number | null);
    yield {
      path: String(paths!.get(row)),
      ...propertiesOf((name) => properties.get(name)?.get(row)),
      tops: Array.from((tops?.get(row) ?? []) as Iterable<unknown>, String),
      scores: values.some((value) => value !== null)
        ? Float32Array.from(values, (value) => value ?? Number.NaN)
        : null,
      embedding: vectorOf(vectors?.get(row)),
    };
  }
}

/** Reads a file's header, and its rows as they are asked for. */
export const readArrow: TableFormat['read'] = async (file, options) => {
  const schema = await schemaIn(file);
  const flat = schema.fields
    .filter(({ name, type }) => name === FIXED.path || DataType.isFloat(type))
    .map(({ name }) => name);
  const layout = await layoutOf(schema.metadata.get(HEADER_KEY) ?? null, flat, {
    present: schema.fields.some(({ name }) => name === FIXED.embedding),
    length: () => embeddingLength(file, schema),
  });
  return {
    header: layout.header,
    rows: {
      async *[Symbol.asyncIterator]() {
        for await (const batch of batchesOf(file)) yield* rowsIn(batch, layout, options);
      },
    },
  };
};
