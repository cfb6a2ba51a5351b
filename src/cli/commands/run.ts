/** polytag run: an experiment from its config to its report. */
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { CommandModule } from 'yargs';
import { markCsv } from '../../base/byte-order-mark.js';
import { UsageError } from '../../base/errors.js';
import { countText } from '../../base/format.js';
import { loadConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import { PITCH_MEASURES, pitchMeasures } from '../../eval/pitch/scores.js';
import { REGRESSION_METRICS, regressionMetrics } from '../../eval/regression/scores.js';
import { COSINE } from '../../eval/retrieval/rankings.js';
import { rankingName } from '../../eval/retrieval/summary.js';
import type { AnyMetrics } from '../../eval/run-report.js';
import { NETWORK } from '../../models/hashing/network.js';
import { rateSentence, writeRateSearch } from '../../report/pages/learning-rate.js';
import { writeReport } from '../../report/pages/run/write.js';
import type { Existing } from '../../runs/folder.js';
import { RUN_FILES, runPath } from '../../runs/layout.js';
import { findRate } from '../../runs/network/find-rate.js';
import { previewRun, type RunPreview } from '../../runs/preview.js';
import { holdsRun } from '../../runs/read.js';
import { type RunOptions, runConfig, runExperiment } from '../../runs/run.js';
import {
  bomOption,
  type ConfigArguments,
  configArguments,
  numberOption,
  switchOption,
  textOption,
  wholeOption,
} from '../arguments.js';
import { interruptible, printNote, printResult, typedCommand } from '../terminal.js';

interface RunArguments extends ConfigArguments {
  out?: string;
  resume: boolean;
  overwrite: boolean;
  'fast-dev-run': boolean;
  'dry-run': boolean;
  limit?: number;
  overfit?: number;
  'pause-after'?: number;
  'find-lr': boolean;
  bom: boolean;
  json: boolean;
}

/** A run's results for the terminal. */
export function summarise(metrics: AnyMetrics): string[] {
  const value = (number: number | null): string => (number === null ? 'undefined' : number.toFixed(4));
  const interval = (bounds: [number, number] | null): string =>
    bounds ? ` (95 % ${bounds[0].toFixed(4)} to ${bounds[1].toFixed(4)}, by ${metrics.bootstrap.unit})` : '';
  const head = `${countText(metrics.examples, `${metrics.split} example`)}, ${metrics.protocol}`;
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
  if (metrics.task === 'pitch') {
    const width = Math.max(...PITCH_MEASURES.map((measure) => pitchMeasures[measure].title.length));
    const baseline = `; always unvoiced: ${value(metrics.unvoiced_baseline.overall_accuracy)}`;
    return [
      head,
      ...PITCH_MEASURES.map(
        (measure) =>
          `${pitchMeasures[measure].title.padEnd(width)}  ${value(metrics[measure])}${interval(metrics[`${measure}_ci95`])}${measure === 'overall_accuracy' ? baseline : ''}`,
      ),
    ];
  }
  return [
    head,
    `macro ROC-AUC  ${value(metrics.roc_auc.macro)}${interval(metrics.roc_auc.ci95)}`,
    `macro PR-AUC   ${value(metrics.pr_auc.macro)}${interval(metrics.pr_auc.ci95)}`,
    `accuracy       ${value(metrics.accuracy)}${interval(metrics.accuracy_ci95)}; majority baseline: ${value(metrics.majority_baseline.accuracy)}`,
    `macro F1       ${value(metrics.f1.macro)}`,
    // Codes of hash learners are in the report.
    ...(metrics.retrieval?.rankings ?? [])
      .filter(({ method }) => method === COSINE || method === NETWORK)
      .map(
        (ranking) =>
          `retrieval mAP  ${value(ranking.map.value)}${interval(ranking.map.ci95)}, ${rankingName(ranking)}`,
      ),
  ];
}

function existingOf({ resume, overwrite }: RunArguments): Existing {
  if (resume && overwrite)
    throw new UsageError('--resume and --overwrite exclude each other; give one of them.');
  return resume ? 'resume' : overwrite ? 'overwrite' : 'refuse';
}

const count = (name: string, value: number | undefined): number | undefined =>
  value === undefined ? undefined : wholeOption(name, value);

/** What a run of fewer examples adds to the name of its folder, so that it does not stand in the way of the whole one. */
function suffixOf({
  fastDevRun,
  overfit,
  limit,
}: Pick<RunOptions, 'fastDevRun' | 'overfit' | 'limit'>): string {
  if (fastDevRun) return '-fast-dev-run';
  if (overfit !== undefined) return `-overfit-${overfit}`;
  return limit === undefined ? '' : `-limit-${limit}`;
}

/** A preview for the terminal. */
function previewLines({ out, found, data, model }: RunPreview, config: Config): string[] {
  const counts = Object.entries(data.examples).map(([split, number]) => `${split} ${number}`);
  const { epochs } = config.training;
  const training =
    model.weights === null
      ? ''
      : `, ${model.weights.toLocaleString('en')} weights, ${countText(epochs, 'epoch')} at most`;
  const state =
    found === 'nothing'
      ? ''
      : ` (it holds ${found === 'finished run' ? 'a finished' : 'an unfinished'} run: give --resume or --overwrite)`;
  return [
    `Data: ${data.name}, ${data.protocol}; ${counts.join(', ')}; ${data.task}, ${countText(data.labels, 'label')}.`,
    `Model: ${model.description}${training}.`,
    `Folder: ${out}${state}.`,
    'Nothing was run and nothing was written.',
  ];
}

/** Tests learning rates in place of a run, and writes a page of its own. */
async function findRateOf(args: RunArguments, config: Config, limit: number | undefined): Promise<void> {
  const other = (['resume', 'overwrite', 'fast-dev-run', 'overfit', 'pause-after', 'bom'] as const).find(
    (name) => args[name],
  );
  if (other) throw new UsageError(`--find-lr and --${other} exclude each other; give one of them.`);
  const out = args.out ?? join('reports', `${config.name}-find-lr`);
  if (await holdsRun(out))
    throw new UsageError(
      `${out} holds a run; give another folder with --out for the test of learning rates.`,
    );
  const found = await interruptible((signal) => findRate({ config, limit, signal, log: printNote }));
  const { page, record } = await writeRateSearch(out, found, typedCommand());
  printResult(args.json ? JSON.stringify(record, null, 2) : rateSentence(found));
  printNote(`Page: ${page}`);
}

export const run: CommandModule<object, RunArguments> = {
  command: 'run <config> [overrides..]',
  describe: 'Train and evaluate the model of a config, and write its report',
  builder: (yargs) =>
    configArguments(yargs)
      .option(
        'out',
        textOption(
          'Folder of the run (default: reports/<name>, with -overfit-N, -limit-N or -fast-dev-run for those)',
        ),
      )
      .option('resume', switchOption('Resume the run in that folder'))
      .option('overwrite', switchOption('Replace the run in that folder'))
      .option(
        'dry-run',
        switchOption('Print the config with every default, and what would run; run and write nothing'),
      )
      .option('fast-dev-run', switchOption('Run one batch and one epoch of every stage, as a check'))
      .option('limit', numberOption('Use at most this many examples of each split'))
      .option(
        'overfit',
        numberOption('Train and test on this many examples, to check that the model can learn'),
      )
      .option(
        'pause-after',
        numberOption('Stop after this many epochs, before the evaluation; --resume continues'),
      )
      .option(
        'find-lr',
        switchOption(
          'Test learning rates from 1e-6 to 1 in 100 steps and suggest one, with a plot (default folder: reports/<name>-find-lr)',
        ),
      )
      .option('bom', bomOption)
      .option('json', switchOption(`Print ${RUN_FILES.metrics} on standard output`))
      .example('$0 run configs/mtat.yaml', 'Train, evaluate and report, into reports/mtat')
      .example('$0 run configs/mtat.yaml training.epochs=10 ~model.branches.lyrics', 'With other settings')
      .example('$0 run configs/mtat.yaml --find-lr', 'A learning rate to begin with')
      .example('$0 run configs/mtat.yaml --dry-run > mine.yaml', 'What would run, and its config as a file')
      .epilogue('docs/config.md lists every key of a config.'),
  handler: async (args) => {
    const config = await loadConfig(args.config, args.overrides ?? []);
    const limits = {
      limit: count('limit', args.limit),
      overfit: count('overfit', args.overfit),
      fastDevRun: args['fast-dev-run'],
    };
    const out = args.out ?? join('reports', `${config.name}${suffixOf(limits)}`);
    const existing = limits.fastDevRun && !args.out ? 'overwrite' : existingOf(args);
    if (args['dry-run']) {
      const resolved = runConfig({ config, ...limits });
      // The config alone is on standard output, and before anything can fail for missing data.
      if (!args.json) printResult(stringify(resolved).trimEnd());
      const preview = await interruptible((signal) =>
        previewRun({ config, out, ...limits, signal, log: printNote }),
      );
      if (args.json) printResult(JSON.stringify({ config: resolved, ...preview }, null, 2));
      else previewLines(preview, resolved).forEach(printNote);
      return;
    }
    if (args['find-lr']) return findRateOf(args, config, limits.limit);
    const result = await interruptible((signal) =>
      runExperiment({
        ...{ config, out, existing, ...limits },
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
