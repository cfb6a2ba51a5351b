/** By what a changed file is known. */
import { stat } from 'node:fs/promises';
import type { TrackProperties } from '../row.js';

/** Size and time of a file; null where there is none. */
export type FileStamp = Pick<TrackProperties, 'bytes' | 'modified'>;

/** Reads a file's size and the time of its last change. */
export async function stampOf(path: string): Promise<FileStamp> {
  const found = await stat(path).catch(() => null);
  return found ? { bytes: found.size, modified: found.mtime.toISOString() } : { bytes: null, modified: null };
}

/** Whether two stamps are of the same state of a file. */
export const isSameState = (a: FileStamp, b: FileStamp): boolean =>
  a.bytes === b.bytes && a.modified === b.modified;
