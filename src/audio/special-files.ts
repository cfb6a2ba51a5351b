/** What lies in folders and is no file: opening it may never end. */
import type { Stats } from 'node:fs';

/** What an entry of a folder is where it is no regular file, such as "a named pipe"; null for a file. */
export function specialKind(
  found: Pick<Stats, 'isFile' | 'isDirectory' | 'isFIFO' | 'isSocket'>,
): string | null {
  if (found.isFile()) return null;
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a named pipe';
  return found.isSocket() ? 'a socket' : 'a device';
}
