/** State of an array between two calls of its launcher: slurm.json in the array's folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, systemCode, UsageError } from '../../base/errors.js';
import { writeWhole } from '../../base/files.js';
import { parseJson } from '../../base/json.js';

const endSchema = z.object({ state: z.string(), exitCode: z.number(), signal: z.number() });

const taskSchema = z.object({
  /** Number of the job that it was last part of; null before its first. */
  job: z.string().nullable(),
  /** How often it was submitted. */
  tries: z.number(),
  /** How it ended; null before that. */
  end: endSchema.nullable(),
});

const recordSchema = z.object({
  format: z.literal('polytag-slurm/1'),
  command: z.array(z.string()),
  tasks: z.array(taskSchema),
});

/** A task, at its number less one. */
export type TaskRecord = z.output<typeof taskSchema>;

/** All tasks of an array. */
export type ArrayRecord = z.output<typeof recordSchema>;

const recordPath = (folder: string): string => join(folder, 'slurm.json');

/** Reads the record of an array, or makes a new one. Throws a UsageError when the folder belongs to another command. */
export async function readRecord(
  folder: string,
  { command, tasks }: { command: readonly string[]; tasks: number },
): Promise<ArrayRecord> {
  const path = recordPath(folder);
  const text = await readFile(path, 'utf8').catch((error) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (text === null)
    return {
      format: 'polytag-slurm/1',
      command: [...command],
      tasks: Array.from({ length: tasks }, () => ({ job: null, tries: 0, end: null })),
    };
  let data: ArrayRecord;
  try {
    data = parseJson(text, recordSchema);
  } catch (error) {
    throw new UsageError(
      `${path} is damaged (${messageOf(error)}); remove it once its jobs have ended, and run the same command again.`,
    );
  }
  if (data.tasks.length !== tasks || JSON.stringify(data.command) !== JSON.stringify(command))
    throw new UsageError(
      `${path} belongs to another command or number of tasks; give every command a folder of its own, or remove the file once its jobs have ended.`,
    );
  return data;
}

export async function writeRecord(folder: string, record: ArrayRecord): Promise<void> {
  await writeWhole(recordPath(folder), `${JSON.stringify(record)}\n`);
}
