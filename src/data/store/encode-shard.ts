/** The values of recordings as an Apache Arrow IPC file, one record batch a recording. */
import {
  Field,
  Float32,
  List,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  tableFromIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';

/** A recording's values, keyed by the SHA-256 of its audio file. */
export interface ShardEntry {
  content: string;
  values: Float32Array;
  /** Parts of the recording that could not be decoded and are left out. */
  errors: number;
}

const LIST = new List(new Field('item', new Float32(), false));
const FIELDS = [new Field('content', new Utf8(), false), new Field('values', LIST, false)];

function toBatch(schema: Schema, { content, values }: ShardEntry): RecordBatch {
  const child = makeData({ type: new Float32(), length: values.length, nullCount: 0, data: values });
  const list = makeData({
    type: LIST,
    length: 1,
    nullCount: 0,
    valueOffsets: Int32Array.of(0, values.length),
    child,
  });
  const id = vectorFromArray([content], new Utf8()).data[0];
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: 1, nullCount: 0, children: [id, list] }),
  );
}

/**
 * The bytes of a shard, and the byte at which each entry's values begin.
 *
 * @param description - kept in the schema's metadata
 */
export function encodeShard(
  entries: readonly ShardEntry[],
  description: string,
): { bytes: Uint8Array; offsets: number[] } {
  const schema = new Schema(FIELDS, new Map([['polytag', description]]));
  const writer = new RecordBatchFileWriter();
  for (const entry of entries) writer.write(toBatch(schema, entry));
  writer.finish();
  const bytes = writer.toUint8Array(true);
  // The library gives views into the bytes it read, so a view's position is the position in the file.
  const offsets = tableFromIPC(bytes).batches.map((batch) => {
    const values = batch.data.children[1].children[0].values as Float32Array;
    return values.byteOffset - bytes.byteOffset;
  });
  return { bytes, offsets };
}
