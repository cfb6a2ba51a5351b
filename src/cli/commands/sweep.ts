/** polytag sweep: one config under many settings and seeds, as resumable runs. */
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { markCsv } from '../../base/byte-order-mark.js';
import { countText, durationText } from '../../base/format.js';
import { alignColumns } from '../../base/text-tables.js';
import { writeSweep } from '../../report/pages/sweep/write.js';
import { estimatePlan, type PlanEstimate } from '../../runs/launch/estimate.js';
import { requireAllDone } from '../../runs/launch/execute.js';
import { runsOf } from '../../runs/sweep/plan.js';
import { type PreparedSweep, prepareSweep, runSweep } from '../../runs/sweep/run.js';
import { type SearchName, searches } from '../../runs/sweep/search.js';
import { resultRows, sweepJson } from '../../runs/sweep/tables.js';
import {
  type ConfigArguments,
  configArguments,
  numberBetween,
  numberText,
  numberTextOr,
  textOption,
  wholeOption,
} from '../arguments.js';
import { executeOptions, optionalCount, type PlanArguments, planOptions } from '../plan-options.js';
import { interruptible, printNote, printResult, typedCommand } from '../terminal.js';

interface SweepArguments extends ConfigArguments, PlanArguments {
  seeds?: string;
  search: SearchName;
  trials?: string;
  'search-seed': string;
  eta: string;
  out?: string;
}

/** Of how many settings one is promoted: below the least, rungs would eliminate none. */
const [LEAST_ETA, LARGEST_ETA] = [1.1, 1000];

/** Epochs that the rungs train, as a share of training all runs fully. */
function workShare({ plan, rungs }: PreparedSweep): number {
  const last = rungs[rungs.length - 1].epochs;
  const epochs = rungs.map(
    ({ candidates, epochs: to }, i) => candidates * (to - (rungs[i - 1]?.epochs ?? 0)),
  );
  return epochs.reduce((sum, one) => sum + one, 0) / (plan.experiments.length * last);
}

function estimateLines(sweep: PreparedSweep, estimate: PlanEstimate, jobs: number): string[] {
  const { plan, rungs } = sweep;
  const time = (seconds: number | null): string => (seconds === null ? 'unknown' : durationText(seconds));
  const settingOf = new Map(plan.experiments.map(({ group, setting }) => [group, setting]));
  const rows = estimate.runs.map(({ run, status, seconds, basis }) => [
    ...plan.keys.map((key) => settingOf.get(run.group)!.get(key) ?? '–'),
    ...[String(run.seed), run.folder, status, time(seconds), basis],
  ]);
  const header = [...plan.keys, 'seed', 'folder', 'status', 'time', 'by'];
  const steps = rungs.map(
    ({ candidates, epochs }) => `${countText(candidates, 'experiment')} to ${countText(epochs, 'epoch')}`,
  );
  const seconds = estimate.seconds === null ? null : estimate.seconds * workShare(sweep);
  return [
    alignColumns([header, ...rows]),
    '',
    ...(steps.length > 1 ? [`Rungs: ${steps.join(', ')}.`] : []),
    `${countText(estimate.runs.length, 'run')}; the remaining ones take at most about ${time(seconds)} with ${jobs} at once (early stopping is not foreseen).`,
  ];
}

function estimateJson(sweep: PreparedSweep, estimate: PlanEstimate): Record<string, unknown> {
  const settingOf = new Map(sweep.plan.experiments.map(({ group, setting }) => [group, setting]));
  return {
    rungs: sweep.rungs,
    seconds: estimate.seconds === null ? null : estimate.seconds * workShare(sweep),
    runs: estimate.runs.map(({ run, status, seconds, basis }) => ({
      experiment: run.group,
      settings: Object.fromEntries(settingOf.get(run.group)!),
      ...{ seed: run.seed, folder: run.folder, status, seconds, basis },
    })),
  };
}

export const sweep: CommandModule<object, SweepArguments> = {
  command: 'sweep <config> [overrides..]',
  describe: 'Run a config under many settings and seeds; the same command resumes the sweep',
  builder: (yargs) =>
    planOptions(configArguments(yargs), '1')
      .option('seeds', numberText("Runs of each setting, with seeds from the config's own on (default: 1)"))
      .option('search', {
        choices: Object.keys(searches) as SearchName[],
        requiresArg: true,
        default: 'grid' as SearchName,
        describe:
          'grid: every combination; random: --trials settings; halving: the best of each rung are promoted to the next',
      })
      .option('trials', numberText('Number of settings drawn at random'))
      .option('search-seed', numberTextOr(1, 'Seed of the random draws'))
      .option(
        'eta',
        numberTextOr(
          3,
          'halving: one in this many settings is promoted, and trained this many times as long',
        ),
      )
      .option('out', textOption('Folder of the sweep (default: reports/<config>-sweep)'))
      .example(
        '$0 sweep configs/mtat.yaml training.optimizer.learning_rate=0.001,0.0003 --seeds 3',
        'Two rates, three seeds each',
      )
      .example(
        "$0 sweep configs/mtat.yaml 'loss.alpha=log_uniform(0.5,4)' --search random --trials 10",
        'Ten penalties, drawn at random',
      )
      .example(
        '$0 sweep configs/mtat.yaml model.fusion.kind=concat,gated --dry-run',
        'Which runs, and how long they take',
      )
      .epilogue(
        'key=a,b,c and key=range(start,stop,step), key=log_range(first,last,count) are swept; key=uniform(a,b), key=log_uniform(a,b) and key=int(a,b) are drawn. Quote words with parentheses. A list in brackets is one value.',
      ),
  handler: async (args) => {
    const prepared = await prepareSweep({
      config: args.config,
      words: args.overrides ?? [],
      search: args.search,
      seeds: optionalCount('seeds', args.seeds),
      trials: optionalCount('trials', args.trials),
      searchSeed: wholeOption('search-seed', args['search-seed'], { least: 0 }),
      eta: numberBetween('eta', args.eta, LEAST_ETA, LARGEST_ETA),
    });
    const { plan } = prepared;
    const out = args.out ?? join('reports', `${plan.name}-sweep`);
    const options = executeOptions(args, out, 1);
    plan.notes.forEach(printNote);
    if (args['dry-run']) {
      const estimate = await estimatePlan(runsOf(plan, plan.experiments), options);
      const lines = args.json
        ? [JSON.stringify(estimateJson(prepared, estimate), null, 2)]
        : estimateLines(prepared, estimate, options.jobs);
      return lines.forEach(printResult);
    }
    const { results, outcomes, page, csv, comparison } = await interruptible(async (signal) => {
      const outcome = await runSweep(prepared, { ...options, signal });
      return { ...outcome, ...(await writeSweep(out, outcome, options.log, typedCommand())) };
    });
    if (args.bom) await markCsv(out);
    printResult(
      args.json ? JSON.stringify(sweepJson(results), null, 2) : alignColumns(resultRows(plan.keys, results)),
    );
    printNote(`Sweep: ${page}, ${csv}`);
    if (comparison !== null) printNote(`Comparison: ${comparison}`);
    requireAllDone(outcomes);
  },
};
