/** polytag compare: finished runs side by side, with tests of their differences. */
import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { markCsv } from '../../base/byte-order-mark.js';
import { UsageError } from '../../base/errors.js';
import { alignColumns } from '../../base/text-tables.js';
import { METRIC_NAMES } from '../../eval/difference/compared-metrics.js';
import { metricText } from '../../eval/format.js';
import { differenceText, pText } from '../../report/kit/text.js';
import { writeComparison } from '../../report/pages/compare/write.js';
import type { ComparedLabels } from '../../runs/compare/comparable.js';
import { type Comparison, compareRuns } from '../../runs/compare/comparison.js';
import { requireOutFolder } from '../../runs/compare/out-folder.js';
import { SINGLE_RUNS } from '../../runs/compare/pairs.js';
import { datasetLoader, readRun, type StoredRun } from '../../runs/read.js';
import {
  bomOption,
  numberTextOr,
  requiredText,
  switchOption,
  textOption,
  wholeOption,
} from '../arguments.js';
import { printNote, printResult, typedCommand } from '../terminal.js';

interface CompareArguments {
  runs: string[];
  out: string;
  data?: string;
  labels: ComparedLabels;
  samples: string;
  seed: string;
  'allow-seen': boolean;
  bom: boolean;
  json: boolean;
}

function requireDifferentRuns(runs: readonly string[]): void {
  if (runs.length < 2)
    throw new UsageError('One run alone cannot be compared; give the folders of two runs or more.');
  const places = runs.map((run) => resolve(run));
  const twice = runs.find((_, i) => places.indexOf(places[i]) !== i);
  if (twice !== undefined) throw new UsageError(`${twice} is given twice; give each run once.`);
}

function asText({ groups, pairs, compared, constant }: Comparison): string {
  const results = groups.map(({ label, metrics }) => [
    label,
    ...compared.map((metric) => {
      const { value, deviation } = metrics[metric];
      return metricText(value) + (deviation === null ? '' : ` ± ${metricText(deviation)}`);
    }),
  ]);
  const names = compared.map((metric) => METRIC_NAMES[metric]);
  const baseline = [
    constant.name,
    ...compared.map((metric) =>
      metric in constant.values ? metricText(constant.values[metric] ?? null) : '',
    ),
  ];
  const tables = [alignColumns([['experiment', ...names], ...results, baseline])];
  const differences = pairs.flatMap((pair) =>
    compared.map((metric) => {
      const { difference, interval, pHolm } = pair.metrics[metric];
      const name = `${groups[pair.second].label} − ${groups[pair.first].label}`;
      return [name, METRIC_NAMES[metric], differenceText(difference, interval), pText(pHolm)];
    }),
  );
  if (differences.length > 0)
    tables.push(
      alignColumns([['difference', 'metric', 'value (95 % interval)', 'p (Holm)'], ...differences]),
    );
  if (pairs.some(({ metrics }) => metrics[compared[0]].of === 'test set')) tables.push(SINGLE_RUNS);
  return tables.join('\n\n');
}

export const compare: CommandModule<object, CompareArguments> = {
  command: 'compare <runs..>',
  describe: 'Compare finished runs: differences with intervals and tests, tables, figures, a page',
  builder: (yargs) =>
    yargs
      .positional('runs', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Folders of finished runs; those that differ only by their seed are one experiment',
      })
      .option('out', requiredText('Folder for compare.html, comparison.json, tables and figures'))
      .option('data', textOption("Folder of the runs' data set, if it has moved"))
      .example('$0 compare reports/mtat reports/mel --out reports/mtat-mel', 'Two runs')
      .example(
        '$0 compare reports/a-seed-* reports/b-seed-* --out reports/a-b',
        'Two experiments, several seeds each',
      )
      .option('labels', {
        choices: ['same', 'common'] as const,
        default: 'same' as const,
        requiresArg: true,
        describe: 'same: only runs of the same tags; common: runs of different tags, on those that all have',
      })
      .option('samples', numberTextOr(2000, 'Bootstrap resamples; 0 for no intervals'))
      .option('seed', numberTextOr(1, 'Seed of the bootstrap'))
      .option(
        'allow-seen',
        switchOption(
          'Compare runs whose models were trained on some of their test clips too; the page says so',
        ),
      )
      .option('bom', bomOption)
      .option('json', switchOption('Print comparison.json'))
      .epilogue('Runs of another test set or protocol are not compared; the page names them and says why.'),
  handler: async (args) => {
    const { runs, out, data = null, samples: samplesText, seed: seedText, bom, json } = args;
    const allowSeen = args['allow-seen'];
    const samples = wholeOption('samples', samplesText, { least: 0 });
    const seed = wholeOption('seed', seedText, { least: 0 });
    requireDifferentRuns(runs);
    await requireOutFolder(out);
    const load = datasetLoader(data);
    const read: StoredRun[] = [];
    for (const run of runs) read.push(await readRun(run, load, { allowSeen }));
    const comparison = compareRuns(read, { samples, seed, labels: args.labels, progress: true });
    const { page, record } = await writeComparison(out, comparison, { command: typedCommand() });
    if (bom) await markCsv(out);
    const { leftOut } = comparison;
    if (leftOut.length === read.length - 1)
      throw new UsageError(
        `No two of these runs have the same test set and protocol: ${leftOut.map(({ run, reason }) => `${run.folder}: ${reason}`).join('; ')}. ${page} shows them.`,
      );
    for (const { run, reason } of leftOut) printNote(`Not compared: ${run.folder}: ${reason}.`);
    comparison.notes.forEach(printNote);
    printResult(json ? JSON.stringify(record, null, 2) : asText(comparison));
    printNote(`Comparison: ${page}`);
  },
};
