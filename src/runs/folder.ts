/** The folder of a run: whether it may be used, and the files that every run has. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { UsageError } from '../base/errors.js';
import { exists, writeWhole } from '../base/files.js';
import type { Config } from '../config/schema.js';
import type { EpochRecord } from '../eval/run-report.js';

/** What to do when the folder already holds a run. */
export type Existing = 'refuse' | 'resume' | 'overwrite';

/** Lies in a run's folder while a process works in it. */
export const RUN_LOCK = '.lock';

/**
 * Makes the folder of a run ready.
 *
 * @param out - the folder
 * @param existing - what to do with a run that is there
 * @throws UsageError when there is a run and it is neither to be resumed nor overwritten, or the folder holds other files
 */
export async function openRunFolder(out: string, existing: Existing): Promise<void> {
  const entries = (await readdir(out).catch(() => [])).filter((name) => name !== RUN_LOCK);
  if (entries.length === 0) return;
  if (!(await exists(join(out, 'config.yaml')))) {
    throw new UsageError(`${out} is not empty and holds no run; give another folder with --out.`);
  }
  if (existing === 'refuse') {
    throw new UsageError(
      `${out} already holds a run; add --resume to go on with it, --overwrite to replace it, or give another folder with --out.`,
    );
  }
  if (existing === 'overwrite') for (const name of entries) await rm(join(out, name), { recursive: true });
}

/**
 * Writes the resolved config.
 *
 * @param out - the run's folder
 * @param config - with every default
 * @returns the text that was written
 */
export async function writeConfig(out: string, config: Config): Promise<string> {
  const text = stringify(config);
  await writeWhole(join(out, 'config.yaml'), text);
  return text;
}

/**
 * Writes `log.jsonl`, a line an epoch. The whole file each time: after a resumption it holds what the checkpoint
 * knows and nothing else.
 *
 * @param out - the run's folder
 * @param history - all epochs so far
 */
export async function writeLog(out: string, history: readonly EpochRecord[]): Promise<void> {
  await writeWhole(join(out, 'log.jsonl'), history.map((epoch) => `${JSON.stringify(epoch)}\n`).join(''));
}

/**
 * Writes a JSON file of the run.
 *
 * @param out - the run's folder
 * @param name - `metrics.json`
 * @param content - a plain object
 */
export async function writeJson(out: string, name: string, content: unknown): Promise<void> {
  await writeWhole(join(out, name), `${JSON.stringify(content, null, 2)}\n`);
}
