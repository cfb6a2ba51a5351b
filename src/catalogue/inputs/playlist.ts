/** M3U playlists. */
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../base/errors.js';

/**
 * Reads the tracks of an `.m3u` (Latin-1 or UTF-8) or `.m3u8` playlist in its order, relative to its folder.
 *
 * @param allowOutside - whether tracks may lie outside the playlist's own folder
 * @throws UsageError when an entry is a network address, or lies outside and may not
 */
export async function readPlaylist(path: string, allowOutside: boolean): Promise<string[]> {
  const bytes = await readFile(path);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    text = bytes.toString('latin1');
  }
  const folder = dirname(path);
  const tracks: string[] = [];
  for (const [i, line] of text.split(/\r\n|\r|\n/).entries()) {
    const entry = line.trim();
    if (entry === '' || entry.startsWith('#')) continue;
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(entry) && !entry.startsWith('file://')) {
      throw new UsageError(
        `${path}, line ${i + 1}: ${entry} is an address on the network; download the track and name the file.`,
      );
    }
    const named = entry.startsWith('file://') ? fileURLToPath(entry) : entry.replaceAll('\\', sep);
    const track = isAbsolute(named) ? named : resolve(folder, named);
    const inside = relative(resolve(folder), track);
    if (!allowOutside && (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))) {
      throw new UsageError(
        `${path}, line ${i + 1}: ${entry} points outside the playlist's folder; give --outside to allow it.`,
      );
    }
    tracks.push(isAbsolute(named) ? named : relative('.', track) || track);
  }
  return tracks;
}
