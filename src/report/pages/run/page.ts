/** The whole page: `report.html`, one file that needs nothing else. */

import { countText, durationText } from '../../../base/format.js';
import type { RunReport } from '../../../eval/run-report.js';
import { html } from '../../kit/html.js';
import type { PackedPlotly } from '../../kit/plotly.js';
import { sectionsPage } from '../../kit/shell.js';
import { sections } from './sections/index.js';
import { STYLE } from './style.js';

/**
 * Makes the page of a run.
 *
 * @param report - the run
 * @param plotly - of `packedPlotly`
 * @returns HTML that works offline and from disk; every text of the run in it is escaped
 */
export function reportPage(report: RunReport, plotly: PackedPlotly): string {
  return sectionsPage({
    title: `${report.name}: ${report.dataset}, ${report.metrics.split}${report.synthetic ? ' (synthetic corpus)' : ''}`,
    heading: html`<h1>${report.name}</h1>
${report.synthetic && html`<p class="badge"><b>Synthetic corpus</b> <span>${report.synthetic}</span></p>`}
<p class="lead">${summary(report)}</p>
${report.notes.length > 0 && html`<ul class="notes">${report.notes.map((note) => html`<li>${note}</li>`)}</ul>`}`,
    sections: sections.flatMap((section) => section(report) ?? []),
    style: STYLE,
    plotly,
  });
}

/** What was run, in a sentence or two. */
function summary({ dataset, metrics, predictions, history }: RunReport): string {
  const { bootstrap, task, training } = metrics;
  const labels =
    task === 'tagging'
      ? countText(metrics.labels, 'tag')
      : `${countText(metrics.labels, 'class', 'classes')}, of which each example has one`;
  const songs = predictions.groupKind === 'song' ? ` from ${countText(bootstrap.groups, 'song')}` : '';
  const trained = training
    ? ` The model was trained for ${countText(training.epochs, 'epoch')} in ${durationText(training.seconds)}.`
    : history.length > 0
      ? ` The model was trained for ${countText(history.length, 'epoch')}.`
      : '';
  return `Evaluated on the ${metrics.split} split of ${dataset}, protocol “${metrics.protocol}”: ${countText(metrics.examples, 'example')}${songs}, ${labels}.${trained}`;
}
