/** Record of a plan's runs: `study.json` in the study's folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../../base/files.js';

const runSchema = z.object({
  group: z.string(),
  seed: z.number(),
  folder: z.string(),
  status: z.enum(['waiting', 'running', 'paused', 'finished', 'failed', 'interrupted']),
  /** Whether it was finished before this plan was executed. */
  reused: z.boolean(),
  /** Wall-clock time of all its processes so far. */
  seconds: z.number(),
  /** Threads of an operation, on which the bits of the results depend. */
  threads: z.number().nullable(),
  error: z.string().nullable(),
});

const recordSchema = z.object({
  format: z.literal('polytag-study/1'),
  launcher: z.enum(['local', 'slurm']),
  jobs: z.number(),
  begun: z.string(),
  ended: z.string().nullable(),
  runs: z.array(runSchema),
});

export type RecordedRun = z.output<typeof runSchema>;

export type StudyRecord = z.output<typeof recordSchema>;

export const STUDY_RECORD = 'study.json';

/** The record of a study; null where there is none that can be read. */
export async function readStudyRecord(out: string): Promise<StudyRecord | null> {
  const text = await readFile(join(out, STUDY_RECORD), 'utf8').catch((): null => null);
  if (text === null) return null;
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export async function writeStudyRecord(out: string, record: StudyRecord): Promise<void> {
  await writeWhole(join(out, STUDY_RECORD), `${JSON.stringify(record, null, 2)}\n`);
}
