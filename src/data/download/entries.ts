/** Reads an archive's directory and refuses what must not be unpacked, before anything is written. */
import { resolve, sep } from 'node:path';
import type { Entry, ZipFile } from 'yauzl';
import { Failure, messageOf } from '../../base/errors.js';
import { openArchive, type PartsReader } from './parts.js';

/** The kind of file in the Unix mode that the upper half of the external attributes holds. */
const FILE_KIND = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;
/** `version made by` says in its upper byte which system the attributes are of. */
const UNIX_LIKE = new Set([3, 19]);

/** A file of the archive that is to be written. */
export interface ArchiveFile {
  entry: Entry;
  path: string;
}

function refused(name: string, why: string): Failure {
  const shown = name.length > 120 ? `${name.slice(0, 120)}…` : name;
  return new Failure(
    `The archive is unsafe: its entry ${JSON.stringify(shown)} ${why}; nothing was unpacked, get the archive from its official source.`,
  );
}

/**
 * Absolute path of an entry in the absolute target folder. Throws a Failure for an absolute name, `..`, a backslash, a
 * drive letter or a control character.
 */
export function targetOf(name: string, folder: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\\\u0000-\u001f\u007f]/.test(name)) throw refused(name, 'has an invalid character');
  if (name.startsWith('/') || /^[a-zA-Z]:/.test(name)) throw refused(name, 'is an absolute path');
  if (name.split('/').includes('..')) throw refused(name, 'leaves the target folder');
  const path = resolve(folder, name);
  if (path !== folder && !path.startsWith(folder.endsWith(sep) ? folder : folder + sep))
    throw refused(name, 'leaves the target folder');
  return path;
}

/** Refuses links, devices and unknown compression. */
function checkKind(entry: Entry): void {
  if (UNIX_LIKE.has(entry.versionMadeBy >>> 8)) {
    const kind = (entry.externalFileAttributes >>> 16) & FILE_KIND;
    if (kind !== 0 && kind !== REGULAR && kind !== FOLDER)
      throw refused(entry.fileName, 'is a link or a special file');
  }
  if (entry.isEncrypted()) throw refused(entry.fileName, 'is encrypted');
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
    throw refused(
      entry.fileName,
      `is compressed by method ${entry.compressionMethod}, which is not supported`,
    );
}

/**
 * Opens an archive and reads its whole directory. `reader` is closed here when that fails, else by `zip.close()`.
 *
 * @param reserved - absolute paths that no entry may overwrite
 * @throws Failure when the directory is damaged (the last part is named), or an entry is refused
 */
export async function readDirectory(
  reader: PartsReader,
  folder: string,
  reserved: ReadonlySet<string>,
): Promise<{ zip: ZipFile; files: ArchiveFile[] }> {
  const damaged = (error: unknown): Failure =>
    new Failure(
      `${reader.parts.at(-1)?.path} is damaged or not the archive's last part: its directory cannot be read (${messageOf(error)}); remove that file and run the same command again.`,
    );
  const zip = await openArchive(reader, {
    // Names are checked here; backslashes must not be turned into slashes before.
    strictFileNames: true,
    decodeStrings: true,
  }).catch((error: unknown) => {
    throw damaged(error);
  });
  const files: ArchiveFile[] = [];
  const taken = new Set<string>();
  try {
    for await (const entry of zip.eachEntry()) {
      const path = targetOf(entry.fileName, folder);
      checkKind(entry);
      if (reserved.has(path)) throw refused(entry.fileName, 'has the name of one of the downloaded files');
      if (entry.fileName.endsWith('/')) continue;
      if (taken.has(path)) throw refused(entry.fileName, 'occurs twice');
      taken.add(path);
      files.push({ entry, path });
    }
  } catch (error) {
    zip.close();
    if (error instanceof Failure) throw error;
    const name = /^(?:invalid characters in fileName|absolute path|invalid relative path): (.*)$/s.exec(
      messageOf(error),
    );
    if (name) targetOf(name[1], folder);
    throw damaged(error);
  }
  return { zip, files };
}
