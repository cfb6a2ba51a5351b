/** The script that sbatch takes: one command, started once for each task of an array. */
import { join } from 'node:path';
import { UsageError } from '../../base/errors.js';
import type { SlurmOptions } from './options.js';

/** Placeholder in a command for the number of the task, from 1. */
export const TASK = '{task}';

/** Seconds before its time limit at which a task gets a signal to stop. */
export const WARNING_SECONDS = 120;

export interface ArrayCommand {
  name: string;
  /** Program and arguments; {@link TASK} in them becomes the number of the task. */
  command: readonly string[];
  tasks: number;
  /** Folder that the tasks start in. */
  workingFolder: string;
  /** Folder of the tasks' output, one file per task. */
  logs: string;
  options: SlurmOptions;
  /** Most tasks at once. Default: as many as Slurm starts. */
  maxRunning?: number;
}

/** Quotes a word for the shell, with the task's number in place of {@link TASK}. */
function quote(word: string): string {
  const quoted = word
    .split(TASK)
    .map((text) => (/^[\w./:=@%+,-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`))
    .join('"$SLURM_ARRAY_TASK_ID"');
  return quoted === '' ? "''" : quoted;
}

/** Quotes a path for a line of #SBATCH, where backslashes and quotes have a special meaning. */
function directivePath(path: string): string {
  if (/["\\\r\n]/.test(path))
    throw new UsageError(
      `${JSON.stringify(path)} cannot be written into a script of Slurm; use folders without quotes, backslashes and line ends in their names.`,
    );
  return `"${path}"`;
}

/** Slurm's expression for task numbers in rising order, as in `1-3,7%2`; `maxRunning` of them run at once. */
export function arrayExpression(tasks: readonly number[], maxRunning?: number): string {
  const ranges: string[] = [];
  for (let begin = 0, end = 0; begin < tasks.length; begin = end + 1) {
    end = begin;
    while (end + 1 < tasks.length && tasks[end + 1] === tasks[end] + 1) end++;
    ranges.push(begin === end ? `${tasks[begin]}` : `${tasks[begin]}-${tasks[end]}`);
  }
  return ranges.join(',') + (maxRunning === undefined ? '' : `%${maxRunning}`);
}

/** Writes the script of an array. Throws a UsageError for a folder whose name cannot stand in it. */
export function arrayScript(array: ArrayCommand): string {
  const all = Array.from({ length: array.tasks }, (_, i) => i + 1);
  // A percent sign begins a field of sbatch's file names; doubled it stands for itself.
  const output = join(array.logs.replaceAll('%', '%%'), '%A_%a.log');
  const asked = [...array.options].map(([key, value]) => (value === null ? key : `${key}=${value}`));
  const directives = [
    ...(array.options.has('job-name') ? [] : [`job-name=${array.name}`]),
    `array=${arrayExpression(all, array.maxRunning)}`,
    `chdir=${directivePath(array.workingFolder)}`,
    `output=${directivePath(output)}`,
    'open-mode=append',
    'requeue',
    `signal=B:USR2@${WARNING_SECONDS}`,
    ...asked,
  ];
  return `#!/bin/bash
${directives.map((directive) => `#SBATCH --${directive}`).join('\n')}

# "exec" puts the program in the place of this shell, which is what Slurm sends its signals to.
exec ${array.command.map(quote).join(' ')}
`;
}
