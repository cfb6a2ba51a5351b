/** Bytes that come in pieces, read line by line or so many at a time. */

const LINE_FEED = 10;

/** A line or a word is shorter than this: anything longer is another kind of file. */
const LONGEST = 2 ** 24;

/**
 * Reads pieces of bytes as one, synchronously: where null is returned, the caller awaits `more`, until which results
 * stay valid.
 */
export class ByteLines {
  private buffer = Buffer.alloc(0);
  private at = 0;
  private ended = false;
  private readonly pieces: AsyncIterator<Uint8Array>;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.pieces = pieces[Symbol.asyncIterator]();
  }

  /** Whether every byte was given. */
  get done(): boolean {
    return this.ended && this.at === this.buffer.length;
  }

  /** Whether what is buffered is longer than any line or word of the formats that are read here. */
  get tooLong(): boolean {
    return this.buffer.length - this.at > LONGEST;
  }

  /** The bytes that are there, without taking them. */
  peek(): Buffer {
    return this.buffer.subarray(this.at);
  }

  /**
   * The next bytes up to a byte `end`, which is dropped; null where it is not there yet, the rest at the end of all
   * bytes.
   */
  until(end = LINE_FEED): Buffer | null {
    const found = this.buffer.indexOf(end, this.at);
    if (found < 0) {
      if (!this.ended || this.done) return null;
      return this.take(this.buffer.length - this.at);
    }
    const bytes = this.buffer.subarray(this.at, found);
    this.at = found + 1;
    return bytes;
  }

  /** The next bytes, or null where so many are not there yet. */
  take(count: number): Buffer | null {
    if (this.buffer.length - this.at < count) return null;
    this.at += count;
    return this.buffer.subarray(this.at - count, this.at);
  }

  /** Waits for the next piece. */
  async more(): Promise<boolean> {
    if (this.ended) return false;
    const { value, done } = await this.pieces.next();
    if (done) {
      this.ended = true;
      return false;
    }
    this.buffer = Buffer.concat([this.buffer.subarray(this.at), value as Uint8Array]);
    this.at = 0;
    return true;
  }

  /** Ends the source where not everything was read. */
  async close(): Promise<void> {
    await this.pieces.return?.();
  }
}
