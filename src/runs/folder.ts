/** Checks and prepares the folder of a run. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../base/errors.js';
import { RUN_FILES, runPath } from './layout.js';
import { holdsRun } from './read.js';

/** Files that are written under another name, and locks of dead processes. */
const LEFTOVER = /\.(?:[0-9a-f]{8}){1,2}\.part$|^\.lock\.[\w-]+\.dead$/;

/** What to do when the folder already holds a run. */
export type Existing = 'refuse' | 'resume' | 'overwrite';

/**
 * Prepares the folder of a run. Throws a UsageError when it has a run that is neither to be resumed nor overwritten, or
 * other files. Removes what a killed command left, unless it refuses the folder; the caller holds the folder's lock.
 */
export async function openRunFolder(out: string, existing: Existing): Promise<void> {
  const all = await readdir(out).catch((): string[] => []);
  const entries = all.filter((name) => name !== RUN_FILES.lock && !LEFTOVER.test(name));
  if (entries.length > 0 && !(await holdsRun(out))) {
    throw new UsageError(`${out} is not empty and has no run; give another folder with --out.`);
  }
  if (entries.length > 0 && existing === 'refuse') {
    throw new UsageError(
      `${out} already holds a run; add --resume to continue it, --overwrite to replace it, or give another folder with --out.`,
    );
  }
  // A run that was killed leaves half-written files and put-aside locks; this one holds the lock, so nobody needs them.
  for (const name of all.filter((name) => LEFTOVER.test(name))) await rm(join(out, name), { force: true });
  // The files that it names are written anew, one after the other.
  await rm(runPath(out, 'checksums'), { force: true });
  if (existing === 'overwrite')
    for (const name of entries) await rm(join(out, name), { recursive: true, force: true });
}
