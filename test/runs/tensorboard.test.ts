import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEventWriter, frameRecord } from '../../src/runs/tensorboard/events.js';

/** CRC-32C bit by bit (RFC 3720, reflected polynomial 0x82F63B78): independent of the package that is used. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;

/** The records of an event file; checks every checksum. */
function recordsOf(file: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    expect(file.readUInt32LE(at + 8)).toBe(masked(crc32c(file.subarray(at, at + 8))));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(file.readUInt32LE(at + 12 + length)).toBe(masked(crc32c(data)));
    records.push(data);
    at += 16 + length;
  }
  return records;
}

type Field = number | bigint | Buffer;

/** The fields of a Protocol Buffers message by number, read by hand. */
function fieldsOf(message: Buffer): Map<number, Field> {
  const fields = new Map<number, Field>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const key = Number(varint());
    const [field, type] = [key >> 3, key & 7];
    if (type === 0) fields.set(field, varint());
    else if (type === 1) {
      fields.set(field, message.readDoubleLE(at));
      at += 8;
    } else if (type === 5) {
      fields.set(field, message.readFloatLE(at));
      at += 4;
    } else {
      const length = Number(varint());
      fields.set(field, message.subarray(at, at + length));
      at += length;
    }
  }
  return fields;
}

interface Point {
  tag: string;
  value: number;
  step: number;
  wallSeconds: number;
}

function pointOf(event: Buffer): Point {
  const fields = fieldsOf(event);
  const value = fieldsOf(fieldsOf(fields.get(5) as Buffer).get(1) as Buffer);
  return {
    tag: (value.get(1) as Buffer).toString('utf8'),
    value: value.get(2) as number,
    step: Number(fields.get(2)),
    wallSeconds: fields.get(1) as number,
  };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-events-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('createEventWriter', () => {
  it('writes a header and scalars that an independent reader finds', async () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    const writer = await createEventWriter(join(folder, 'events'), { wallSeconds: 1_700_000_000.5 });
    await writer.scalar('loss/train', 0.25, 0, 1_700_000_001.25);
    await writer.scalar('损失', -1.5, 300, 1_700_000_002);
    await writer.scalar('roc_auc', Number.NaN, 2 ** 40, 1_700_000_003);
    await writer.close();
    const [header, ...events] = recordsOf(await readFile(writer.path));
    expect(fieldsOf(header).get(1)).toBe(1_700_000_000.5);
    expect((fieldsOf(header).get(3) as Buffer).toString()).toBe('brain.Event:2');
    expect(events.map(pointOf)).toEqual([
      { tag: 'loss/train', value: 0.25, step: 0, wallSeconds: 1_700_000_001.25 },
      { tag: '损失', value: -1.5, step: 300, wallSeconds: 1_700_000_002 },
      { tag: 'roc_auc', value: Number.NaN, step: 2 ** 40, wallSeconds: 1_700_000_003 },
    ]);
  });

  it('keeps the order of points that are not waited for, and closes after the last', async () => {
    const writer = await createEventWriter(folder);
    const steps = Array.from({ length: 200 }, (_, step) => step);
    const written = steps.map((step) => writer.scalar('x', step, step, step));
    await writer.close();
    await Promise.all(written);
    const [, ...events] = recordsOf(await readFile(writer.path));
    expect(events.map((event) => pointOf(event).step)).toEqual(steps);
  });

  it('has a point in the file before it goes on, so that a killed run keeps it', async () => {
    const writer = await createEventWriter(folder);
    await writer.scalar('x', 1, 1, 1);
    expect(recordsOf(await readFile(writer.path))).toHaveLength(2);
    await writer.close();
  });

  it('starts a new file each time, in order of name, and marks where a resumed run goes on', async () => {
    const paths: string[] = [];
    for (const options of [{ wallSeconds: 1_700_000_000 }, { wallSeconds: 1_700_000_000, resumeStep: 4 }]) {
      const writer = await createEventWriter(folder, options);
      await writer.close();
      paths.push(writer.path);
    }
    const names = await readdir(folder);
    expect(names.sort().map((name) => join(folder, name))).toEqual(paths);
    for (const name of names) expect(name).toMatch(/^events\.out\.tfevents\.1700000000\./);
    const [, start] = recordsOf(await readFile(paths[1])).map(fieldsOf);
    expect(start.get(2)).toBe(4n);
    expect(fieldsOf(start.get(7) as Buffer).get(1)).toBe(1n);
    expect(recordsOf(await readFile(paths[0]))).toHaveLength(1);
  });

  it('says what is wrong with the folder', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(createEventWriter(join(folder, 'file'))).rejects.toThrow(/part of its path is a file/);
  });
});

describe('frameRecord', () => {
  it('frames an empty record', () => {
    expect(recordsOf(Buffer.from(frameRecord(new Uint8Array(0))))).toEqual([Buffer.alloc(0)]);
  });
});
