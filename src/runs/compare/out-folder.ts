/** The folder of a comparison. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, UsageError } from '../../base/errors.js';

/** The page, and the file that marks a folder as a comparison. */
export const PAGE = 'compare.html';
export const RECORD = 'comparison.json';

/** Only such files of an earlier comparison are removed, whatever its record lists. */
const OWN_FILE = /^(tables|figures)\/[\w-][\w.-]*$/;

/** Throws a UsageError for a folder that is a file, or holds something else than an earlier comparison. */
export async function requireOutFolder(out: string): Promise<void> {
  const entries: string[] = await readdir(out).catch((error: unknown): string[] => {
    if (systemCode(error) === 'ENOTDIR') throw new UsageError(`${out} is a file; give a folder with --out.`);
    return [];
  });
  const foreign = entries.find((name) => ![PAGE, RECORD, 'tables', 'figures'].includes(name));
  if (foreign !== undefined || (entries.length > 0 && !entries.includes(RECORD)))
    throw new UsageError(
      `${out} holds something else than a comparison${foreign === undefined ? '' : ` (${foreign})`}; give another folder with --out.`,
    );
}

/** Removes an earlier comparison's tables and figures from a folder that `requireOutFolder` accepted. */
export async function removeEarlier(out: string): Promise<void> {
  const text = await readFile(join(out, RECORD), 'utf8').catch(() => '{}');
  let files: unknown;
  try {
    files = (JSON.parse(text) as { files?: unknown } | null)?.files;
  } catch {
    return;
  }
  if (!Array.isArray(files)) return;
  for (const file of files)
    if (typeof file === 'string' && OWN_FILE.test(file)) await rm(join(out, file), { force: true });
}
