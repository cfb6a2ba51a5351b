/** Files of rows of one length in blocks, each with a CRC-32 that another file holds, so that damage anywhere is found. */
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** Bytes that are read at a time where all are. */
const READ_BYTES = 2 ** 22;

/** How rows lie in a file. */
export interface BlockLayout {
  rows: number;
  rowBytes: number;
  /** Rows that share a checksum. */
  rowsPerBlock: number;
  /** Of each block. */
  sums: readonly number[];
}

/** Rows that share a checksum where blocks shall have about so many bytes. */
export const rowsPerBlock = (blockBytes: number, rowBytes: number): number =>
  Math.max(1, Math.floor(blockBytes / rowBytes));

/** Writes rows to an empty file. */
export class BlockWriter {
  /** Of the blocks so far; whole after `end`. */
  readonly sums: number[] = [];
  private readonly block: Uint8Array;
  private filled = 0;

  /** @param blockBytes - a multiple of a row's */
  constructor(
    private readonly file: FileHandle,
    blockBytes: number,
  ) {
    this.block = new Uint8Array(blockBytes);
  }

  /** Adds whole rows. */
  async write(rows: Float32Array | Uint32Array): Promise<void> {
    const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + this.block.length - this.filled);
      this.block.set(part, this.filled);
      this.filled += part.length;
      at += part.length;
      if (this.filled === this.block.length) await this.flush();
    }
  }

  /** Writes what is left and has the disk take it. */
  async end(): Promise<void> {
    if (this.filled > 0) await this.flush();
    await this.file.sync();
  }

  private async flush(): Promise<void> {
    const bytes = this.block.subarray(0, this.filled);
    this.sums.push(crc32(bytes));
    await this.file.writeFile(bytes);
    this.filled = 0;
  }
}

/** Reads rows, and throws Error in a few words where the file is not what was written. */
export class BlockFile {
  constructor(
    private readonly path: string,
    private readonly layout: BlockLayout,
  ) {}

  /** Reads all rows into an array of their size. */
  async readAll(target: Float32Array | Uint32Array): Promise<void> {
    const { rows, rowsPerBlock, rowBytes } = this.layout;
    const bytes = new Uint8Array(target.buffer, target.byteOffset, rows * rowBytes);
    const blockBytes = rowsPerBlock * rowBytes;
    const blocks = Math.max(1, Math.floor(READ_BYTES / blockBytes));
    const step = blocks * blockBytes;
    await this.opened(async (file) => {
      for (let at = 0, block = 0; at < bytes.length; at += step, block += blocks)
        await this.readBlocks(file, block, bytes.subarray(at, at + step));
    });
  }

  /** Reads some rows, in their order, into an array of their size: only the blocks that hold them. */
  async readRows(rows: readonly number[], target: Float32Array | Uint32Array): Promise<void> {
    const { rowsPerBlock, rowBytes } = this.layout;
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    const block = new Uint8Array(rowsPerBlock * rowBytes);
    // Each block once, whatever the order of the rows.
    const places = rows
      .map((row, place) => ({ place, block: Math.floor(row / rowsPerBlock), at: row % rowsPerBlock }))
      .sort((a, b) => a.block - b.block);
    await this.opened(async (file) => {
      let read = -1;
      for (const { place, block: wanted, at } of places) {
        if (wanted !== read) await this.readBlocks(file, wanted, block.subarray(0, this.bytesOf(wanted)));
        read = wanted;
        bytes.set(block.subarray(at * rowBytes, (at + 1) * rowBytes), place * rowBytes);
      }
    });
  }

  /** Bytes of a block; the last one may be shorter. */
  private bytesOf(block: number): number {
    const { rows, rowsPerBlock, rowBytes } = this.layout;
    return Math.min(rowsPerBlock, rows - block * rowsPerBlock) * rowBytes;
  }

  private async opened(read: (file: FileHandle) => Promise<void>): Promise<void> {
    const file = await open(this.path).catch(() => null);
    if (!file) throw new Error('it cannot be read');
    try {
      const { size } = await file.stat();
      const whole = this.layout.rows * this.layout.rowBytes;
      if (size !== whole) throw new Error(`it has ${size} bytes of ${whole}`);
      await read(file);
    } finally {
      await file.close();
    }
  }

  /** Fills an array with whole blocks from `first` on, and checks each. */
  private async readBlocks(file: FileHandle, first: number, target: Uint8Array): Promise<void> {
    const { rowsPerBlock, rowBytes, sums } = this.layout;
    const blockBytes = rowsPerBlock * rowBytes;
    const { bytesRead } = await file.read(target, 0, target.length, first * blockBytes);
    for (let at = 0, block = first; at < target.length; at += blockBytes, block++)
      if (bytesRead !== target.length || crc32(target.subarray(at, at + blockBytes)) !== sums[block])
        throw new Error('its content is not what was written');
  }
}
