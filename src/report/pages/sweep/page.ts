/** The page of a sweep: `sweep.html`. */
import { countText } from '../../../base/format.js';
import { readableKeys } from '../../../runs/compare/experiment-names.js';
import { SWEEP_NAMES, sweepMetricsOf } from '../../../runs/sweep/results.js';
import type { SweepOutcome } from '../../../runs/sweep/run.js';
import {
  constantCells,
  constantOf,
  spreadText,
  statusText,
  validationName,
} from '../../../runs/sweep/tables.js';
import { html } from '../../kit/html.js';
import { linked } from '../../kit/links.js';
import type { PackedPlotly } from '../../kit/plotly.js';
import { type Section, sectionsPage } from '../../kit/sections.js';
import { table } from '../../kit/text.js';
import { keysSection } from './keys.js';
import { parallelSection } from './parallel.js';

/** A sweep as its page shows it. */
export interface SweepReport extends Omit<SweepOutcome, 'comparison' | 'outcomes'> {
  /** Path of the comparison's page relative to this one; null where there is none. */
  comparison: string | null;
  /** Address of the report of a run, by the run's folder in the sweep; null where it has none. */
  reportOf: (folder: string) => string | null;
  /** The command that makes the page again. */
  command?: string | null;
}

/** Settings are read down a column: a value that is broken into lines cannot be. */
const STYLE =
  '#experiments th:first-child { white-space: nowrap; } #experiments td:last-child { white-space: normal; }\n';

/** Makes the page of a sweep. */
export function sweepPage(report: SweepReport, plotly: PackedPlotly): string {
  const { plan, results, dataset, notes } = report;
  const runs = results.flatMap((result) => result.runs);
  const finished = runs.filter(({ status }) => status === 'finished').length;
  const swept = plan.keys.length > 0 ? ` over ${[...readableKeys(plan.keys).values()].join(', ')}` : '';
  return sectionsPage({
    title: `${plan.name}: sweep`,
    heading: `${plan.name}: sweep${swept}`,
    synthetic: dataset.synthetic,
    lead: html`<p class="lead">${countText(results.length, 'experiment')}, ${countText(runs.length, 'run')} of which ${finished} finished, on ${dataset.name}: ${dataset.protocol}.</p>`,
    notes,
    sections: [tableSection(report), parallelSection(report), keysSection(report), methodSection(report)],
    style: STYLE,
    plotly,
    command: report.command,
  });
}

/** Every experiment with its settings, its validation metric and its test metrics. */
function tableSection({ plan, results, comparison, reportOf }: SweepReport): Section {
  const { keys, seeds } = plan;
  const metrics = sweepMetricsOf(results);
  const short = readableKeys(keys);
  const columns =
    keys.length > 0
      ? keys.map((key) => html`<span title="${key}">${short.get(key)!}</span>`)
      : ['Experiment'];
  const constant = constantOf(results);
  const failures = results.flatMap(({ group, runs }) =>
    // A run that the reader stopped is no failure; the table says that it was interrupted.
    runs.filter(({ status }) => status === 'failed').map((run) => ({ group, ...run })),
  );
  return {
    id: 'experiments',
    title: 'Experiments',
    html: html`${table({
      head: [
        ...columns,
        ...['Runs', 'Epochs', validationName(results)],
        ...metrics.map((metric) => `test ${SWEEP_NAMES[metric]}`),
        '',
      ],
      rows: results.map(({ group, setting, runs, validation, test }) => [
        ...(keys.length > 0 ? keys.map((key) => setting.get(key) ?? '–') : [group]),
        runs.map(({ seed, folder }, i) => [i > 0 && ', ', linked(seed, reportOf(folder))]),
        [...new Set(runs.map(({ epochs }) => epochs))].join(', '),
        spreadText(validation),
        ...metrics.map((metric) => spreadText(test[metric] ?? null)),
        statusText(runs),
      ]),
      last: constant && [
        ...[constant.name, ...columns.slice(1).map(() => ''), '', '', ''],
        ...constantCells(results, constant),
        '',
      ],
    })}
    <p class="aside">Sorted by the validation metric, which is what a setting should be chosen by: that of the best epoch, whose weights are
      kept${seeds.length > 1 && `; mean ± standard deviation over ${seeds.length} seeds, or over those that finished where the last column names fewer`}. Test metrics are reported and decide nothing.</p>
    ${comparison !== null && html`<p><a href="${comparison}">Comparison of the finished experiments</a>: differences with intervals and tests.</p>`}
    ${failures.length > 0 && html`<h3>Failures</h3><ul>${failures.map(({ group, seed, error }) => html`<li>${group}, seed ${seed}: ${error}</li>`)}</ul>`}`,
  };
}

/** How a sweep was made. */
function methodSection({ plan, search, rungs, jobs }: SweepReport): Section {
  const seeds = `${plan.seeds.length === 1 ? 'seed' : 'seeds'} ${plan.seeds.join(', ')}`;
  const steps = rungs.map(
    ({ candidates, epochs }) => `${countText(candidates, 'experiment')} to ${countText(epochs, 'epoch')}`,
  );
  return {
    id: 'method',
    title: 'Method',
    html: html`<p>Search: ${search}. ${plan.experiments.length} experiments with the ${seeds} each.${
      rungs.length > 1 &&
      ` Rungs: ${steps.join(', ')}; a promoted run is resumed where it stopped, and its learning rate follows the schedule over all epochs (Jamieson and Talwalkar 2016). Promotion is decided on the validation split.`
    } The test split decides nothing: it is evaluated once per run, after training.</p>
    ${
      jobs !== null &&
      html`<p>${countText(jobs.count, 'parallel run')} with ${countText(jobs.threads, 'thread')} each.
      The number of threads affects the last bits of a result: the same number of jobs on the same kind of machine gives the same bytes.</p>`
    }
    <p>Of many settings, the one that is best on the validation split owes part of that to luck: its validation metric is optimistic
      (Cawley and Talbot 2010), and its test metric is the one to report.</p>`,
  };
}
