/**
 * SHA-256 sums of the files of a folder, in a file beside them as `sha256sum` writes it: a flipped bit on a disk is found
 * when a file is read, and `sha256sum --check SHA256SUMS` finds it without polytag.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCode } from './errors.js';
import { writeWhole } from './files.js';

/** Name of the file of sums. */
export const CHECKSUMS = 'SHA256SUMS';

const LINE = /^([0-9a-f]{64}) {2}(.+)$/;

const sumOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Sums by file name; none where there is no file of sums. Throws Error when that is damaged. */
async function readSums(folder: string): Promise<Map<string, string>> {
  const text = await readFile(join(folder, CHECKSUMS), 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return '';
    throw error;
  });
  return new Map(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [, sum, name] = LINE.exec(line) ?? [];
        if (name === undefined) throw new Error(`${CHECKSUMS} beside it is damaged`);
        return [name, sum];
      }),
  );
}

/**
 * Writes the sums of files into their folder, beside those that it has already. Throws Failure when the disk is full or
 * not writable.
 *
 * @param names - files that are written
 * @param planned - content of files that will be written next, by name
 */
export async function addChecksums(
  folder: string,
  names: readonly string[],
  planned: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<void> {
  // What cannot be read is written anew.
  const sums = await readSums(folder).catch(() => new Map<string, string>());
  for (const name of names) sums.set(name, sumOf(await readFile(join(folder, name))));
  for (const [name, content] of Object.entries(planned)) sums.set(name, sumOf(content));
  const lines = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, sum]) => `${sum}  ${name}\n`);
  await writeWhole(join(folder, CHECKSUMS), lines.join(''));
}

/** A file's bytes, and whether they are known to be what was written. */
export interface CheckedFile {
  bytes: Buffer;
  /** False where the folder has no sum of the file. */
  isKnown: boolean;
}

/**
 * Reads a file and holds it against its sum, where its folder has one. Throws Error in a few words when it is not what
 * was written, the system's error when it cannot be read.
 */
export async function readChecked(path: string): Promise<CheckedFile> {
  const bytes = await readFile(path);
  const sum = (await readSums(dirname(path))).get(basename(path));
  if (sum !== undefined && sum !== sumOf(bytes))
    throw new Error(`its content is not what was written (${CHECKSUMS} beside it)`);
  return { bytes, isKnown: sum !== undefined };
}

/** The bytes of a file as `readChecked` gives them; throws as it does. */
export const checkedBytes = async (path: string): Promise<Buffer> => (await readChecked(path)).bytes;
