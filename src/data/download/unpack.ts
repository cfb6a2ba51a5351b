/** Unpacks an archive in parts, entry by entry, so that it can be interrupted and damage is found and named. */
import { createWriteStream } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type { ZipFile } from 'yauzl';
import { Failure, Interrupted, systemCode } from '../../base/errors.js';
import { makeFolder, replaceWhole } from '../../base/files.js';
import { type ArchiveFile, readDirectory } from './entries.js';
import { PartsReader } from './parts.js';

export interface UnpackSummary {
  entries: number;
  /** Written now, and found there with the right size. */
  unpacked: number;
  present: number;
  /** Bytes of all files, unpacked. */
  bytes: number;
}

export interface UnpackOptions {
  /** The parts, in order. */
  parts: readonly string[];
  out: string;
  /** Files in the target folder that no entry may overwrite; the parts are always among them. */
  reserved?: readonly string[];
  /** Stops after the entry at hand; what was unpacked is kept. */
  signal?: AbortSignal;
  /** Receives how many entries of all are done. */
  onEntries?: (done: number, total: number) => void;
}

/** The data of an entry is not what the archive's directory says. */
class DamagedEntry extends Error {}

/** Passes data on and checks at its end that the sum is right (CRC-32 as the directory of the archive gives it). */
function checksum(expected: number): Transform {
  let sum = 0;
  return new Transform({
    transform: (chunk: Buffer, _, done) => {
      sum = crc32(chunk, sum);
      done(null, chunk);
    },
    flush: (done) => done(sum === expected ? null : new DamagedEntry('its checksum is wrong')),
  });
}

/** Errors of the disk carry a system code; what the archive itself causes does not, or zlib's. */
function isDamage(error: unknown): boolean {
  if (error instanceof Failure) return false;
  return !/^E[A-Z]/.test(systemCode(error) ?? '');
}

async function writeEntry(zip: ZipFile, { entry, path }: ArchiveFile): Promise<void> {
  await replaceWhole(path, async (temporary) => {
    const data = await zip.openReadStreamPromise(entry);
    await pipeline(data, checksum(entry.crc32), createWriteStream(temporary));
  });
}

/** The files that are not there yet with the right size. */
async function missingOf(files: readonly ArchiveFile[]): Promise<ArchiveFile[]> {
  const missing: ArchiveFile[] = [];
  for (const file of files) {
    const found = await stat(file.path).catch(() => null);
    if (found?.isDirectory())
      throw new Failure(`${file.path} is a folder where the archive has a file; move it away.`);
    if (found?.size !== file.entry.uncompressedSize) missing.push(file);
  }
  return missing;
}

async function checkSpace(out: string, files: readonly ArchiveFile[]): Promise<void> {
  const needed = files.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
  const disk = await statfs(out);
  const free = disk.bavail * disk.bsize;
  if (needed > free)
    throw new Failure(
      `${out} has ${(free / 1e9).toFixed(1)} GB free and unpacking needs ${(needed / 1e9).toFixed(1)} GB; free some space and run the same command again.`,
    );
}

/** Says which parts are damaged and what to do. */
function damageReport(reader: PartsReader, damaged: readonly ArchiveFile[]): Failure {
  const parts = new Set<string>();
  for (const { entry } of damaged) {
    const from = entry.relativeOffsetOfLocalHeader;
    const length = 30 + entry.fileNameLength + entry.extraFieldLength + entry.compressedSize;
    for (const path of reader.holding(from, from + length)) parts.add(basename(path));
  }
  const names = [...parts].sort().join(' and ');
  const count = damaged.length === 1 ? 'entry is' : 'entries are';
  return new Failure(
    `${names} ${parts.size > 1 ? 'are' : 'is'} damaged: ${damaged.length} ${count} not what the archive's directory says, the first is ${damaged[0].entry.fileName}; remove ${names} and run the same command again, everything else was unpacked.`,
  );
}

/**
 * Unpacks an archive that was cut into parts, without joining them. Entries that exist with the right size are skipped;
 * each is written to a temporary name, checked by its CRC-32 and renamed. All names are checked before the first file
 * is written. Damaged entries do not keep the others from being unpacked.
 *
 * @throws Failure when the archive is damaged (with the part's name), holds a path that leaves the target folder or a
 *   link, or the disk is full
 * @throws Interrupted when stopped
 */
export async function unpackParts(options: UnpackOptions): Promise<UnpackSummary> {
  const { parts, signal, onEntries } = options;
  const out = resolve(options.out);
  const reserved = new Set([...parts, ...(options.reserved ?? [])].map((path) => resolve(path)));
  await makeFolder(out);
  const reader = await PartsReader.open(parts).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(`${error.path}, a part of the archive, cannot be read; download it (again).`);
  });
  const { zip, files } = await readDirectory(reader, out, reserved);
  try {
    const missing = await missingOf(files);
    await checkSpace(out, missing);
    const damaged: ArchiveFile[] = [];
    let done = files.length - missing.length;
    onEntries?.(done, files.length);
    for (const file of missing) {
      if (signal?.aborted)
        throw new Interrupted(
          `Unpacking was stopped after ${done} of ${files.length} files; they are kept, and the same command continues from there.`,
        );
      await writeEntry(zip, file).catch((error: unknown) => {
        if (!isDamage(error)) throw error;
        damaged.push(file);
      });
      onEntries?.(++done, files.length);
    }
    if (damaged.length > 0) throw damageReport(reader, damaged);
    return {
      entries: files.length,
      unpacked: missing.length,
      present: files.length - missing.length,
      bytes: files.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0),
    };
  } finally {
    zip.close();
  }
}
