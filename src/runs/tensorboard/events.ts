/**
 * Writes TensorBoard event files: records framed as TFRecord (length, masked CRC-32C, data, masked CRC-32C)
 * that hold `tensorflow.Event` messages (tensorflow/core/util/event.proto, framework/summary.proto).
 */
import { type FileHandle, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import protobuf from 'protobufjs/minimal.js';
import { systemCode } from '../../base/errors.js';
import { explainWriteError, makeFolder } from '../../base/files.js';
import { maskedCrc } from '../../hub/formats/sstable.js';

/** Appends curves to an event file. */
export interface EventWriter {
  readonly path: string;
  /**
   * Appends one point of a curve; it is in the file when the promise is fulfilled. What stands before the first `/` of
   * `tag` groups curves (`loss/train`). The value is a 32-bit float; TensorBoard shows NaN and infinities as such.
   */
  scalar(tag: string, value: number, step: number, wallSeconds: number): Promise<void>;
  /** Appends a value of a plugin, whose fields `encode` writes: those of `Summary.Value` after the tag. */
  value(tag: string, encode: EncodeValue, step: number, wallSeconds: number): Promise<void>;
  /** Waits for pending writes and closes the file. */
  close(): Promise<void>;
}

export type EncodeValue = (value: protobuf.Writer) => protobuf.Writer;

export interface EventWriterOptions {
  /** First step of a resumed run, from which on TensorBoard drops the points of earlier files. */
  resumeStep?: number;
  /** Seconds since 1970, for the file's name and first event. */
  wallSeconds?: number;
}

/** Wire types of Protocol Buffers. */
export const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 } as const;
const SESSION_START = 1;

/**
 * Starts a new event file in a run's folder of events; close it at the end. Every start makes its own file; TensorBoard
 * reads them one after the other, in the order of their names. Throws a Failure when the folder cannot be written or
 * the disk is full.
 */
export async function createEventWriter(
  folder: string,
  options: EventWriterOptions = {},
): Promise<EventWriter> {
  const wallSeconds = options.wallSeconds ?? Date.now() / 1000;
  const { path, file } = await openNew(folder, wallSeconds);
  // Writes are serialized: a record must not start inside another one.
  let last: Promise<void> = Promise.resolve();
  const append = (event: Uint8Array): Promise<void> => {
    const written = last.then(() => file.appendFile(frameRecord(event)));
    last = written.catch(() => {});
    return written.catch((error) => {
      throw explainWriteError(path, error);
    });
  };
  await append(versionEvent(wallSeconds));
  if (options.resumeStep !== undefined) await append(startEvent(options.resumeStep, wallSeconds));
  return {
    path,
    scalar: (tag, value, step, seconds) =>
      append(valueEvent(tag, (own) => own.uint32(key(2, wire.fixed32)).float(value), step, seconds)),
    value: (tag, encode, step, seconds) => append(valueEvent(tag, encode, step, seconds)),
    close: async () => {
      await last;
      await file.close();
    },
  };
}

async function openNew(folder: string, wallSeconds: number): Promise<{ path: string; file: FileHandle }> {
  const stem = join(folder, `events.out.tfevents.${String(Math.floor(wallSeconds)).padStart(10, '0')}`);
  for (let n = 0; ; n++) {
    const path = `${stem}.${hostname()}.${process.pid}.${n}`;
    try {
      await makeFolder(folder);
      return { path, file: await open(path, 'ax') };
    } catch (error) {
      if (systemCode(error) !== 'EEXIST' || n > 999) throw explainWriteError(path, error);
    }
  }
}

/** Frames a record: 8 bytes of length, its checksum, the data and their checksum, little-endian. */
export function frameRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(data), true);
  return record;
}

function eventAt(wallSeconds: number): protobuf.Writer {
  return protobuf.Writer.create().uint32(key(EVENT.wallTime, wire.fixed64)).double(wallSeconds);
}

function versionEvent(wallSeconds: number): Uint8Array {
  return eventAt(wallSeconds).uint32(key(EVENT.fileVersion, wire.bytes)).string('brain.Event:2').finish();
}

function startEvent(step: number, wallSeconds: number): Uint8Array {
  return eventAt(wallSeconds)
    .uint32(key(EVENT.step, wire.varint))
    .int64(step)
    .uint32(key(EVENT.sessionLog, wire.bytes))
    .fork()
    .uint32(key(1, wire.varint))
    .int32(SESSION_START)
    .ldelim()
    .finish();
}

/** An event with `summary.value[0] = {tag, …}`. */
function valueEvent(tag: string, encode: EncodeValue, step: number, wallSeconds: number): Uint8Array {
  const value = eventAt(wallSeconds)
    .uint32(key(EVENT.step, wire.varint))
    .int64(step)
    .uint32(key(EVENT.summary, wire.bytes))
    .fork()
    .uint32(key(1, wire.bytes))
    .fork()
    .uint32(key(1, wire.bytes))
    .string(tag);
  return encode(value).ldelim().ldelim().finish();
}

/** A field's number and wire type, which precede its value. */
export function key(field: number, type: number): number {
  return (field << 3) | type;
}
