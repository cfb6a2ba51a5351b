/**
 * Files that are either whole or absent: written to a temporary name and renamed. Unlike write-file-atomic, whole
 * tables can be streamed (`replaceWhole`), and a full disk or a read-only folder is reported in one sentence.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DiskFull, Failure, systemCode, UsageError } from './errors.js';

/** Files that this thread is writing. */
const unfinished = new Set<string>();

/** Removes the files that are being written; for a process that ends at once. */
export function removeUnfinished(): void {
  for (const temporary of unfinished) rmSync(temporary, { force: true });
}

const hex = (value: number, digits: number): string =>
  value.toString(16).padStart(digits, '0').slice(-digits);

/** Four digits that tell machines apart which share a disk. */
const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 4);

/** Names of unfinished files: the machine, the process, and a random number. */
const UNFINISHED = /\.([0-9a-f]{4})([0-9a-f]{8})[0-9a-f]{4}\.part$/;

const temporaryName = (path: string): string =>
  `${path}.${HOST}${hex(process.pid, 8)}${randomUUID().slice(0, 4)}.part`;

/** Folders whose leftovers this thread has removed. */
const swept = new Set<string>();

/** Removes what processes of this machine that were killed left of files that they were writing, once a folder. */
async function removeLeftovers(folder: string): Promise<void> {
  const place = resolve(folder);
  if (swept.has(place)) return;
  swept.add(place);
  for (const name of await readdir(place).catch(() => [])) {
    const [, host, pid] = UNFINISHED.exec(name) ?? [];
    if (host === HOST && !isAlive(Number.parseInt(pid, 16)))
      await rm(join(place, name), { force: true }).catch(() => undefined);
  }
}

/** Removes what an ended thread of this process has left of a file. */
export async function removeParts(path: string): Promise<void> {
  const own = `${HOST}${hex(process.pid, 8)}`;
  const folder = dirname(path);
  for (const name of await readdir(folder).catch(() => []))
    if (name.startsWith(`${basename(path)}.${own}`) && name.endsWith('.part'))
      await rm(join(folder, name), { force: true });
}

/** Whether a process of this machine runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user may not be signalled.
    return systemCode(error) === 'EPERM';
  }
}

/** Writes a file atomically, with missing folders; throws Failure when the disk is full or not writable. */
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
 * Lets `produce` write a temporary file beside `path` and then renames it; removes it when `produce` fails. Missing
 * folders are made. Throws Failure when the disk is full or the folder not writable.
 */
export async function replaceWhole(
  path: string,
  produce: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await makeFolder(dirname(path), path);
    await removeLeftovers(dirname(path));
    unfinished.add(temporary);
    await produce(temporary);
    await rename(temporary, path);
  } catch (error) {
    // The clean-up must not hide why the writing failed.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw explainWriteError(path, error);
  } finally {
    unfinished.delete(temporary);
  }
}

/**
 * Makes a folder with the folders above it. Returns the first that was made; undefined where all were there. Throws
 * Failure when the disk is full or may not be written.
 *
 * @param wanted - what the folder is for, which the message names. Default: the folder.
 */
export async function makeFolder(path: string, wanted = path): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true });
  } catch (error) {
    const reason = systemCode(error) === 'ENOENT' ? await reasonOf(resolve(path), error) : error;
    throw explainWriteError(wanted, reason);
  }
}

/** Why a folder cannot be made: Node's recursive mkdir says ENOENT also where a disk is read-only. */
async function reasonOf(path: string, error: unknown): Promise<unknown> {
  const above = dirname(path);
  if (above !== path && !(await exists(above))) return reasonOf(above, error);
  return mkdir(path).then(
    () => error,
    (reason: unknown) => reason,
  );
}

/** A system error met while writing as a Failure with a sentence; any other error as it is. */
export function explainWriteError(path: string, error: unknown): unknown {
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new DiskFull(
        `The disk is full: ${path} could not be written; free some space and run the same command again.`,
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

/** Throws UsageError when a folder is missing or not a folder; `what` names it to the reader: `'data.root'`. */
export async function requireFolder(path: string, what: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (!found) throw new UsageError(`${what}: there is no folder ${path}; check the path.`);
  if (!found.isDirectory())
    throw new UsageError(`${what}: ${path} is a file, not a folder; give the folder that holds it.`);
}

/** Whether a path exists. */
export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

/** SHA-256 of a file of any length, in 64 hexadecimal digits; throws the system's error when it cannot be read. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Writes a file piece by piece, so that no more than one piece is held in memory. */
export async function writePieces(file: string, pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for await (const piece of pieces) await handle.appendFile(piece);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
