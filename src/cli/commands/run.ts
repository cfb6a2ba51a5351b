/** polytag run: an experiment from its config to its report. */
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { markCsv } from '../../base/byte-order-mark.js';
import { UsageError } from '../../base/errors.js';
import { loadConfig } from '../../config/load.js';
import { REGRESSION_METRICS, regressionMetrics } from '../../eval/regression/scores.js';
import type { AnyMetrics } from '../../eval/run-report.js';
import { writeReport } from '../../report/pages/run/write.js';
import type { Existing } from '../../runs/folder.js';
import { RUN_FILES, runPath } from '../../runs/layout.js';
import { runExperiment } from '../../runs/run.js';
import {
  bomOption,
  type ConfigArguments,
  configArguments,
  numberOption,
  switchOption,
  textOption,
  wholeOption,
} from '../arguments.js';
import { interruptible, printNote, printResult } from '../terminal.js';

interface RunArguments extends ConfigArguments {
  out?: string;
  resume: boolean;
  overwrite: boolean;
  'fast-dev-run': boolean;
  limit?: number;
  overfit?: number;
  'pause-after'?: number;
  bom: boolean;
  json: boolean;
}

/** A run's results for the terminal. */
export function summarise(metrics: AnyMetrics): string[] {
  const value = (number: number | null): string => (number === null ? 'undefined' : number.toFixed(4));
  const interval = (bounds: [number, number] | null): string =>
    bounds ? ` (95 % ${bounds[0].toFixed(4)} to ${bounds[1].toFixed(4)}, by ${metrics.bootstrap.unit})` : '';
  const head = `${metrics.examples} ${metrics.split} examples, ${metrics.protocol}`;
  if (metrics.task === 'regression') {
    const names = REGRESSION_METRICS.map((metric) => `mean ${regressionMetrics[metric].title}`);
    const width = Math.max(...names.map(({ length }) => length));
    const baseline = { rmse: `; always the mean: ${value(metrics.mean_baseline.rmse)}` };
    return [
      head,
      ...REGRESSION_METRICS.map((metric, i) => {
        const { macro, ci95 } = metrics[metric];
        return `${names[i].padEnd(width)}  ${value(macro)}${interval(ci95)}${metric === 'rmse' ? baseline.rmse : ''}`;
      }),
    ];
  }
  return [
    head,
    `macro ROC-AUC  ${value(metrics.roc_auc.macro)}${interval(metrics.roc_auc.ci95)}`,
    `macro PR-AUC   ${value(metrics.pr_auc.macro)}${interval(metrics.pr_auc.ci95)}`,
    `accuracy       ${value(metrics.accuracy)}${interval(metrics.accuracy_ci95)}; majority baseline: ${value(metrics.majority_baseline.accuracy)}`,
    `macro F1       ${value(metrics.f1.macro)}`,
  ];
}

function existingOf({ resume, overwrite }: RunArguments): Existing {
  if (resume && overwrite)
    throw new UsageError('--resume and --overwrite exclude each other; give one of them.');
  return resume ? 'resume' : overwrite ? 'overwrite' : 'refuse';
}

const count = (name: string, value: number | undefined): number | undefined =>
  value === undefined ? undefined : wholeOption(name, value);

export const run: CommandModule<object, RunArguments> = {
  command: 'run <config> [overrides..]',
  describe: 'Train and evaluate the model of a config, and write its report',
  builder: (yargs) =>
    configArguments(yargs)
      .option('out', textOption('Folder of the run (default: reports/<config>)'))
      .option('resume', switchOption('Resume the run in that folder'))
      .option('overwrite', switchOption('Replace the run in that folder'))
      .option('fast-dev-run', switchOption('Run one batch and one epoch of every stage, as a check'))
      .option('limit', numberOption('Use at most this many examples of each split'))
      .option(
        'overfit',
        numberOption('Train and test on the same few examples, to check that the model can learn'),
      )
      .option(
        'pause-after',
        numberOption('Stop after this many epochs, before the evaluation; --resume continues'),
      )
      .option('bom', bomOption)
      .option('json', switchOption(`Print ${RUN_FILES.metrics} on standard output`)),
  handler: async (args) => {
    const config = await loadConfig(args.config, args.overrides ?? []);
    const suffix = args['fast-dev-run'] ? '-fast-dev-run' : '';
    const existing = args['fast-dev-run'] && !args.out ? 'overwrite' : existingOf(args);
    const result = await interruptible((signal) =>
      runExperiment({
        config,
        out: args.out ?? join('reports', `${config.name}${suffix}`),
        existing,
        limit: count('limit', args.limit),
        overfit: count('overfit', args.overfit),
        fastDevRun: args['fast-dev-run'],
        pauseAfter: count('pause-after', args['pause-after']),
        signal,
        log: printNote,
        writeReport,
      }),
    );
    if (args.bom) await markCsv(result.out);
    for (const line of args.json ? [JSON.stringify(result.metrics, null, 2)] : summarise(result.metrics))
      printResult(line);
    printNote(`Report: ${runPath(result.out, 'report')}`);
  },
};
