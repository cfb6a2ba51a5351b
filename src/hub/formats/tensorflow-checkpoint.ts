/**
 * TensorFlow's checkpoints (version 2, "tensor bundle"): an index, which is a sorted table of BundleEntryProto
 * messages, and one file of values (tensorflow/core/protobuf/tensor_bundle.proto).
 */
import protobuf from 'protobufjs/minimal.js';
import type { StoredWeights } from './number-types.js';
import { byteLength, type NumberType, toFloat32 } from './number-types.js';
import { maskedCrc, readTable } from './sstable.js';

/** TensorFlow's numbers of types (tensorflow/core/framework/types.proto). */
const TYPES: Record<number, NumberType> = {
  1: 'float32',
  2: 'float64',
  3: 'int32',
  4: 'uint8',
  5: 'int16',
  6: 'int8',
  9: 'int64',
  10: 'bool',
  14: 'bfloat16',
  19: 'float16',
};

interface BundleEntry {
  type: number;
  shape: number[];
  offset: number;
  size: number;
  crc: number;
}

/**
 * Reads the variables, by name, of a checkpoint whose values are one file, `NAME.data-00000-of-00001`. Checksums are
 * checked when a variable is read. Throws an Error in a few words when the files are damaged, cut, or in an unsupported
 * form.
 */
export function readTensorflowCheckpoint(index: Uint8Array, data: Uint8Array): StoredWeights {
  const { '': header, ...entries } = Object.fromEntries(readTable(index));
  if (!header) throw new Error('the index has no header');
  requireReadable(header);
  const weights: StoredWeights = new Map();
  for (const [name, message] of Object.entries(entries)) {
    const entry = decodeEntry(message);
    weights.set(name, { shape: entry.shape, read: () => readValues(name, entry, data) });
  }
  return weights;
}

function readValues(
  name: string,
  { type, shape, offset, size, crc }: BundleEntry,
  data: Uint8Array,
): Float32Array {
  const numbers = TYPES[type];
  if (!numbers) throw new Error(`${name} holds no numbers that can be read (type ${type})`);
  if (!(offset + size <= data.length)) throw new Error(`${name} lies outside of the values, which were cut`);
  if (size !== byteLength(numbers, shape))
    throw new Error(`${name} has ${size} bytes, which do not fit [${shape}]`);
  const bytes = data.subarray(offset, offset + size);
  if (maskedCrc(bytes) !== crc) throw new Error(`the checksum of ${name} is wrong; the file is damaged`);
  return toFloat32(bytes, numbers);
}

/** BundleHeaderProto: one shard, little-endian. */
function requireReadable(message: Uint8Array): void {
  const fields = readFields(message, { 1: (reader) => reader.uint32(), 2: (reader) => reader.uint32() });
  if (fields[1] !== 1) throw new Error(`its values lie in ${fields[1] ?? 0} files, and only one can be read`);
  if (fields[2]) throw new Error('it is big-endian');
}

function decodeEntry(message: Uint8Array): BundleEntry {
  const shape: number[] = [];
  const size = (reader: protobuf.Reader): number => Number(reader.uint64());
  const fields = readFields(message, {
    1: (reader) => reader.uint32(),
    2: (reader) => {
      readFields(reader.bytes(), {
        2: (dimension) => {
          // A dimension of no elements is left out of the message.
          const length = readFields(dimension.bytes(), { 1: size })[1] ?? 0;
          shape.push(length);
          return length;
        },
      });
      return shape.length;
    },
    4: size,
    5: size,
    6: (reader) => reader.fixed32(),
  });
  return {
    type: fields[1] ?? 0,
    shape,
    offset: fields[4] ?? 0,
    size: fields[5] ?? 0,
    crc: fields[6] ?? 0,
  };
}

/** The last value of each field that has a reader; the other fields are passed over. */
function readFields(
  message: Uint8Array,
  readers: Record<number, (reader: protobuf.Reader) => number>,
): Record<number, number> {
  const reader = protobuf.Reader.create(message);
  const fields: Record<number, number> = {};
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const read = readers[tag >>> 3];
    if (read) fields[tag >>> 3] = read(reader);
    else reader.skipType(tag & 7);
  }
  return fields;
}
