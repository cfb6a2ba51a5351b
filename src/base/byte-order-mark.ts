/** Byte order marks of CSV files: without one, Excel reads UTF-8 as the encoding of its country, such as GBK. */
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceWhole, writePieces } from './files.js';

const MARK = Buffer.from('\ufeff');

/**
 * Puts a byte order mark before a CSV file in UTF-8, or before all below a folder, each file atomically; one that has it
 * is left as it is. Files with other endings are too. Throws the system's error when there is no such path; Failure when
 * a file cannot be written.
 */
export async function markCsv(path: string): Promise<void> {
  if ((await stat(path)).isDirectory()) {
    for (const name of (await readdir(path, { recursive: true })).sort())
      if (isCsv(name)) await markFile(join(path, name));
  } else if (isCsv(path)) await markFile(path);
}

const isCsv = (name: string): boolean => name.toLowerCase().endsWith('.csv');

async function markFile(file: string): Promise<void> {
  if (await hasMark(file)) return;
  async function* marked(): AsyncGenerator<Uint8Array> {
    yield MARK;
    yield* createReadStream(file);
  }
  await replaceWhole(file, (temporary) => writePieces(temporary, marked()));
}

async function hasMark(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(MARK.length), 0, MARK.length, 0);
    return buffer.equals(MARK);
  } finally {
    await handle.close();
  }
}
