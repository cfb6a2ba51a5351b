/** Checks and prepares the folder of a run. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../base/errors.js';
import { RUN_FILES } from './layout.js';
import { holdsRun } from './read.js';

/** What to do when the folder already holds a run. */
export type Existing = 'refuse' | 'resume' | 'overwrite';

/**
 * Prepares the folder of a run. Throws a UsageError when it has a run that is neither to be resumed nor overwritten, or
 * other files.
 */
export async function openRunFolder(out: string, existing: Existing): Promise<void> {
  const entries = (await readdir(out).catch(() => [])).filter((name) => name !== RUN_FILES.lock);
  if (entries.length === 0) return;
  if (!(await holdsRun(out))) {
    throw new UsageError(`${out} is not empty and has no run; give another folder with --out.`);
  }
  if (existing === 'refuse') {
    throw new UsageError(
      `${out} already holds a run; add --resume to continue it, --overwrite to replace it, or give another folder with --out.`,
    );
  }
  if (existing === 'overwrite') for (const name of entries) await rm(join(out, name), { recursive: true });
}
