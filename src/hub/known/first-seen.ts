/** What known models' files were when they were first pulled: a file that has changed since is noticed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure, messageOf, systemCode } from '../../base/errors.js';
import { fileSha256, writeWhole } from '../../base/files.js';
import { requireForm } from '../../base/json.js';

/** Name of the record, in the cache's part for models. */
export const FIRST_SEEN = '.first-seen.json';

const recordSchema = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/));

async function readRecord(path: string): Promise<Record<string, string>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return '{}';
    throw error;
  });
  try {
    return requireForm(JSON.parse(text), recordSchema);
  } catch (error) {
    throw new Failure(
      `${path}, the record of files that were pulled, cannot be read (${messageOf(error)}); remove it, and the next pull starts a new one.`,
    );
  }
}

/**
 * Records the SHA-256 of a file, or compares it with the recorded one. Call it under the lock of pulls.
 *
 * @param name - its path in the publisher's catalogue, whatever mirror it came from
 * @throws Failure when the file is not the one that was pulled first, or the record is damaged
 */
export async function requireFirstSeen(name: string, file: string, folder: string): Promise<void> {
  const path = join(folder, FIRST_SEEN);
  const record = await readRecord(path);
  const sha256 = await fileSha256(file);
  const first = Object.hasOwn(record, name) ? record[name] : null;
  if (first === null) await writeWhole(path, `${JSON.stringify({ ...record, [name]: sha256 }, null, 2)}\n`);
  else if (first !== sha256)
    throw new Failure(
      `${name} is not the file that was pulled first (its SHA-256 is ${sha256.slice(0, 12)}…, that of the first ${first.slice(0, 12)}…): it was changed where it is published, or a mirror differs; to accept it, remove its line from ${path}.`,
    );
}
