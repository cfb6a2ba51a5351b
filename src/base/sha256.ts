/** SHA-256 of files of any length. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/**
 * The SHA-256 of a file.
 *
 * @param path - the file
 * @returns 64 hexadecimal digits
 * @throws the system's error when it cannot be read
 */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
