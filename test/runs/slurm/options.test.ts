import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/base/errors.js';
import { parseSlurmOptions } from '../../../src/runs/slurm/options.js';
import fc from '../../fast-check.js';

describe('parseSlurmOptions', () => {
  it('reads options as sbatch names them', () => {
    const options = parseSlurmOptions([
      'time=1-08:00:00',
      'cpus-per-task=16',
      'gres=gpu:a100:1',
      'exclusive',
    ]);
    expect([...options]).toEqual([
      ['time', '1-08:00:00'],
      ['cpus-per-task', '16'],
      ['gres', 'gpu:a100:1'],
      ['exclusive', null],
    ]);
  });

  it.each([
    '--time=1',
    'time=',
    '=1',
    'time 1',
    'time=1 2',
    'Time=1',
    'comment="a"',
    'a=$(b)',
    'a=1\nrm',
    '8',
    '',
  ])('refuses %j', (text) => {
    expect(() => parseSlurmOptions([text])).toThrow(UsageError);
  });

  it('refuses what the script sets itself, and what comes twice', () => {
    for (const key of ['array=1-3', 'output=x', 'requeue', 'signal=USR1', 'wait', 'chdir=/'])
      expect(() => parseSlurmOptions([key])).toThrow(/the array's script sets it/);
    expect(() => parseSlurmOptions(['mem=1G', 'mem=2G'])).toThrow(/mem is given twice/);
  });

  it('never lets a line end or a space through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        try {
          for (const [key, read] of parseSlurmOptions([`comment=${value}`]))
            expect([key, read]).toEqual(['comment', value]);
          expect(value).not.toMatch(/[\s"'`$\\#]/);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});
