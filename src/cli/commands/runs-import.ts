/** polytag runs import: scores of another toolkit as a run. */
import type { CommandModule } from 'yargs';
import { messageOf, UsageError } from '../../base/errors.js';
import { loadConfig } from '../../config/load.js';
import { writeReport } from '../../report/pages/run/write.js';
import { RUN_FILES, runPath } from '../../runs/layout.js';
import { runExperiment } from '../../runs/run.js';
import { requiredText, switchOption, textOption } from '../arguments.js';
import { interruptible, printNote, printResult } from '../terminal.js';
import { summarise } from './run.js';

interface ImportArguments {
  overrides?: string[];
  predictions: string;
  config: string;
  name: string;
  out: string;
  'id-column'?: string;
  ids?: string;
  labels?: string;
  rename?: string[];
  logits: boolean;
  'allow-missing': boolean;
  overwrite: boolean;
  json: boolean;
}

/** `COLUMN=LABEL` of each --rename. Throws UsageError for another form. */
function renamedColumns(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.lastIndexOf('=');
      const [column, label] = [text.slice(0, at), text.slice(at + 1)];
      if (at < 1 || label === '')
        throw new UsageError(`--rename ${text}: write COLUMN=LABEL, as in --rename newage="new age".`);
      return [column, label];
    }),
  );
}

/** Keys of `model.predictions` in a message by the options that give them. */
const inOptions = (message: string): string =>
  message.replace(/\bmodel\.predictions\.(\w+)/g, (_, key: string) =>
    key === 'file' ? '--predictions' : `--${key.replaceAll('_', '-')}`,
  );

export const runsImport: CommandModule<object, ImportArguments> = {
  command: 'import [overrides..]',
  describe: 'Make a run of a table of scores from another toolkit; needs the data set’s tables, no audio',
  builder: (yargs) =>
    yargs
      .positional('overrides', {
        type: 'string',
        array: true,
        describe: 'key=value of data or evaluation, such as data.root=PATH or data.protocol=all',
      })
      .option(
        'predictions',
        requiredText('Table of scores: .csv, .tsv, .csv.gz, .tsv.gz, .parquet, or .npy with --ids'),
      )
      .option('config', requiredText('Config that names the data set, such as configs/mtat.yaml'))
      .option('name', requiredText('Name of the run in titles and comparisons'))
      .option('out', requiredText('Folder of the run'))
      .option(
        'id-column',
        textOption(
          'Column with the id or path of each recording (default: found by its name, else the first)',
        ),
      )
      .option('ids', textOption('Of .npy: text file with the id or path of each row, one a line'))
      .option(
        'labels',
        textOption('Of .npy: text file with the label of each column (default: the data set’s, in order)'),
      )
      .option('rename', {
        type: 'string',
        array: true,
        requiresArg: true,
        nargs: 1,
        describe: 'COLUMN=LABEL: take a column that is called otherwise; may be given more than once',
      })
      .option('logits', switchOption('The scores are logits: make probabilities of them'))
      .option('allow-missing', switchOption('Leave out test examples that have no row, with a note'))
      .option('overwrite', switchOption('Replace the run in that folder'))
      .option('json', switchOption(`Print ${RUN_FILES.metrics} on standard output`))
      .example(
        '$0 runs import --predictions scores.csv.gz --config configs/mtat.yaml --name musicnn --out reports/musicnn',
        'Then "polytag compare reports/musicnn reports/mtat --out comparison"',
      )
      .example(
        '$0 runs import --predictions scores.npy --ids clips.txt --logits --config configs/mtat.yaml --name mine --out reports/mine',
        'An array without names',
      )
      .epilogue('docs/published-predictions.md says how rows and columns are matched.'),
  handler: async (args) => {
    const { overrides = [], out, overwrite, json } = args;
    const fixed = overrides.find((override) => /^[~+]*(inputs|model|training|loss)\b/.test(override));
    if (fixed !== undefined)
      throw new UsageError(
        `"${fixed}" would change a model, and imported scores have none; only data, evaluation and seed can be overridden here.`,
      );
    const predictions = {
      file: args.predictions,
      ...(args['id-column'] !== undefined && { id_column: args['id-column'] }),
      ...(args.ids !== undefined && { ids: args.ids }),
      ...(args.labels !== undefined && { labels: args.labels }),
      rename: renamedColumns(args.rename ?? []),
      logits: args.logits,
      allow_missing: args['allow-missing'],
    };
    const config = await loadConfig(args.config, overrides, { name: args.name, model: { predictions } });
    const note = (line: string): void => printNote(inOptions(line));
    const { metrics } = await interruptible((signal) =>
      runExperiment({
        ...{ config, out, existing: overwrite ? 'overwrite' : 'refuse', signal, log: note, writeReport },
      }),
    ).catch((error: unknown) => {
      if (error instanceof UsageError) throw new UsageError(inOptions(messageOf(error)));
      throw error;
    });
    for (const line of json ? [JSON.stringify(metrics, null, 2)] : summarise(metrics)) printResult(line);
    printNote(`Report: ${runPath(out, 'report')}`);
  },
};
