/** polytag runs: every run with its metrics, scores of others as runs, and runs for other tools. */
import { basename, resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { UsageError } from '../../base/errors.js';
import { requireFolder } from '../../base/files.js';
import { countText } from '../../base/format.js';
import { alignColumns } from '../../base/text-tables.js';
import { findRuns, type ListedRun } from '../../runs/list/find-runs.js';
import { exportToMlflow } from '../../runs/list/mlflow.js';
import { sortRuns } from '../../runs/list/sort-runs.js';
import { switchOption, textOption, textOr } from '../arguments.js';
import { onOneLine, printNote, printResult } from '../terminal.js';
import { runsImport } from './runs-import.js';

/** Metrics in the table, with their titles; of these, those that some run has. */
const SHOWN: readonly (readonly [key: string, title: string])[] = [
  ['roc_auc_macro', 'ROC-AUC'],
  ['pr_auc_macro', 'PR-AUC'],
  ['accuracy', 'accuracy'],
  ['f1_macro', 'F1'],
  ['r2_macro', 'R²'],
  ['rmse_macro', 'RMSE'],
  ['pearson_macro', 'Pearson'],
  ['ccc_macro', 'CCC'],
  ['overall_accuracy', 'overall'],
  ['raw_pitch_accuracy', 'raw pitch'],
];

/** The table; a metric that runs are sorted by has a column too. */
function tableOf(runs: readonly ListedRun[], sort: string): string {
  const isKnown = (key: string): boolean => runs.some(({ metrics }) => key in metrics);
  const usual = SHOWN.filter(([key]) => isKnown(key));
  const columns =
    isKnown(sort) && !usual.some(([key]) => key === sort) ? [[sort, sort] as const, ...usual] : usual;
  const rows = runs.map(({ folder, state, remark, model, seed, epochs, metrics }) => [
    onOneLine(folder),
    state === 'finished' ? '' : state === 'part' ? remark : state,
    ...columns.map(([key]) => metrics[key]?.toFixed(4) ?? '–'),
    String(seed ?? '–'),
    epochs === 0 ? '–' : String(epochs),
    onOneLine(model),
  ]);
  return alignColumns([
    ['run', 'state', ...columns.map(([, title]) => title), 'seed', 'epochs', 'model'],
    ...rows,
  ]);
}

async function listedRuns(folder: string): Promise<ListedRun[]> {
  await requireFolder(folder, 'FOLDER');
  return findRuns(folder);
}

interface ExportArguments {
  out: string;
  to: 'mlflow';
  reports: string;
  experiment?: string;
  all: boolean;
}

const exportCommand: CommandModule<object, ExportArguments> = {
  command: 'export <out>',
  describe: 'Write runs in the layout of another tool: MLflow',
  builder: (yargs) =>
    yargs
      .positional('out', { type: 'string', demandOption: true, describe: 'Folder to write, such as mlruns' })
      .option('to', {
        choices: ['mlflow'] as const,
        requiresArg: true,
        demandOption: true,
        describe: 'The tool',
      })
      .option('reports', textOr('reports', 'Folder that holds the runs'))
      .option('experiment', textOption('Name of the experiment (default: that of the folder with the runs)'))
      .option('all', switchOption('With runs that are unfinished or of a part of the data'))
      .example('$0 runs export --to mlflow mlruns', 'The finished runs in reports/')
      .example('$0 runs export --to mlflow mlruns --reports reports/lr-sweep', 'Those of a sweep')
      .epilogue('A second export replaces the runs of the first one, and keeps what else is in the folder.'),
  handler: async ({ out, reports, experiment, all }) => {
    const found = await listedRuns(reports);
    const runs = found.filter(({ state }) => state === 'finished' || (all && state !== 'broken'));
    if (runs.length === 0)
      throw new UsageError(
        `${reports} has no finished run${found.length > 0 ? '; --all exports the others' : ''}.`,
      );
    const folders = await exportToMlflow(runs, { out, experiment: experiment ?? basename(resolve(reports)) });
    for (const folder of folders) printResult(folder);
    const left = found.length - runs.length;
    if (left > 0) printNote(`${countText(left, 'run')} left out; "polytag runs ${reports}" shows why.`);
  },
};

export const runs: CommandModule<object, { folder: string; sort: string; json: boolean }> = {
  command: 'runs [folder]',
  describe: 'List all runs with their metrics, import scores of others, and export runs',
  builder: (yargs) => {
    const own = yargs
      .command(runsImport)
      .command(exportCommand)
      .positional('folder', {
        type: 'string',
        default: 'reports',
        describe: 'Folder that holds runs, also those of sweeps and studies',
      })
      .option(
        'sort',
        textOr('folder', 'Sort by a metric, the best first, or by folder, name, seed, epochs, changed'),
      )
      .option('json', switchOption('Print every metric and the configs as JSON'))
      .example('$0 runs', 'The runs in reports/')
      .example('$0 runs reports/lr-sweep --sort roc_auc_macro', 'The best of a sweep first')
      .example('$0 runs --json | jq ".[].metrics.accuracy"', 'For a program');
    // The types lack the second parameter, without which options are those of the subcommand too.
    (own as unknown as { global(names: readonly string[], isGlobal: boolean): void }).global(
      ['sort', 'json'],
      false,
    );
    return own;
  },
  handler: async ({ folder, sort, json }) => {
    const found = sortRuns(await listedRuns(folder), sort);
    if (json) {
      printResult(JSON.stringify(found, null, 2));
      return;
    }
    if (found.length === 0) {
      printNote(`${folder} holds no runs.`);
      return;
    }
    printResult(tableOf(found, sort));
    for (const { folder: run, state, remark } of found)
      if (state === 'broken') printNote(`${run} is broken: ${remark}`);
  },
};
