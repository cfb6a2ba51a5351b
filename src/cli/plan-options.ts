/** Options of every command that executes a plan of runs. */
import type { Argv } from 'yargs';
import { UsageError } from '../base/errors.js';
import type { ExecuteOptions } from '../runs/launch/options.js';
import { parseSlurmOptions } from '../runs/slurm/options.js';
import { bomOption, numberText, numberTextOr, switchOption, wholeOption } from './arguments.js';
import { printNote } from './terminal.js';

export interface PlanArguments {
  jobs?: string;
  launcher: 'local' | 'slurm';
  slurm?: string[];
  retries: string;
  overwrite: boolean;
  'dry-run': boolean;
  bom: boolean;
  json: boolean;
}

/** Adds the options of a plan; `usualJobs` describes the default of --jobs. */
export function planOptions<T>(yargs: Argv<T>, usualJobs: string): Argv<T & PlanArguments> {
  return yargs
    .option(
      'jobs',
      numberText(
        `Runs at once, which share the cores (default: ${usualJobs}; on Slurm: as many as it starts)`,
      ),
    )
    .option('launcher', {
      choices: ['local', 'slurm'] as const,
      requiresArg: true,
      default: 'local' as const,
      describe: 'Where the runs are started',
    })
    .option('slurm', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'Options of sbatch for each run: time=08:00:00 cpus-per-task=8 gres=gpu:1',
    })
    .option('retries', numberTextOr(5, 'slurm: times that a stopped or killed run is resubmitted'))
    .option('overwrite', switchOption('Replace runs of another config; runs of the same config are kept'))
    .option('dry-run', switchOption('List the runs and estimate their time; run nothing'))
    .option('bom', bomOption)
    .option('json', switchOption('Print the results as JSON')) as Argv<T & PlanArguments>;
}

/** A whole number from 1 on that may be missing. Throws a UsageError for anything else. */
export function optionalCount(flag: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : wholeOption(flag, text);
}

/**
 * Options of `executePlan` from the command line; `usualJobs` is the default of --jobs. Throws a UsageError for wrong
 * numbers, or options of Slurm without it.
 */
export function executeOptions(
  args: PlanArguments,
  out: string,
  usualJobs: number,
): Omit<ExecuteOptions, 'signal'> {
  const jobs = optionalCount('jobs', args.jobs);
  const retries = wholeOption('retries', args.retries, { least: 0 });
  if (args.launcher === 'local' && args.slurm)
    throw new UsageError('--slurm needs --launcher slurm; add that, or remove --slurm.');
  const { launcher, overwrite } = args;
  return {
    ...{ out, launcher, overwrite, log: printNote },
    jobs: jobs ?? usualJobs,
    slurm: { options: parseSlurmOptions(args.slurm ?? []), maxRunning: jobs, retries },
  };
}
