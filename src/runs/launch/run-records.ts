/** What a run that is not in memory says of itself: its epochs, its threads, its time. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metrics } from '../../eval/metrics.js';
import type { EpochRecord } from '../../eval/run-report.js';

async function parsed<Content>(path: string, parse: (text: string) => Content): Promise<Content | null> {
  try {
    return parse(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * The epochs that a run has done.
 *
 * @param folder - the run's folder
 * @returns a record an epoch, by `log.jsonl`; none where it cannot be read
 */
export async function epochsOf(folder: string): Promise<EpochRecord[]> {
  const lines = (text: string): EpochRecord[] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as EpochRecord);
  return (await parsed(join(folder, 'log.jsonl'), lines)) ?? [];
}

/**
 * The threads that a run computes with: its checkpoints can only be gone on with by as many.
 *
 * @param folder - the run's folder
 * @returns the number by `environment.json`; null where it says none
 */
export async function threadsOf(folder: string): Promise<number | null> {
  const environment = await parsed(
    join(folder, 'environment.json'),
    (text) => JSON.parse(text) as { threads?: unknown },
  );
  return typeof environment?.threads === 'number' ? environment.threads : null;
}

/**
 * The metrics of a finished run.
 *
 * @param folder - the run's folder
 * @returns the content of `metrics.json`; null where it cannot be read
 */
export async function metricsOf(folder: string): Promise<Metrics | null> {
  return parsed(join(folder, 'metrics.json'), (text) => JSON.parse(text) as Metrics);
}
