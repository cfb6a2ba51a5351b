/**
 * Sorted string tables, as LevelDB and TensorFlow's checkpoints write them: blocks of keys and values, an index of the
 * blocks, and a footer that says where the index lies. Each block ends with one byte of compression and its checksum.
 */
import crc32c from 'crc-32/crc32c.js';
import protobuf from 'protobufjs/minimal.js';

const FOOTER_BYTES = 48;
/** Behind each block: compression, CRC-32C. */
const TRAILER_BYTES = 5;
/** The last eight bytes, as two little-endian words. */
const MAGIC = [0x8b80fb57, 0xdb477524];

/**
 * The unsigned 32-bit checksum of TensorFlow's files (event files too): CRC-32C, rotated and offset, so that checksums
 * of data with checksums inside stay good.
 */
export function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

interface BlockHandle {
  offset: number;
  size: number;
}

/**
 * Reads a table: UTF-8 keys and values in the order of the file. Throws an Error in a few words when it is not a table,
 * damaged, cut or compressed.
 */
export function readTable(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = bytes.length - FOOTER_BYTES;
  if (end < 0 || MAGIC.some((word, i) => view.getUint32(bytes.length - 8 + 4 * i, true) !== word))
    throw new Error('it does not end like the index of a checkpoint: it is another file, or was cut');
  const footer = protobuf.Reader.create(bytes.subarray(end));
  readHandle(footer); // of the block of metadata, which is empty
  const index = entriesOf(readBlock(bytes, readHandle(footer)));
  const entries = new Map<string, Uint8Array>();
  for (const [, handle] of index) {
    const block = readBlock(bytes, readHandle(protobuf.Reader.create(handle)));
    for (const [key, value] of entriesOf(block)) entries.set(new TextDecoder().decode(key), value);
  }
  return entries;
}

function readHandle(reader: protobuf.Reader): BlockHandle {
  const [offset, size] = [reader.uint64(), reader.uint64()].map(Number);
  return { offset, size };
}

function readBlock(bytes: Uint8Array, { offset, size }: BlockHandle): Uint8Array {
  const end = offset + size;
  if (!(end + TRAILER_BYTES <= bytes.length))
    throw new Error('a block lies outside of the file, which was cut');
  const stored = new DataView(bytes.buffer, bytes.byteOffset + end + 1, 4).getUint32(0, true);
  if (maskedCrc(bytes.subarray(offset, end + 1)) !== stored)
    throw new Error('the checksum of a block is wrong; the file is damaged');
  if (bytes[end] !== 0)
    throw new Error(`a block is compressed (kind ${bytes[end]}), which TensorFlow never writes`);
  return bytes.subarray(offset, end);
}

/** Keys share their beginnings with the key before; restart points, which are for searching, are passed over. */
function entriesOf(block: Uint8Array): [Uint8Array, Uint8Array][] {
  if (block.length < 4) throw new Error('a block is too short');
  const restarts = new DataView(block.buffer, block.byteOffset + block.length - 4, 4).getUint32(0, true);
  const end = block.length - 4 * (restarts + 1);
  if (end < 0) throw new Error('a block is too short');
  const reader = protobuf.Reader.create(block.subarray(0, end));
  const entries: [Uint8Array, Uint8Array][] = [];
  let key = new Uint8Array(0);
  while (reader.pos < end) {
    const [shared, added, size] = [reader.uint32(), reader.uint32(), reader.uint32()];
    if (shared > key.length || reader.pos + added + size > end)
      throw new Error('an entry reaches beyond its block');
    const next = new Uint8Array(shared + added);
    next.set(key.subarray(0, shared));
    next.set(block.subarray(reader.pos, reader.pos + added), shared);
    key = next;
    reader.pos += added;
    entries.push([key, block.subarray(reader.pos, reader.pos + size)]);
    reader.pos += size;
  }
  return entries;
}
