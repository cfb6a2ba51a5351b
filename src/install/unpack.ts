/** Takes chosen files out of a wheel (a ZIP archive) without unpacking the rest. */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';
import { Failure, messageOf, systemCode } from '../base/errors.js';
import { explainWriteError } from '../base/files.js';

/** A file that was written: its path below the target folder (with `/`) and its size in bytes. */
export type Unpacked = Record<string, number>;

/**
 * Unpacks the files that `place` wants, streaming; a file is never held in memory.
 *
 * @param archive - path of the ZIP archive
 * @param target - folder that the files go below; made when missing
 * @param place - given a name in the archive, the path below `target`, or null to leave the file out
 * @returns what was written
 * @throws Failure when the archive is damaged, a name would leave the folder, or the disk is full
 */
export async function unpack(
  archive: string,
  target: string,
  place: (name: string) => string | null,
): Promise<Unpacked> {
  const zip = await openPromise(archive, { lazyEntries: true, autoClose: false }).catch((error) => {
    throw new Failure(`${archive} is no readable archive (${messageOf(error)}); run the same command again.`);
  });
  const written: Unpacked = {};
  try {
    for await (const entry of zip.eachEntry()) {
      const path = entry.fileName.endsWith('/') ? null : place(entry.fileName);
      if (path === null) continue;
      const file = join(target, path);
      // yauzl refuses ".." in names; `place` makes new ones, so what counts is where they lead.
      if (relative(target, file).split(sep)[0] === '..') {
        throw new Failure(`${archive} holds ${entry.fileName}, which would be written outside of ${target}.`);
      }
      await mkdir(dirname(file), { recursive: true });
      const mode = (entry.externalFileAttributes >>> 16) & 0o111 ? 0o755 : 0o644;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(file, { mode }));
      written[path.split(sep).join('/')] = entry.uncompressedSize;
    }
  } catch (error) {
    const explained = explainWriteError(target, error);
    if (explained instanceof Failure || systemCode(error) !== undefined) throw explained;
    throw new Failure(`${archive} is damaged (${messageOf(error)}); run the same command again.`);
  } finally {
    zip.close();
  }
  return written;
}
