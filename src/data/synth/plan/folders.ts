/** MagnaTagATune's sixteen folders and the official split over them. */
import type { Split } from '../../dataset.js';

/** Names of the folders. */
export const FOLDERS = [...'0123456789abcdef'] as const;

/** Least size of a validation folder for two dozen tags. */
const SMALL_VALIDATION = 10;

/** The official split of a folder: 0 to b train, c validation, d to f test. */
export function splitOf(folder: string): Split {
  return folder < 'c' ? 'train' : folder === 'c' ? 'validation' : 'test';
}

/**
 * Number of clips (at least 1) in each of `FOLDERS`, for at least 16 clips: about equal, but `c`, the whole validation
 * split, is filled first in a small corpus.
 */
export function folderSizes(clips: number): number[] {
  const wanted = Math.min(SMALL_VALIDATION, Math.floor(clips / 6));
  const validation = Math.min(clips - 15, Math.max(Math.floor(clips / 16), wanted));
  const rest = clips - validation;
  // Test folders (d, e, f) come first where the rest does not divide evenly.
  const order = ['d', 'e', 'f', ...FOLDERS.slice(0, 12)];
  return FOLDERS.map((folder) =>
    folder === 'c' ? validation : Math.floor(rest / 15) + (order.indexOf(folder) < rest % 15 ? 1 : 0),
  );
}
