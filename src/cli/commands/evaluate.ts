/** polytag evaluate: a finished run on another split or protocol. */
import type { CommandModule } from 'yargs';
import { alignColumns } from '../../base/text-tables.js';
import { SPLITS, type Split } from '../../data/dataset.js';
import type { Metrics } from '../../eval/metrics.js';
import type { RegressionMetrics } from '../../eval/regression/metrics.js';
import { REGRESSION_METRICS, regressionMetrics } from '../../eval/regression/scores.js';
import type { AnyMetrics } from '../../eval/run-report.js';
import { evaluateRun } from '../../runs/evaluate.js';
import { RUN_FILES } from '../../runs/layout.js';
import { switchOption } from '../arguments.js';
import { interruptible, printNote, printResult } from '../terminal.js';
import { summarise } from './run.js';

interface EvaluateArguments {
  run: string;
  overrides?: string[];
  split: Split;
  out?: string;
  'allow-seen': boolean;
  json: boolean;
}

export const evaluate: CommandModule<object, EvaluateArguments> = {
  command: 'evaluate <run> [overrides..]',
  describe: 'Evaluate the model of a finished run again',
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', demandOption: true, describe: 'Folder of a finished run' })
      .positional('overrides', {
        type: 'string',
        array: true,
        describe: 'key=value of data, loss or evaluation, such as data.protocol=all',
      })
      .option('split', { choices: SPLITS, default: 'test' as Split, describe: 'Split to evaluate' })
      .option('out', {
        type: 'string',
        describe: `Write ${RUN_FILES.metrics} and ${RUN_FILES.predictions} to this folder`,
      })
      .option(
        'allow-seen',
        switchOption(
          'Evaluate on test clips that the model was trained on too; their number goes into the metrics',
        ),
      )
      .option('json', switchOption('Print the metrics as JSON'))
      .example('$0 evaluate reports/mtat data.protocol=all', 'The same weights under another protocol')
      .example(
        "$0 evaluate reports/mtat 'evaluation.conditions=[{absent: [lyrics]}, {noise: {snr: 10}}]'",
        'Without lyrics, and with noise',
      )
      .example('$0 evaluate reports/mtat --split validation --json', 'Another split, for a program'),
  handler: async ({ run, overrides = [], split, out = null, 'allow-seen': allowSeen, json }) => {
    const { metrics, conditions } = await interruptible((signal) =>
      evaluateRun({ run, overrides, split, out, allowSeen, signal, log: printNote }),
    );
    if (json) {
      printResult(JSON.stringify(conditions.length > 0 ? { ...metrics, conditions } : metrics, null, 2));
      return;
    }
    summarise(metrics).forEach(printResult);
    if (conditions.length > 0) {
      const value = (number: number | null | undefined): string => number?.toFixed(4) ?? 'undefined';
      const shown: [string, (own: AnyMetrics) => number | null][] =
        metrics.task === 'regression'
          ? REGRESSION_METRICS.map((metric) => [
              `mean ${regressionMetrics[metric].title}`,
              (own) => (own as RegressionMetrics)[metric].macro,
            ])
          : [
              ['macro ROC-AUC', (own) => (own as Metrics).roc_auc.macro],
              ['accuracy', (own) => (own as Metrics).accuracy],
            ];
      const rows = conditions.map(({ name, metrics: own }) => [
        ...[name, String(own?.examples ?? 0), ...shown.map(([, of]) => value(own && of(own)))],
      ]);
      const head = ['condition', 'examples', ...shown.map(([title]) => title)];
      printResult(`\n${alignColumns([head, ...rows])}`);
    }
  },
};
