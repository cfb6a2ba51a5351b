import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parseSlurmOptions } from '../../../src/runs/slurm/options.js';
import { type ArrayCommand, arrayExpression, arrayScript, TASK } from '../../../src/runs/slurm/script.js';
import fc from '../../fast-check.js';

const array: ArrayCommand = {
  name: 'features',
  command: ['node', 'polytag.js', '--shard', `${TASK}/12`],
  tasks: 12,
  workingFolder: '/home/a b',
  logs: '/home/a b/50%/logs',
  options: parseSlurmOptions(['time=08:00:00', 'exclusive']),
  maxRunning: 4,
};

/** Runs a script as Slurm would start one task. */
const runTask = (script: string, task: number): string =>
  execFileSync('bash', ['-s'], {
    input: script,
    encoding: 'utf8',
    env: { ...process.env, SLURM_ARRAY_TASK_ID: String(task) },
  });

describe('arrayScript', () => {
  it('is a script of sbatch', () => {
    expect(arrayScript(array)).toBe(`#!/bin/bash
#SBATCH --job-name=features
#SBATCH --array=1-12%4
#SBATCH --chdir="/home/a b"
#SBATCH --output="/home/a b/50%%/logs/%A_%a.log"
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:USR2@120
#SBATCH --time=08:00:00
#SBATCH --exclusive

# "exec" puts the program in the place of this shell, which is what Slurm sends its signals to.
exec node polytag.js --shard "$SLURM_ARRAY_TASK_ID"/12
`);
  });

  it('lets the name of the job be chosen', () => {
    const script = arrayScript({ ...array, options: parseSlurmOptions(['job-name=mine']) });
    expect(script.match(/job-name=.*/g)).toEqual(['job-name=mine']);
  });

  it('refuses folders that sbatch would misread', () => {
    for (const workingFolder of ['/a"b', '/a\\b', '/a\nb'])
      expect(() => arrayScript({ ...array, workingFolder })).toThrow(
        /cannot be written into a script of Slurm/,
      );
  });

  it('hands every word over as it is, with the number of the task in its place', () => {
    const word = fc.oneof(
      fc.constantFrom(
        "it's",
        '$HOME',
        '`id`',
        '"',
        '\\',
        '*',
        '~',
        '',
        '-n',
        'a\nb',
        `${TASK}`,
        `'${TASK}"/4`,
      ),
      fc.string().filter((text) => !text.includes('\0')),
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        const script = arrayScript({ ...array, command: ['printf', '%s\\0', ...words] });
        expect(runTask(script, 7).split('\0').slice(0, -1)).toEqual(
          words.map((text) => text.replaceAll(TASK, '7')),
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('arrayExpression', () => {
  it('joins neighbours', () => {
    expect(arrayExpression([1, 2, 3, 7, 9, 10])).toBe('1-3,7,9-10');
    expect(arrayExpression([4], 2)).toBe('4%2');
  });

  it('names each task once', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (numbers) => {
        const tasks = numbers.sort((a, b) => a - b);
        const read = arrayExpression(tasks)
          .split(',')
          .flatMap((range) => {
            const [begin, end = begin] = range.split('-').map(Number);
            return Array.from({ length: end - begin + 1 }, (_, i) => begin + i);
          });
        expect(read).toEqual(tasks);
      }),
    );
  });
});
