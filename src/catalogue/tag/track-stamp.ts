/** By what a changed file of a track is known: its size and the time of its last change. */
import { stat } from 'node:fs/promises';
import { systemPath } from '../../base/raw-names.js';
import type { TrackProperties } from '../row.js';

/** Size and time of a file; null where there is none. */
export type FileStamp = Pick<TrackProperties, 'bytes' | 'modified'>;

/**
 * Reads the size of a track's file and the time of its last change, or of its lyrics' last change where that is later.
 * `lyrics`: their path, null where the model takes none or the track has none. Default: null.
 */
export async function stampOf(path: string, lyrics: string | null = null): Promise<FileStamp> {
  const found = await stat(systemPath(path)).catch(() => null);
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
