/** A sweep's results as text for the terminal, CSV and JSON. */
import {
  type ComparedMetric,
  type ConstantAnswer,
  constantAnswer,
  valuesOf,
} from '../../eval/difference/compared-metrics.js';
import { metricText } from '../../eval/format.js';
import type { Spread } from '../../eval/means.js';
import { validationTitle } from '../../training/validation-metric.js';
import { SWEEP_NAMES, type SweptResult, type SweptRun, sweepMetricsOf } from './results.js';

/** A mean with its deviation, as in `0.912 ± 0.004`, without the deviation of a single run; a dash for null. */
export function spreadText(value: Spread | null): string {
  if (value === null) return '–';
  return metricText(value.mean) + (value.deviation === null ? '' : ` ± ${metricText(value.deviation)}`);
}

/** States of runs, where they are called otherwise than in records. */
const STATES: Partial<Record<SweptRun['status'], string>> = { waiting: 'not begun' };

/** State of an experiment's runs: empty when all are finished, else as in `2 of 3 seeds; 1 not begun`. */
export function statusText(runs: readonly SweptRun[]): string {
  const count = (status: SweptRun['status']): number => runs.filter((run) => run.status === status).length;
  const finished = count('finished');
  const others = [...new Set(runs.map(({ status }) => status))].filter((status) => status !== 'finished');
  const states = others.map((status) => `${count(status)} ${STATES[status] ?? status}`).join(', ');
  return finished > 0 && states !== '' ? `${finished} of ${runs.length} seeds; ${states}` : states;
}

/** Name of the validation metric of a sweep. */
export function validationName(results: readonly SweptResult[]): string {
  const names = results.flatMap(({ runs }) =>
    runs.flatMap(({ validation }) => (validation ? validationTitle(validation.metric) : [])),
  );
  return `validation ${[...new Set(names)].join(', ') || 'metric'}`;
}

/** The constant answer on the test split; null where no run finished. */
export function constantOf(results: readonly SweptResult[]): ConstantAnswer | null {
  for (const { runs } of results) for (const { metrics } of runs) if (metrics) return constantAnswer(metrics);
  return null;
}

/** Cells of the constant answer below the test metrics, empty where it has none. */
export const constantCells = (results: readonly SweptResult[], constant: ConstantAnswer): string[] =>
  sweepMetricsOf(results).map((metric) =>
    metric in constant.values ? metricText(constant.values[metric] ?? null) : '',
  );

/** Cells of the terminal's table, header first; `keys` are those that were swept. */
export function resultRows(keys: readonly string[], results: readonly SweptResult[]): string[][] {
  const metrics = sweepMetricsOf(results);
  const names = metrics.map((metric) => `test ${SWEEP_NAMES[metric]}`);
  const columns = keys.length > 0 ? keys : ['experiment'];
  const header = [...columns, 'runs', 'epochs', validationName(results), ...names, ''];
  const lines = results.map(({ group, setting, runs, validation, test }) => [
    ...(keys.length > 0 ? keys.map((key) => setting.get(key) ?? '–') : [group]),
    String(runs.length),
    [...new Set(runs.map(({ epochs }) => epochs))].join(', '),
    spreadText(validation),
    ...metrics.map((metric) => spreadText(test[metric] ?? null)),
    statusText(runs),
  ]);
  const constant = constantOf(results);
  if (constant === null) return [header, ...lines];
  const empty = columns.slice(1).map(() => '');
  const baseline = [constant.name, ...empty, '', '', '', ...constantCells(results, constant), ''];
  return [header, ...lines, baseline];
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Table for a spreadsheet (RFC 4180), one line per run; `keys` are those that were swept. */
export function sweepCsv(keys: readonly string[], results: readonly SweptResult[]): string {
  const shown = sweepMetricsOf(results);
  const header = [
    ...['experiment', ...keys, 'seed', 'folder', 'status', 'epochs', 'validation_metric', 'validation'],
    ...['best_epoch', ...shown.map((metric) => `test_${metric}`)],
    ...[constantKey(shown.includes('rmse') ? 'rmse' : shown[0]), 'seconds', 'error'],
  ];
  const number = (value: number | null | undefined): string => (value == null ? '' : String(value));
  const rows = results.flatMap(({ group, setting, runs }) =>
    runs.map(({ seed, folder, status, epochs, validation, metrics, seconds, error }) => [
      group,
      ...keys.map((key) => setting.get(key) ?? ''),
      ...[String(seed), folder, status, String(epochs)],
      ...[validation?.metric ?? '', number(validation?.value), number(validation?.epoch)],
      ...shown.map((metric) => number(metrics && valuesOf(metrics)[metric])),
      ...[number(metrics && constantAnswer(metrics).value), seconds.toFixed(1), error ?? ''],
    ]),
  );
  return `${[header, ...rows].map((cells) => cells.map(quoted).join(',')).join('\r\n')}\r\n`;
}

/** The results as plain objects for JSON, one per experiment. */
export function sweepJson(results: readonly SweptResult[]): Record<string, unknown>[] {
  return results.map(({ group, setting, runs, validation, test }) => ({
    experiment: group,
    settings: Object.fromEntries(setting),
    validation,
    test,
    ...constantRecord(constantOf([{ group, setting, runs, validation, test }])),
    runs: runs.map(({ metrics, validation: best, ...run }) => ({
      ...run,
      validation: best && { metric: best.metric, value: best.value, epoch: best.epoch },
      test: metrics && valuesOf(metrics),
    })),
  }));
}

/** Name of the constant answer's value in files, by the metric that is quoted of it. */
const constantKey = (metric: ComparedMetric | undefined): string =>
  metric === 'rmse' ? 'mean_rmse' : metric === 'overall_accuracy' ? 'unvoiced_accuracy' : 'majority_accuracy';

const constantRecord = (constant: ConstantAnswer | null): Record<string, number | null> => ({
  [constantKey(constant?.metric)]: constant?.value ?? null,
});
