/** polytag study: runs and compares the experiments of a paper's table. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { markCsv } from '../../base/byte-order-mark.js';
import { UsageError } from '../../base/errors.js';
import { countText, durationText, pointsText } from '../../base/format.js';
import { alignColumns } from '../../base/text-tables.js';
import { type ComparedMetric, leadMetrics, METRIC_NAMES } from '../../eval/difference/compared-metrics.js';
import { writeStudy } from '../../report/pages/study/write.js';
import { SINGLE_RUNS } from '../../runs/compare/pairs.js';
import { estimatePlan } from '../../runs/launch/estimate.js';
import { executePlan, requireAllDone } from '../../runs/launch/execute.js';
import { findStudy, studyNames } from '../../runs/study/find-study.js';
import { gatherStudy } from '../../runs/study/results/gather.js';
import type { StudyResult } from '../../runs/study/results/study-result.js';
import { planStudy, quickChoice, requireOneTask, type StudyRun } from '../../runs/study/study.js';
import { numberText, numberTextOr, switchOption, textOption, wholeOption } from '../arguments.js';
import { executeOptions, type PlanArguments, planOptions } from '../plan-options.js';
import { interruptible, printNote, printResult, typedCommand } from '../terminal.js';

interface StudyArguments extends PlanArguments {
  study: string;
  overrides?: string[];
  seeds?: string;
  quick: boolean;
  panels?: string;
  groups?: string;
  out?: string;
  samples: string;
}

/** Seeds of each experiment by default. */
const SEEDS = 5;

/** Most runs at once by default: each takes up to a gigabyte. */
const MOST_JOBS = 4;

const list = (text: string | undefined): string[] | null =>
  text === undefined
    ? null
    : text
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean);

async function dryRun(runs: readonly StudyRun[], out: string, jobs: number, json: boolean): Promise<void> {
  const estimate = await estimatePlan(runs, { out, jobs, log: printNote });
  if (json) {
    const plan = estimate.runs.map(({ run, status, seconds, basis }) => {
      const { panel, experiment, seed, folder } = run as StudyRun;
      return { panel, experiment, seed, folder, status, seconds, basis };
    });
    printResult(JSON.stringify({ runs: plan, seconds: estimate.seconds }, null, 2));
    return;
  }
  const time = (seconds: number | null): string => (seconds === null ? 'unknown' : durationText(seconds));
  printResult(
    alignColumns([
      ['task', 'experiment', 'seed', 'state', 'time', 'by'],
      ...estimate.runs.map(({ run, status, seconds, basis }) => {
        const { panel, experiment, seed } = run as StudyRun;
        return [panel, experiment, String(seed), status, time(seconds), basis];
      }),
    ]),
  );
  printResult(
    `${countText(runs.length, 'run')}, about ${time(estimate.seconds)} with ${jobs} at once. Nothing was run; folder: ${out}`,
  );
}

function asText({ study, panels }: StudyResult): string {
  const value = (mean: number | null, deviation: number | null): string =>
    mean === null
      ? 'undefined'
      : `${mean.toFixed(3)}${deviation === null ? '' : ` ± ${deviation.toFixed(3)}`}`;
  const range = (interval: [number, number] | null): string =>
    interval ? ` (${interval.map((end) => end.toFixed(3)).join(' to ')})` : '';
  const [{ comparison: first }] = panels;
  const shown = leadMetrics(first.task);
  const names = shown.map((metric) => (metric === 'accuracy' ? 'accuracy' : METRIC_NAMES[metric]));
  const labels = new Map(study.groups.map(({ name, label }) => [name, label]));
  const results = alignColumns([
    ['task', 'experiment', 'seeds', ...names],
    ...panels.flatMap(({ panel, groups, comparison: { constant } }) => [
      ...groups.map(({ label, seeds, metrics }) => [
        panel.label,
        label,
        String(seeds.length),
        ...shown.map((metric) => {
          const { value: mean, deviation, interval } = metrics[metric];
          return value(mean, deviation) + range(interval);
        }),
      ]),
      [
        ...[panel.label, constant.name, ''],
        ...shown.map((metric) => constant.values[metric]?.toFixed(3) ?? ''),
      ],
    ]),
  ]);
  const differences = panels.flatMap(({ panel, contrasts }) =>
    contrasts.map(({ group, minus, metrics, published }) => {
      const cell = (metric: ComparedMetric): string => {
        const { difference, interval, pHolm } = metrics[metric];
        const ends = interval ? ` (${interval.map(pointsText).join(' to ')})` : '';
        return `${pointsText(difference)}${ends}${pHolm === null ? '' : `, p ${pHolm < 0.001 ? '< 0.001' : pHolm.toFixed(3)}`}`;
      };
      const original = published
        ? shown.map((metric) => pointsText(published[metric] ?? null)).join(' / ')
        : '';
      return [panel.label, `${labels.get(group)} − ${labels.get(minus)}`, ...shown.map(cell), original];
    }),
  );
  if (differences.length === 0) return results;
  const isSingle = panels.some(({ contrasts }) =>
    contrasts.some(({ metrics }) => metrics[first.compared[0]].of === 'test set'),
  );
  return `${results}\n\n${alignColumns([['task', 'difference, in points of 100', ...names.map((name) => name.replace(' macro', '')), 'published'], ...differences])}${isSingle ? `\n\n${SINGLE_RUNS}` : ''}`;
}

export const study: CommandModule<object, StudyArguments> = {
  command: 'study <study> [overrides..]',
  describe: 'Run the experiments of a study, each with several seeds, and compare them',
  builder: async (yargs) =>
    planOptions(yargs, 'the cores, 4 at most')
      .positional('study', {
        type: 'string',
        demandOption: true,
        describe: [...(await studyNames()), 'or the path of a module'].join(', '),
      })
      .positional('overrides', {
        type: 'string',
        array: true,
        describe: 'key=value for every run, such as data.root=PATH',
      })
      .option('seeds', numberText(`Runs of each experiment (default: ${SEEDS})`))
      .option(
        'quick',
        switchOption('A short form of the study, for a first look: fewer experiments, one seed'),
      )
      .option('panels', textOption('Tasks by name, separated by commas (default: all that are not optional)'))
      .option('groups', textOption('Experiments by name, separated by commas (default: all)'))
      .option('out', textOption("The study's folder (default: reports/<study>)"))
      .option('samples', numberTextOr(2000, 'Bootstrap resamples; 0 for no intervals'))
      .example('$0 study five-groups data.root=PATH --seeds 5', 'The table of a paper, with five seeds')
      .example('$0 study fusion-ablation data.root=PATH --dry-run', 'Which runs, and how long they take')
      .example('$0 study ./mine.mjs --panels mood', 'A study of your own (docs/studies.md), one task of it')
      .epilogue('Finished runs are kept: the same command resumes a study that was stopped.'),
  handler: async (args) => {
    const { overrides = [], json, 'dry-run': dry } = args;
    const typedSeeds = args.seeds === undefined ? null : wholeOption('seeds', args.seeds);
    const samples = wholeOption('samples', args.samples, { least: 0 });
    const found = await findStudy(args.study).catch(async (error: unknown) => {
      // The first word may be an override where the study's name was forgotten.
      if (/^[~+]?[\w.]+=/.test(args.study))
        throw new UsageError(`Name the study first: ${(await studyNames()).join(', ')}.`);
      throw error;
    });
    const out = args.out ?? join('reports', args.quick ? `${found.study.name}-quick` : found.study.name);
    const options = executeOptions(args, out, Math.min(MOST_JOBS, availableParallelism()));
    const typed = { panels: list(args.panels), groups: list(args.groups), overrides, config: found.config };
    const choice = args.quick
      ? quickChoice(found.study, { ...typed, seeds: typedSeeds })
      : { ...typed, seeds: typedSeeds ?? SEEDS };
    const { seeds } = choice;
    const runs = await planStudy(found.study, choice);
    await requireOneTask(found.study, runs);
    if (dry) {
      await dryRun(runs, out, options.jobs, json);
      return;
    }
    const outcomes = await interruptible((signal) => executePlan(runs, { ...options, signal }));
    const finished = runs.filter((_, i) => outcomes[i].status === 'finished');
    if (
      outcomes.some(({ status }) => status === 'interrupted' || status === 'waiting') ||
      finished.length === 0
    )
      requireAllDone(outcomes);
    const missing = outcomes
      .filter(({ status }) => status !== 'finished')
      .map(({ run, status, error }) => `${run.group}, seed ${run.seed}: ${error ?? status}`);
    const result = await gatherStudy(found.study, {
      ...{ out, finished, missing, seeds, samples },
      overrides: choice.overrides,
    });
    const { record, page } = await writeStudy(out, result, typedCommand());
    if (args.bom) await markCsv(out);
    printResult(json ? JSON.stringify(record, null, 2) : asText(result));
    printNote(`Study: ${page}`);
    requireAllDone(outcomes);
  },
};
