/** Reads an archive that was cut into parts as if it were one file, without joining it. */
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fromRandomAccessReaderPromise, type Options, RandomAccessReader, type ZipFile } from 'yauzl';

/** One part and the range of the whole that it holds. */
export interface Part {
  path: string;
  /** First byte of the whole that lies in it. */
  start: number;
  /** First byte of the whole that follows it. */
  end: number;
}

const CHUNK = 1 << 18;

/** A reader over the parts; `close` closes them. */
export class PartsReader extends RandomAccessReader {
  private constructor(
    readonly parts: readonly Part[],
    private readonly handles: readonly FileHandle[],
  ) {
    super();
  }

  /** Opens the parts, given in order. Throws the system's error when one is missing or cannot be read. */
  static async open(paths: readonly string[]): Promise<PartsReader> {
    const parts: Part[] = [];
    const handles: FileHandle[] = [];
    let start = 0;
    try {
      for (const path of paths) {
        const handle = await open(path);
        handles.push(handle);
        const { size } = await handle.stat();
        parts.push({ path, start, end: start + size });
        start += size;
      }
    } catch (error) {
      await Promise.all(handles.map((handle) => handle.close()));
      throw error;
    }
    return new PartsReader(parts, handles);
  }

  /** Length of the whole in bytes. */
  get size(): number {
    return this.parts.at(-1)?.end ?? 0;
  }

  /** Parts that hold bytes `from` to `to` (exclusive) of the whole. */
  holding(from: number, to: number): string[] {
    return this.parts.filter(({ start, end }) => from < end && to > start).map(({ path }) => path);
  }

  /** Fills a piece of a buffer from the whole, across the ends of parts. */
  private async fill(buffer: Buffer, offset: number, length: number, position: number): Promise<void> {
    for (let done = 0; done < length; ) {
      const at = position + done;
      const index = this.parts.findIndex(({ start, end }) => at >= start && at < end);
      if (index < 0) throw new Error('the archive ends too early');
      const { start, end } = this.parts[index];
      const wanted = Math.min(length - done, end - at);
      const { bytesRead } = await this.handles[index].read(buffer, offset + done, wanted, at - start);
      if (bytesRead === 0) throw new Error('the archive ends too early');
      done += bytesRead;
    }
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (err: Error | null) => void,
  ): void {
    this.fill(buffer, offset, length, position).then(() => callback(null), callback);
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const chunks = async function* (reader: PartsReader): AsyncGenerator<Buffer> {
      for (let at = start; at < end; at += CHUNK) {
        const buffer = Buffer.allocUnsafe(Math.min(CHUNK, end - at));
        await reader.fill(buffer, 0, buffer.length, at);
        yield buffer;
      }
    };
    return Readable.from(chunks(this), { objectMode: false });
  }

  override close(callback: (err: Error | null) => void): void {
    Promise.all(this.handles.map((handle) => handle.close())).then(() => callback(null), callback);
  }
}

/**
 * Opens the archive of a reader, which is closed here when that fails, else by `zip.close()`. Throws an Error in a few
 * words when the directory is damaged: unlike the library's own reader of files, also where it is said to lie at a place
 * that no file has.
 */
export async function openArchive(reader: PartsReader, options: Options = {}): Promise<ZipFile> {
  return fromRandomAccessReaderPromise(reader, reader.size, {
    ...options,
    lazyEntries: true,
    autoClose: false,
  }).catch(async (error: unknown) => {
    await new Promise<void>((done) => reader.close(() => done()));
    throw error;
  });
}
