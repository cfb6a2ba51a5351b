/** Recordings in folders. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';

/** Endings of recordings that can be decoded, in the order in which they are preferred. */
export const AUDIO_ENDINGS = ['.mp3', '.flac', '.wav', '.ogg', '.opus', '.m4a', '.aac'];

/** Whether a file's name ends as a recording's does, in any case. */
export function isAudioName(name: string): boolean {
  return AUDIO_ENDINGS.includes(extname(name).toLowerCase());
}

/** Entries of a folder in alphabetical order, without hidden ones; links are followed. */
export interface FolderContent {
  folders: string[];
  files: string[];
}

export async function listFolder(path: string): Promise<FolderContent | null> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => null);
  if (entries === null) return null;
  const content: FolderContent = { folders: [], files: [] };
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const found = entry.isSymbolicLink() ? await stat(join(path, entry.name)).catch(() => null) : entry;
    if (found?.isDirectory()) content.folders.push(entry.name);
    else if (found?.isFile()) content.files.push(entry.name);
  }
  content.folders.sort();
  content.files.sort();
  return content;
}

/** The recordings that are not on disk. Listing folders is quicker than asking for each file. */
export async function missingAudio(paths: readonly string[]): Promise<string[]> {
  const present = new Map<string, ReadonlySet<string>>();
  for (const folder of new Set(paths.map((path) => dirname(path))))
    present.set(folder, new Set((await listFolder(folder))?.files));
  return paths.filter((path) => !present.get(dirname(path))!.has(basename(path)));
}
