/**
 * Loads a native library without the lines that it prints on standard error while it loads. TensorFlow's come before its
 * log is set up, and no environment variable stops them.
 */
import { closeSync, openSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { findKoffi, loadKoffi } from '../base/koffi.js';

/** Standard error, which native code writes to by this number. */
const STDERR = 2;

/** The C library's functions on the numbers of open files; -1 where one fails. */
interface Descriptors {
  dup(number: number): number;
  /** Makes `target` another number of `source`'s file, in one step: no other thread can get the number in between. */
  dup2(source: number, target: number): number;
}

/** The functions, by koffi; null where there is none, and elsewhere than on Linux, where it was not tried. */
function descriptors(): Descriptors | null {
  const path = process.platform === 'linux' ? findKoffi() : null;
  if (path === null) return null;
  const library = loadKoffi(path).load(null);
  return {
    dup: library.func('dup', 'int', ['int']),
    dup2: library.func('dup2', 'int', ['int', 'int']),
  };
}

/** Lets standard error lead nowhere, and returns how it comes back; null where it stays as it is. */
function silence(): (() => void) | null {
  try {
    if (!isMainThread) return null;
    const system = descriptors();
    const kept = system?.dup(STDERR) ?? -1;
    if (system === null || kept < 0) return null;
    const nowhere = openSync('/dev/null', 'a');
    system.dup2(nowhere, STDERR);
    closeSync(nowhere);
    return () => {
      system.dup2(kept, STDERR);
      closeSync(kept);
    };
  } catch {
    return null;
  }
}

/**
 * Does synchronous work while standard error leads nowhere, on Linux where koffi is installed: a terminal, a pipe or a
 * file, which goes on where it was. Elsewhere, and in threads, the work is done as it is.
 */
export function withQuietStderr<Value>(work: () => Value): Value {
  const restore = silence();
  try {
    return work();
  } finally {
    restore?.();
  }
}
