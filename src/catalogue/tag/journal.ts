/**
 * The rows of a table that is being made, a line each, as they are finished: what an interrupted run continues from. A
 * line counts once its end is written.
 */
import { createReadStream } from 'node:fs';
import { open, rm, truncate } from 'node:fs/promises';
import { Failure, messageOf, systemCode, UsageError } from '../../base/errors.js';
import { explainWriteError } from '../../base/files.js';
import type { TableHeader, TagRow } from '../row.js';

/** Version of the format. */
const FORMAT = 'polytag-journal/1';

/** Rows between two fsyncs. */
const ROWS_PER_SYNC = 32;

const encode = (values: Float32Array | null): string | null =>
  values && Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');

const decode = (text: string | null): Float32Array | null => {
  if (text === null) return null;
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float32Array(bytes.buffer);
};

function rowOf(line: string): TagRow {
  const { scores, embedding, ...row } = JSON.parse(line);
  return { ...row, scores: decode(scores), embedding: decode(embedding) } as TagRow;
}

/** Where a row lies in the file, in bytes. */
interface Place {
  offset: number;
  length: number;
}

/** The first line of a journal, its whole rows by path, and where the last of them ends; null where there is none. */
async function survey(
  path: string,
): Promise<{ first: string; done: Map<string, Place>; bytes: number } | null> {
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
        if (first === null) first = line;
        else done.set((JSON.parse(line) as { path: string }).path, { offset: bytes, length: end - from });
        bytes += end + 1 - from;
        from = end + 1;
      }
      rest = joined.subarray(from);
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw new Failure(`${path} cannot be read (${messageOf(error)}); remove it and start again.`);
  }
  return first === null ? null : { first, done, bytes };
}

export class Journal {
  private unsynced = 0;

  private constructor(
    readonly path: string,
    private readonly file: Awaited<ReturnType<typeof open>>,
    private readonly places: Map<string, Place>,
    private size: number,
  ) {}

  get rows(): number {
    return this.places.size;
  }

  has(track: string): boolean {
    return this.places.has(track);
  }

  /**
   * Opens or begins the journal of a table. Throws a UsageError when it was written by another model or with other
   * settings.
   */
  static async open(path: string, header: TableHeader): Promise<Journal> {
    const found = await survey(path);
    const first = JSON.stringify({ format: FORMAT, header });
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
      return new Journal(path, await open(path, 'a+'), found.done, found.bytes);
    } catch (error) {
      throw explainWriteError(path, error);
    }
  }

  /** Appends a row. Throws a Failure when the disk is full. */
  async add(row: TagRow): Promise<void> {
    const { scores, embedding, ...rest } = row;
    const line = JSON.stringify({ ...rest, scores: encode(scores), embedding: encode(embedding) });
    try {
      const { bytesWritten } = await this.file.write(`${line}\n`);
      this.places.set(row.path, { offset: this.size, length: bytesWritten - 1 });
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
   * row cannot be read.
   */
  async *read(tracks: Iterable<string>): AsyncGenerator<TagRow, void> {
    for (const track of tracks) {
      const place = this.places.get(track);
      if (!place) continue;
      const { buffer } = await this.file.read(Buffer.alloc(place.length), 0, place.length, place.offset);
      try {
        yield rowOf(buffer.toString('utf8'));
      } catch {
        throw new Failure(
          `${this.path}: the row of ${track} cannot be read; remove the file and start again.`,
        );
      }
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
