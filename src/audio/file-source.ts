/** Files as sources of bytes. */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { ByteSource } from './source.js';

/** Bytes read at a time. */
const CHUNK = 1 << 18;

/** A file as a source, read in pieces as they are needed; throws the system's error when it is missing. */
export async function fileSource(path: string): Promise<ByteSource> {
  const { size } = await stat(path);
  return {
    name: path,
    size,
    chunks: () => createReadStream(path, { highWaterMark: CHUNK }),
    async read(offset, length) {
      const file = await open(path);
      try {
        const wanted = Math.max(0, Math.min(length, size - offset));
        const { buffer, bytesRead } = await file.read(new Uint8Array(wanted), 0, wanted, offset);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}
