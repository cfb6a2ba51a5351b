/**
 * Files that are either whole or absent: everything is written to a temporary name and renamed. write-file-atomic does
 * the same for content that is in memory; here whole tables are streamed to the temporary name (`replaceWhole`), and a
 * full disk or a folder that may not be written is a sentence.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure, systemCode, UsageError } from './errors.js';

/**
 * Writes a file so that a reader sees the old content or the new one, never a part, also after a crash.
 *
 * @param path - where the file goes; missing folders are made
 * @param content - text (UTF-8) or bytes
 * @throws Failure when the disk is full or the folder cannot be written
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await replaceWhole(path, async (temporary) => {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/**
 * Lets `produce` write a temporary file beside `path` and then renames it; removes it when `produce` fails.
 *
 * @param path - where the file goes; missing folders are made
 * @param produce - writes the file whose name it is given
 * @throws Failure when the disk is full or the folder cannot be written; whatever `produce` throws
 */
export async function replaceWhole(
  path: string,
  produce: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await produce(temporary);
    await rename(temporary, path);
  } catch (error) {
    // The clean-up must not hide why the writing failed.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw explainWriteError(path, error);
  }
}

/**
 * Turns a system error met while writing into a sentence.
 *
 * @param path - the file that was written
 * @returns a Failure for a known system error, else the error itself
 */
export function explainWriteError(path: string, error: unknown): unknown {
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new Failure(
        `The disk is full: ${path} could not be written; free some space and run the same command again (a training run: with --resume).`,
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Failure(
        `${path} may not be written by this user; choose another folder or change its permissions.`,
      );
    case 'ENOTDIR':
    case 'EEXIST':
      return new Failure(
        `${path} cannot be written because a part of its path is a file; choose another folder.`,
      );
    default:
      return error;
  }
}

/**
 * Checks that a folder is there.
 *
 * @param what - what it is to the reader of the message: `'data.root'`
 * @throws UsageError when it is missing or no folder
 */
export async function requireFolder(path: string, what: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (!found) throw new UsageError(`${what}: there is no folder ${path}; check the path.`);
  if (!found.isDirectory())
    throw new UsageError(`${what}: ${path} is a file, not a folder; give the folder that holds it.`);
}

/** Whether something lies at a path. */
export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

/** SHA-256 of a file of any length, in 64 hexadecimal digits; throws the system's error when it cannot be read. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * Writes a file piece by piece, so that no more than one piece is held.
 *
 * @param file - its name; an existing file is replaced
 * @param pieces - text in order
 */
export async function writePieces(file: string, pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for await (const piece of pieces) await handle.appendFile(piece);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
