/** Checks and prepares the folder of a run. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../base/errors.js';
import { RUN_FILES } from './layout.js';
import { holdsRun } from './read.js';

/** What a killed command leaves: a file under its temporary name, or a dead lock that was being put aside. */
const LEFTOVER = /\.[0-9a-f]{8}\.(part|dead)$/;

/** What to do when the folder already holds a run. */
export type Existing = 'refuse' | 'resume' | 'overwrite';

/**
 * Prepares the folder of a run. Throws a UsageError when it has a run that is neither to be resumed nor overwritten, or
 * other files. What a killed command left in an accepted folder is removed, so the caller must hold the folder's lock.
 */
export async function openRunFolder(out: string, existing: Existing): Promise<void> {
  const found = (await readdir(out).catch(() => [])).filter((name) => name !== RUN_FILES.lock);
  const entries = found.filter((name) => !LEFTOVER.test(name));
  if (entries.length > 0 && !(await holdsRun(out))) {
    throw new UsageError(`${out} is not empty and has no run; give another folder with --out.`);
  }
  if (entries.length > 0 && existing === 'refuse') {
    throw new UsageError(
      `${out} already holds a run; add --resume to continue it, --overwrite to replace it, or give another folder with --out.`,
    );
  }
  for (const name of found) if (LEFTOVER.test(name)) await rm(join(out, name), { force: true });
  if (existing === 'overwrite') for (const name of entries) await rm(join(out, name), { recursive: true });
}
