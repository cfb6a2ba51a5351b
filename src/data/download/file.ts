/** Downloads one file, resumably: what has arrived is kept, and the next call continues. */
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { Failure, Interrupted, messageOf, systemCode } from '../../base/errors.js';
import { exists, explainWriteError, fileSha256, makeFolder, writeWhole } from '../../base/files.js';
import { rangeCondition, request, type Validators } from './http.js';
import { type RetryPolicy, Transient, waitBefore } from './retry.js';

export interface RemoteFile {
  url: string;
  /** Where it goes. While it is incomplete, `PATH.part` holds what has arrived, `PATH.part.json` its version. */
  path: string;
  /** Published SHA-256 in hexadecimal, where there is one. */
  sha256?: string;
}

export interface DownloadedFile {
  path: string;
  bytes: number;
  state: 'present' | 'downloaded' | 'resumed';
}

/** Receives the bytes on disk and in all (null: unknown). */
export type OnBytes = (bytes: number, size: number | null) => void;

const UNKNOWN: Validators = { etag: null, lastModified: null, size: null };

const validatorsSchema = z.object({
  url: z.string(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  size: z.number().nullable(),
});

/** Bytes of a file on disk and their version; none where the version is unknown. */
async function partOnDisk({ url, path }: RemoteFile): Promise<{ bytes: number; known: Validators }> {
  const text = await readFile(`${path}.part.json`, 'utf8').catch(() => '');
  const size = (await stat(`${path}.part`).catch(() => null))?.size ?? 0;
  try {
    const { url: from, ...known } = validatorsSchema.parse(JSON.parse(text));
    if (from === url && rangeCondition(known) !== null) return { bytes: size, known };
  } catch {
    // A record that cannot be read is as good as none: the file starts over.
  }
  return { bytes: 0, known: UNKNOWN };
}

/** One try: asks for what is missing and writes it as it comes. Returns true when the file is whole. */
async function transfer(
  file: RemoteFile,
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  onBytes: OnBytes,
  arrived: (bytes: number) => void,
): Promise<{ bytes: number; resumed: boolean }> {
  const part = `${file.path}.part`;
  const { bytes, known } = await partOnDisk(file);
  if (bytes > 0 && bytes === known.size) return { bytes, resumed: true };
  const stalled = new AbortController();
  const cut = (): void => stalled.abort(new Transient(`no data came for ${policy.stallSeconds} seconds`));
  let timer = setTimeout(cut, policy.stallSeconds * 1000);
  const either = signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal;
  try {
    const answer = await request(file.url, bytes, known, either);
    if (answer === null) return { bytes, resumed: true };
    const { from, validators, body } = answer;
    if (from === 0) await writeWhole(`${part}.json`, `${JSON.stringify({ url: file.url, ...validators })}\n`);
    const handle = await open(part, from === 0 ? 'w' : 'r+');
    let position = from;
    try {
      for await (const chunk of body) {
        clearTimeout(timer);
        await writeAll(handle, chunk, position);
        position += chunk.length;
        arrived(chunk.length);
        onBytes(position, validators.size);
        timer = setTimeout(cut, policy.stallSeconds * 1000);
      }
      clearTimeout(timer);
      await handle.truncate(position);
      await handle.sync();
    } finally {
      await handle.close();
    }
    const { size } = validators;
    if (size !== null && position < size) throw new Transient(`${position} of ${size} bytes came`);
    if (size !== null && position > size) {
      await discardPart(file);
      throw new Transient(`${position} bytes came where ${size} were announced`);
    }
    return { bytes: position, resumed: from > 0 };
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (stalled.signal.aborted) throw stalled.signal.reason;
    throw passing(part, error);
  } finally {
    clearTimeout(timer);
  }
}

/** A write may take only a part of what it was given. */
async function writeAll(
  handle: Awaited<ReturnType<typeof open>>,
  chunk: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.length - done, position + done);
    done += bytesWritten;
  }
}

const DISK_TROUBLE = new Set([
  'ENOSPC',
  'EDQUOT',
  'EACCES',
  'EPERM',
  'EROFS',
  'EIO',
  'EISDIR',
  'EMFILE',
  'ENOENT',
]);

/** Classifies a transfer's error: those of the disk are permanent, those of the connection transient. */
function passing(path: string, error: unknown): unknown {
  if (error instanceof Failure || error instanceof Transient) return error;
  if (DISK_TROUBLE.has(systemCode(error) ?? '')) return explainWriteError(path, error);
  const cause = (error as { cause?: unknown }).cause;
  return new Transient(`the connection broke (${messageOf(cause ?? error)})`);
}

async function discardPart({ path }: RemoteFile): Promise<void> {
  await rm(`${path}.part`, { force: true });
  await rm(`${path}.part.json`, { force: true });
}

/** Transfers until the file is whole, with retries. */
async function transferPatiently(
  file: RemoteFile,
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  onBytes: OnBytes,
): Promise<{ bytes: number; resumed: boolean }> {
  for (let failures = 0; ; ) {
    let arrived = 0;
    try {
      return await transfer(file, policy, signal, onBytes, (bytes) => {
        arrived += bytes;
      });
    } catch (error) {
      if (signal?.aborted)
        throw new Interrupted(
          `The download was stopped; what has arrived of ${file.path} is kept, and the same command continues from there.`,
        );
      if (!(error instanceof Transient)) throw error;
      failures = arrived >= policy.progressBytes ? 1 : failures + 1;
      if (failures >= policy.attempts)
        throw new Failure(
          `${file.url} could not be downloaded: ${error.message}, ${failures} times in a row; what has arrived is kept, run the same command again later.`,
        );
      // An abort during the wait is reported by the next transfer's own check.
      await waitBefore(policy, failures, error.retryAfter, signal).catch(() => undefined);
    }
  }
}

/**
 * Downloads a file, resuming what is on disk. A remote file that has changed (by ETag or Last-Modified), or whose
 * version the server does not tell, starts over. `signal` stops the download and keeps what has arrived.
 *
 * @throws Failure when the server refuses, the connection stays broken, the disk is full, or the checksum is wrong
 * @throws Interrupted when stopped
 */
export async function downloadFile(
  file: RemoteFile,
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  onBytes: OnBytes,
): Promise<DownloadedFile> {
  const { path, sha256, url } = file;
  if (await exists(path)) {
    if (sha256 !== undefined && (await fileSha256(path)) !== sha256)
      throw new Failure(
        `${path} exists but is not the published file (its SHA-256 differs); remove or rename it.`,
      );
    const { size } = await stat(path);
    onBytes(size, size);
    return { path, bytes: size, state: 'present' };
  }
  await makeFolder(dirname(path));
  let done = await transferPatiently(file, policy, signal, onBytes);
  if (sha256 !== undefined && (await fileSha256(`${path}.part`)) !== sha256) {
    await discardPart(file);
    // A file that was resumed may be mixed up: download it again in one piece.
    if (done.resumed) done = await transferPatiently(file, policy, signal, onBytes);
    const whole = await exists(`${path}.part`);
    if (!whole || (await fileSha256(`${path}.part`)) !== sha256) {
      await discardPart(file);
      throw new Failure(
        `The file at ${url} is not the published one (its SHA-256 differs); give the official base URL or a true mirror's.`,
      );
    }
  }
  await rename(`${path}.part`, path);
  await rm(`${path}.part.json`, { force: true });
  return { path, bytes: done.bytes, state: done.resumed ? 'resumed' : 'downloaded' };
}
