/** Writes top tags into the metadata of audio files: of copies, or in place. */
import { randomUUID } from 'node:crypto';
import { copyFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { File as TaggedFile } from 'node-taglib-sharp';
import { Failure, messageOf } from '../../base/errors.js';
import { explainWriteError, makeFolder } from '../../base/files.js';

/** Target of files with tags: a folder for copies, or the tracks themselves. */
export type TagTarget = { copies: string } | 'in-place';

/** The folder that all tracks lie in. */
function commonFolder(tracks: readonly string[]): string {
  const folders = tracks.map((track) => dirname(resolve(track)).split(sep));
  const [first] = folders;
  let depth = first.length;
  for (const folder of folders)
    while (first.slice(0, depth).join(sep) !== folder.slice(0, depth).join(sep)) depth--;
  return first.slice(0, depth).join(sep) || sep;
}

/** Path of each track's copy, by track: the tracks' folders below their common one, so that no two collide. */
export function copyPaths(tracks: readonly string[], folder: string): Map<string, string> {
  const root = tracks.length > 0 ? commonFolder(tracks) : '.';
  return new Map(
    tracks.map((track) => {
      const inside = relative(root, resolve(track));
      return [track, join(folder, isAbsolute(inside) ? basename(inside) : inside)];
    }),
  );
}

/**
 * Writes top tags into a file's metadata, as its grouping ("content group"), which players show and no library takes
 * for the genre; other metadata and the sound stay as they are. The file is written under another name and renamed.
 *
 * @param tops - names of tags, best first
 * @param target - the file to write; the track itself to change it in place
 * @throws Failure when the format holds no metadata, or the file cannot be written
 */
export async function writeTags(track: string, tops: readonly string[], target: string): Promise<void> {
  await makeFolder(dirname(target));
  // The library derives the format from the ending.
  const temporary = join(dirname(target), `.${randomUUID().slice(0, 8)}.part${extname(track)}`);
  try {
    await copyFile(track, temporary);
    const file = TaggedFile.createFromPath(temporary);
    try {
      file.tag.grouping = tops.join(', ');
      file.save();
    } finally {
      file.dispose();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const explained = explainWriteError(target, error);
    if (explained !== error) throw explained;
    throw new Failure(`${track}: its metadata cannot be written (${messageOf(error)}); exclude it.`);
  }
}
