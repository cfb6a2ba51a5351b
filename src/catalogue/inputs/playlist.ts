/** M3U playlists. */
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf, UsageError } from '../../base/errors.js';
import { pathFinder } from '../../base/names.js';
import { encodings, type TextEncoding } from '../../text/encodings.js';
import { decodeAs, decodeText } from '../../text/files/decode.js';

/**
 * Reads the tracks of an `.m3u` or `.m3u8` playlist in its order, relative to its folder.
 *
 * @param allowOutside - whether tracks may lie outside the playlist's own folder
 * @param encoding - null: found out, Latin-1 where it is not certain. Default: null.
 * @param onNote - receives a sentence where it is not certain, or a character is lost
 * @throws UsageError when an entry is a network address or not a valid file address, or lies outside and may not
 */
export async function readPlaylist(
  path: string,
  allowOutside: boolean,
  encoding: TextEncoding | null = null,
  onNote: (note: string) => void = () => {},
): Promise<string[]> {
  const bytes = await readFile(path);
  const found = await decodeText(bytes, encoding);
  if (found.text === null) throw new UsageError(`${path} is not a text file; give a playlist.`);
  // The format's own encoding, where nothing speaks for another.
  const text = found.sure ? found.text : decodeAs(bytes, 'latin-1');
  if (!found.sure)
    onNote(
      `${path} is not UTF-8, and its encoding is not certain (perhaps ${encodings[found.encoding].title}); it is read as Latin-1, the format's own: if tracks are missing, give --encoding.`,
    );
  else if (found.replaced > 0)
    onNote(
      `${path}: ${found.replaced} characters are not ${encodings[found.encoding].title} and are lost; if tracks are missing, give --encoding.`,
    );
  const folder = dirname(path);
  const onDisk = pathFinder();
  const tracks: string[] = [];
  for (const [i, line] of text.split(/\r\n|\r|\n/).entries()) {
    const entry = line.trim();
    if (entry === '' || entry.startsWith('#')) continue;
    const isAddress = /^[a-z][a-z0-9+.-]+:\/\//i.test(entry);
    const isFile = /^file:/i.test(entry);
    if (isAddress && !isFile) {
      throw new UsageError(
        `${path}, line ${i + 1}: ${entry} is an address on the network; download the track and name the file.`,
      );
    }
    const named = isFile ? pathOfUrl(entry, `${path}, line ${i + 1}`) : entry.replaceAll('\\', sep);
    const track = await onDisk(isAbsolute(named) ? named : resolve(folder, named));
    const inside = relative(resolve(folder), track);
    if (!allowOutside && (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))) {
      throw new UsageError(
        `${path}, line ${i + 1}: ${entry} points outside the playlist's folder; give --outside to allow it.`,
      );
    }
    // Spelled as the playlist is, so that one track has one path in folders, playlists and lists.
    tracks.push(isAbsolute(path) || isAbsolute(named) ? track : relative('.', track) || track);
  }
  return tracks;
}

/** The path of a `file:` address, such as `file:///music/a%20b.mp3`. Throws UsageError where it is not a valid one. */
function pathOfUrl(address: string, where: string): string {
  try {
    return fileURLToPath(address);
  } catch (error) {
    throw new UsageError(
      `${where}: ${address} is not the address of a file on this machine (${messageOf(error)}); write its path instead.`,
    );
  }
}
