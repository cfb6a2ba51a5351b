/**
 * Loads a native library without the lines that it prints on standard error while it loads. TensorFlow's come before its
 * log is set up, and no environment variable stops them.
 */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** Standard error, which native code writes to by this number. */
const STDERR = 2;

/** The system's names of this process' open files; on Linux, and where it is mounted. */
const OPEN_FILES = '/proc/self/fd';

/** Opens a file under the lowest free number, which is that of standard error once it is closed. */
function replaceStderr(path: string): void {
  closeSync(STDERR);
  const opened = openSync(path, 'a');
  // Another thread opened a file in between and has the number now.
  if (opened !== STDERR) closeSync(opened);
}

/**
 * Does synchronous work while standard error leads nowhere, on Linux where it is a terminal or a pipe: these can be
 * opened again, while a file would be opened with a position of its own, and what it shares with standard output would
 * be overwritten. Elsewhere, and in threads, the work is done as it is.
 */
export function withQuietStderr<Value>(work: () => Value): Value {
  let kept: number;
  try {
    const stat = fstatSync(STDERR);
    if (!isMainThread || !(stat.isFIFO() || stat.isCharacterDevice())) return work();
    kept = openSync(`${OPEN_FILES}/${STDERR}`, 'a');
  } catch {
    return work();
  }
  replaceStderr('/dev/null');
  try {
    return work();
  } finally {
    replaceStderr(`${OPEN_FILES}/${kept}`);
    closeSync(kept);
  }
}
