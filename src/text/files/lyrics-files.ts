/** Finds lyrics files in folders. */
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { UsageError } from '../../base/errors.js';
import { LYRICS_ENDINGS } from './read-lyrics.js';

/**
 * The lyrics files that paths name, each once: a file is itself, a folder every `.txt` and `.lrc` below it by name, in
 * lower or upper case, `.txt` where a name has both. Throws UsageError for a missing path, or a folder without lyrics.
 */
export async function listLyricsFiles(paths: readonly string[]): Promise<string[]> {
  const files = new Set<string>();
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (!found) throw new UsageError(`There is no file or folder ${path}; check the path.`);
    const inside = found.isDirectory() ? await lyricsBelow(path) : [path];
    if (inside.length === 0)
      throw new UsageError(
        `${path} holds no lyrics; they are files that end in ${LYRICS_ENDINGS.join(' or ')}.`,
      );
    for (const file of inside) files.add(file);
  }
  return [...files];
}

async function lyricsBelow(folder: string): Promise<string[]> {
  const endings: readonly string[] = LYRICS_ENDINGS;
  const names = (await readdir(folder, { recursive: true })).sort();
  const preferred = new Map<string, { name: string; rank: number }>();
  for (const name of names) {
    const ending = extname(name);
    const rank = endings.indexOf(ending.toLowerCase());
    const stem = name.slice(0, name.length - ending.length);
    const other = preferred.get(stem);
    if (rank >= 0 && (!other || rank < other.rank)) preferred.set(stem, { name, rank });
  }
  return [...preferred.values()].map(({ name }) => join(folder, name)).sort();
}
