/** Where encoded bytes come from: memory or a stream. Files are `file-source.ts`. */

import { joinBytes } from './samples.js';

/** A recording's encoded bytes. */
export interface ByteSource {
  /** Names the recording in messages. */
  name: string;
  /** The bytes from the beginning. A stream gives them once only. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Any part of it, where that is possible without reading what comes before; fewer bytes at the end. */
  read?(offset: number, length: number): Promise<Uint8Array>;
  /** Size in bytes, where it is known. */
  size?: number;
  /** Path of the file, where it is one: for programs that read it themselves. */
  path?: string;
}

/** Bytes that a decoder is given at a time. */
const CHUNK = 1 << 16;

/** Bytes in memory as a source. */
export function bytesSource(bytes: Uint8Array, name: string): ByteSource {
  return {
    name,
    size: bytes.length,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
    },
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}

/** A stream as a source: a Node or web stream, or any async iterable of bytes. It can be decoded once. */
export function streamSource(stream: AsyncIterable<Uint8Array>, name: string): ByteSource {
  return { name, chunks: () => stream };
}

/** Reads a source in order, with a look ahead. */
export class ByteReader {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private buffer: Uint8Array = new Uint8Array(0);
  private ended = false;
  private passed = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.iterator = chunks[Symbol.asyncIterator]();
  }

  /** Bytes from the beginning that were passed over so far; `rest` does not count. */
  get position(): number {
    return this.passed;
  }

  /** The next bytes, fewer at the end; they stay unread. */
  async peek(count: number): Promise<Uint8Array> {
    const parts = [this.buffer];
    let length = this.buffer.length;
    while (length < count && !this.ended) {
      const { value, done } = await this.iterator.next();
      if (done) this.ended = true;
      else {
        parts.push(value);
        length += value.length;
      }
    }
    this.buffer = joinBytes(parts);
    return this.buffer.subarray(0, count);
  }

  /** Passes over bytes without keeping them; the end is not an error. */
  async skip(count: number): Promise<void> {
    let left = count;
    this.passed += count;
    while (left > this.buffer.length && !this.ended) {
      left -= this.buffer.length;
      this.buffer = new Uint8Array(0);
      const { value, done } = await this.iterator.next();
      if (done) this.ended = true;
      else this.buffer = value;
    }
    this.buffer = this.buffer.subarray(left);
  }

  /** All bytes that are still unread, in order. */
  async *rest(): AsyncGenerator<Uint8Array, void> {
    try {
      const buffer = this.buffer;
      this.buffer = new Uint8Array(0);
      if (buffer.length > 0) yield buffer;
      while (!this.ended) {
        const { value, done } = await this.iterator.next();
        if (done) this.ended = true;
        else yield value;
      }
    } finally {
      await this.close();
    }
  }

  /** Closes the source (a file, say) before its end. */
  async close(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    await this.iterator.return?.();
  }
}

/**
 * The same generator, which also calls `close` when it is ended early, even before it began: its own `finally` does not
 * run then.
 */
export function closing<T>(
  generator: AsyncGenerator<T, void>,
  close: () => Promise<unknown>,
): AsyncGenerator<T, void> {
  const end = async <Result>(result: Promise<Result>): Promise<Result> => {
    try {
      return await result;
    } finally {
      await close();
    }
  };
  const closed: AsyncGenerator<T, void> = {
    next: () => generator.next(),
    return: (value) => end(generator.return(value)),
    throw: (error) => end(generator.throw(error)),
    [Symbol.asyncIterator]: () => closed,
  };
  return closed;
}
