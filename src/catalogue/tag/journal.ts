/**
 * The rows of a table that is being made, a line each, as they are finished: what an interrupted run continues from. A
 * line is a checksum (CRC-32 in eight hexadecimal digits), a space and a row in JSON; it counts once its end is written.
 */
import { createReadStream } from 'node:fs';
import { open, rm, truncate } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { Failure, messageOf, systemCode, UsageError } from '../../base/errors.js';
import { explainWriteError } from '../../base/files.js';
import { parseJson } from '../../base/json.js';
import { decisivePart, type TableHeader, type TagRow } from '../row.js';
import type { FileStamp } from './track-stamp.js';

/** Version of the format. */
const FORMAT = 'polytag-journal/2';

/** Rows between two fsyncs. */
const ROWS_PER_SYNC = 32;

const encode = (values: Float32Array | null): string | null =>
  values && Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');

const decode = (text: string | null): Float32Array | null => {
  if (text === null) return null;
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float32Array(bytes.buffer);
};

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');

const lineOf = (json: string): string => `${checksum(json)} ${json}\n`;

const rowSchema = z.object({
  path: z.string(),
  duration: z.number().nullable(),
  error: z.string().nullable(),
  warning: z.string().nullable(),
  title: z.string().nullable(),
  artist: z.string().nullable(),
  album: z.string().nullable(),
  bytes: z.number().nullable(),
  modified: z.string().nullable(),
  tops: z.array(z.string()),
  scores: z.string().nullable(),
  embedding: z.string().nullable(),
});

/** The row of a line without its end; null where the line is damaged. */
function rowOf(line: string): TagRow | null {
  const json = line.slice(9);
  if (line.slice(0, 9) !== `${checksum(json)} `) return null;
  let row: z.infer<typeof rowSchema>;
  try {
    row = parseJson(json, rowSchema);
  } catch {
    return null;
  }
  return { ...row, scores: decode(row.scores), embedding: decode(row.embedding) };
}

/** Where a row lies in the file, in bytes, and the state of its track's file. */
interface Place extends FileStamp {
  offset: number;
  length: number;
}

/** What a journal holds. */
interface Survey {
  first: string;
  /** Its whole rows by path. */
  done: Map<string, Place>;
  /** Lines whose checksum is wrong. */
  damaged: number;
  /** Where its last whole line ends. */
  bytes: number;
}

/** Reads a journal; null where there is none. */
async function survey(path: string): Promise<Survey | null> {
  let damaged = 0;
  const done = new Map<string, Place>();
  let first: string | null = null;
  let bytes = 0;
  let rest = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(path)) {
      let from = 0;
      const joined = Buffer.concat([rest, chunk as Buffer]);
      for (let end = joined.indexOf(10); end >= 0; end = joined.indexOf(10, from)) {
        const line = joined.toString('utf8', from, end);
        const row = first === null ? null : rowOf(line);
        if (first === null) first = line;
        else if (row === null) damaged++;
        else {
          const { bytes: size, modified } = row;
          done.set(row.path, { offset: bytes, length: end - from, bytes: size, modified });
        }
        bytes += end + 1 - from;
        from = end + 1;
      }
      rest = joined.subarray(from);
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw new Failure(`${path} cannot be read (${messageOf(error)}); remove it and start again.`);
  }
  return first === null ? null : { first, done, damaged, bytes };
}

export class Journal {
  private unsynced = 0;

  private constructor(
    readonly path: string,
    private readonly file: Awaited<ReturnType<typeof open>>,
    private readonly places: Map<string, Place>,
    private size: number,
    /** Rows that were damaged when it was opened; their tracks are tagged again. */
    readonly damaged = 0,
  ) {}

  get rows(): number {
    return this.places.size;
  }

  /** The state of a track's file when its row was made; null where it has no row. */
  stampOf(track: string): FileStamp | null {
    return this.places.get(track) ?? null;
  }

  /**
   * Opens or begins the journal of a table. Throws a UsageError when it was written by another model or with other
   * settings.
   */
  static async open(path: string, header: TableHeader): Promise<Journal> {
    const surveyed = await survey(path);
    const first = JSON.stringify({ format: FORMAT, header: decisivePart(header) });
    // Without a row there is nothing to lose.
    const found = surveyed?.first !== first && surveyed?.done.size === 0 ? null : surveyed;
    if (found && found.first !== first) {
      throw new UsageError(
        `${path} holds rows of another model or other settings; finish that run with its own options, or remove the file.`,
      );
    }
    try {
      if (!found) {
        const file = await open(path, 'w+');
        const { bytesWritten } = await file.write(`${first}\n`);
        return new Journal(path, file, new Map(), bytesWritten);
      }
      // An incomplete last line is dropped; its track is tagged again.
      await truncate(path, found.bytes);
      return new Journal(path, await open(path, 'a+'), found.done, found.bytes, found.damaged);
    } catch (error) {
      throw explainWriteError(path, error);
    }
  }

  /** Appends a row. Throws a Failure when the disk is full. */
  async add(row: TagRow): Promise<void> {
    const { scores, embedding, ...rest } = row;
    const line = lineOf(JSON.stringify({ ...rest, scores: encode(scores), embedding: encode(embedding) }));
    try {
      const { bytesWritten } = await this.file.write(line);
      const { bytes, modified } = row;
      this.places.set(row.path, { offset: this.size, length: bytesWritten - 1, bytes, modified });
      this.size += bytesWritten;
      if (++this.unsynced < ROWS_PER_SYNC) return;
      this.unsynced = 0;
      await this.file.datasync();
    } catch (error) {
      throw explainWriteError(this.path, error);
    }
  }

  /**
   * Rows of tracks that have one, in the order of the tracks, read from the disk one at a time. Throws a Failure when a
   * row was damaged since, or is another track's.
   */
  async *read(tracks: Iterable<string>): AsyncGenerator<TagRow, void> {
    for (const track of tracks) {
      const place = this.places.get(track);
      if (!place) continue;
      const { buffer } = await this.file.read(Buffer.alloc(place.length), 0, place.length, place.offset);
      const row = rowOf(buffer.toString('utf8'));
      if (row?.path !== track)
        throw new Failure(
          `${this.path}: the row of ${track} is damaged; run the same command again, which tags the track again.`,
        );
      yield row;
    }
  }

  /** Closes it and keeps the rows for the next run. */
  async close(): Promise<void> {
    await this.file.close();
  }

  /** Closes and removes it, once the table is written. */
  async remove(): Promise<void> {
    await this.file.close();
    await rm(this.path, { force: true });
  }
}
