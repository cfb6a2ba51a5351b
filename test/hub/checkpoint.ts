/** Writes TensorFlow checkpoints, from the format's description and not from the reader. */
import protobuf from 'protobufjs/minimal.js';
import { maskedCrc } from '../../src/hub/formats/sstable.js';

/** A variable that is stored. */
export interface Variable {
  shape: number[];
  values: Float32Array;
}

/** How a table may differ from what TensorFlow writes. */
export interface TableOptions {
  /** Entries a block. */
  blockEntries?: number;
  /** The compression that each block claims. */
  compression?: number;
  shards?: number;
  bigEndian?: boolean;
}

/** One block: keys share their beginnings with the key before, and the first is a restart point. */
function block(entries: [string, Uint8Array][], compression: number): Uint8Array {
  const writer = protobuf.Writer.create();
  const parts: Uint8Array[] = [];
  let last = Buffer.alloc(0);
  for (const [name, value] of entries) {
    const key = Buffer.from(name);
    let shared = 0;
    while (shared < key.length && key[shared] === last[shared]) shared++;
    const sizes = protobuf.Writer.create()
      .uint32(shared)
      .uint32(key.length - shared)
      .uint32(value.length);
    parts.push(sizes.finish(), key.subarray(shared), value);
    last = key;
  }
  // One restart point, at 0.
  writer.fixed32(0).fixed32(1);
  const content = Buffer.concat([...parts, writer.finish(), Uint8Array.of(compression)]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(maskedCrc(content));
  return Buffer.concat([content, sum]);
}

/** A sorted string table. */
export function tableOf(entries: [string, Uint8Array][], options: TableOptions = {}): Uint8Array {
  const { blockEntries = 3, compression = 0 } = options;
  const blocks: Uint8Array[] = [];
  const index: [string, Uint8Array][] = [];
  let offset = 0;
  const handle = (bytes: Uint8Array): Uint8Array =>
    protobuf.Writer.create()
      .uint64(offset)
      .uint64(bytes.length - 5)
      .finish();
  const place = (bytes: Uint8Array): Uint8Array => {
    const where = handle(bytes);
    blocks.push(bytes);
    offset += bytes.length;
    return where;
  };
  for (let at = 0; at < entries.length; at += blockEntries) {
    const part = entries.slice(at, at + blockEntries);
    index.push([`${part.at(-1)![0]}~`, place(block(part, compression))]);
  }
  const handles = [place(block([], 0)), place(block(index, 0))];
  const footer = Buffer.alloc(48);
  Buffer.concat(handles).copy(footer);
  footer.writeUInt32LE(0x8b80fb57, 40);
  footer.writeUInt32LE(0xdb477524, 44);
  return Buffer.concat([...blocks, footer]);
}

/** Index and values of a checkpoint. */
export function checkpointOf(
  variables: ReadonlyMap<string, Variable>,
  options: TableOptions = {},
): { index: Uint8Array; data: Uint8Array } {
  const { shards = 1, bigEndian = false } = options;
  const header = protobuf.Writer.create()
    .uint32(8)
    .uint32(shards)
    .uint32(16)
    .uint32(bigEndian ? 1 : 0);
  const entries: [string, Uint8Array][] = [['', header.uint32(26).bytes(Uint8Array.of(8, 1)).finish()]];
  const values: Uint8Array[] = [];
  let offset = 0;
  for (const name of [...variables.keys()].sort()) {
    const { shape, values: numbers } = variables.get(name)!;
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    const dimensions = protobuf.Writer.create();
    for (const length of shape)
      dimensions.uint32(18).bytes(protobuf.Writer.create().uint32(8).uint64(length).finish());
    const entry = protobuf.Writer.create().uint32(8).uint32(1).uint32(18).bytes(dimensions.finish());
    if (offset > 0) entry.uint32(32).uint64(offset);
    entry.uint32(40).uint64(bytes.length).uint32(53).fixed32(maskedCrc(bytes));
    entries.push([name, entry.finish()]);
    values.push(bytes);
    offset += bytes.length;
  }
  return { index: tableOf(entries, options), data: Buffer.concat(values) };
}
