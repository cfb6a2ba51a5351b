/** Files as sources of bytes. */
import { createReadStream, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { systemPath } from '../base/raw-names.js';
import { explainReadError } from '../base/read-errors.js';
import { DamagedAudio } from './audio.js';
import type { ByteSource } from './source.js';

/**
 * What an entry of a folder is where it is not a regular file, such as "a named pipe": opening it may never end; null for a
 * file.
 */
export function specialKind(
  found: Pick<Stats, 'isFile' | 'isDirectory' | 'isFIFO' | 'isSocket'>,
): string | null {
  if (found.isFile()) return null;
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a named pipe';
  return found.isSocket() ? 'a socket' : 'a device';
}

/** Bytes read at a time. */
const CHUNK = 1 << 18;

/**
 * A file as a source, read in pieces as they are needed; throws Failure when it is missing or may not be read, DamagedAudio
 * when it is a named pipe, a device or anything else that does not end.
 */
export async function fileSource(path: string): Promise<ByteSource> {
  const explain = (error: unknown): never => {
    throw explainReadError(path, error) ?? error;
  };
  const found = await stat(systemPath(path)).catch(explain);
  const special = specialKind(found);
  if (special) throw new DamagedAudio(`${path} is ${special}; give an audio file.`);
  const { size } = found;
  return {
    name: path,
    path,
    size,
    async *chunks() {
      try {
        yield* createReadStream(systemPath(path), { highWaterMark: CHUNK });
      } catch (error) {
        explain(error);
      }
    },
    async read(offset, length) {
      const file = await open(systemPath(path)).catch(explain);
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
