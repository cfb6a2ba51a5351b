/** What a track's file says of itself: title, artist and album, and by what a changed file is known. */
import { stat } from 'node:fs/promises';
import { File as TaggedFile } from 'node-taglib-sharp';
import type { TrackProperties } from '../row.js';

/** The names of a recording. */
export type TrackNames = Pick<TrackProperties, 'title' | 'artist' | 'album'>;

const NONE: TrackNames = { title: null, artist: null, album: null };

const named = (text: string | undefined): string | null => text?.replace(/\0/g, '').trim() || null;

/**
 * Reads the names out of an audio file's metadata; null for what it does not say, and for a file whose metadata cannot
 * be read, which may sound all the same.
 */
export function readTrackNames(path: string): TrackNames {
  try {
    const file = TaggedFile.createFromPath(path);
    try {
      const { title, performers, album } = file.tag;
      return { title: named(title), artist: named(performers?.join('; ')), album: named(album) };
    } finally {
      file.dispose();
    }
  } catch {
    return NONE;
  }
}

/** Size and time of a file; null where there is none. */
export type FileStamp = Pick<TrackProperties, 'bytes' | 'modified'>;

/**
 * Reads the size of a track's file and the time of its last change, or of its lyrics' last change where that is later.
 * `lyrics`: their path, null where the model takes none or the track has none. Default: null.
 */
export async function stampOf(path: string, lyrics: string | null = null): Promise<FileStamp> {
  const found = await stat(path).catch(() => null);
  if (!found) return { bytes: null, modified: null };
  const words = lyrics === null ? null : await stat(lyrics).catch(() => null);
  const modified = words && words.mtimeMs > found.mtimeMs ? words.mtime : found.mtime;
  return { bytes: found.size, modified: modified.toISOString() };
}

/** Reads the state of a track and of what is tagged with it. */
export type ReadStamp = (track: string) => Promise<FileStamp>;

/** Whether two stamps are of the same state of a file. */
export const isSameState = (a: FileStamp, b: FileStamp): boolean =>
  a.bytes === b.bytes && a.modified === b.modified;
