/** Recordings in folders. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { UsageError } from '../base/errors.js';
import { exists } from '../base/files.js';

/** Endings of recordings that can be decoded, in the order in which they are preferred. */
export const AUDIO_ENDINGS = ['.mp3', '.flac', '.wav', '.ogg', '.opus', '.m4a', '.aac'];

/** Whether a file's name ends as a recording's does, in any case. */
export function isAudioName(name: string): boolean {
  return AUDIO_ENDINGS.includes(extname(name).toLowerCase());
}

/** Entries of a folder in alphabetical order (of their names in NFC), without hidden ones; links are followed. */
export interface FolderContent {
  folders: string[];
  files: string[];
}

/** Lists a folder; null where it cannot be read. Throws UsageError for a name that is not UTF-8. */
export async function listFolder(path: string): Promise<FolderContent | null> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => null);
  if (entries === null) return null;
  const content: FolderContent = { folders: [], files: [] };
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    await requireUtf8Name(path, entry.name);
    const found = entry.isSymbolicLink() ? await stat(join(path, entry.name)).catch(() => null) : entry;
    if (found?.isDirectory()) content.folders.push(entry.name);
    else if (found?.isFile()) content.files.push(entry.name);
  }
  content.folders.sort(byForm);
  content.files.sort(byForm);
  return content;
}

/**
 * Files of a folder and those below it, by their paths from it: files of a folder before those of its folders, without
 * hidden ones; links are followed, each folder once. Folders that cannot be read are passed over. Throws UsageError for a
 * name that is not UTF-8.
 */
export async function listTree(root: string): Promise<string[]> {
  const seen = new Set<string>();
  const below = async (folder: string): Promise<string[]> => {
    const path = join(root, folder);
    const place = await realpath(path).catch(() => path);
    const content = seen.has(place) ? null : await listFolder(path);
    seen.add(place);
    if (content === null) return [];
    const files = content.files.map((name) => join(folder, name));
    for (const name of content.folders) files.push(...(await below(join(folder, name))));
    return files;
  };
  return below('');
}

/** Order of names that does not depend on their Unicode form. */
function byForm(one: string, other: string): number {
  const [a, b] = [one.normalize(), other.normalize()];
  return a < b ? -1 : Number(a > b);
}

/**
 * Node gives the bytes of other encodings as U+FFFD, so that names become equal and none can be opened. Archives of
 * Windows with Chinese names hold GB18030. Throws UsageError.
 */
export async function requireUtf8Name(folder: string, name: string): Promise<void> {
  if (name.includes('\ufffd') && !(await exists(join(folder, name))))
    throw new UsageError(
      `${folder} holds a name that is not UTF-8 (${name}); rename it, for example by convmv -r -f gb18030 -t utf-8 --notest.`,
    );
}

/** The recordings that are not on disk. Listing folders is quicker than asking for each file. */
export async function missingAudio(paths: readonly string[]): Promise<string[]> {
  const present = new Map<string, ReadonlySet<string>>();
  for (const folder of new Set(paths.map((path) => dirname(path))))
    present.set(folder, new Set((await listFolder(folder))?.files));
  return paths.filter((path) => !present.get(dirname(path))!.has(basename(path)));
}
