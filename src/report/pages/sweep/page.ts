/** The page of a sweep: `sweep.html`, one file that needs nothing else. */

import { countText } from '../../../base/format.js';
import { shortKeys } from '../../../runs/sweep/plan.js';
import { html } from '../../kit/html.js';
import type { PackedPlotly } from '../../kit/plotly.js';
import type { SectionRenderer } from '../../kit/section.js';
import { sectionsPage } from '../../kit/shell.js';
import { COMPARE_STYLE } from '../compare/style.js';
import { keys } from './keys-section.js';
import { method } from './method-section.js';
import { parallel } from './parallel-section.js';
import type { SweepReport } from './subject.js';
import { table } from './table-section.js';

const sections: readonly SectionRenderer<SweepReport>[] = [table, parallel, keys, method];

/**
 * Makes the page of a sweep.
 *
 * @param report - what came of it
 * @param plotly - of `packedPlotly`
 * @returns HTML that works offline and from disk; every text of the sweep in it is escaped
 */
export function sweepPage(report: SweepReport, plotly: PackedPlotly): string {
  const { plan, results, dataset, notes } = report;
  const runs = results.flatMap((result) => result.runs);
  const finished = runs.filter(({ status }) => status === 'finished').length;
  const swept = plan.keys.length > 0 ? ` over ${[...shortKeys(plan.keys).values()].join(', ')}` : '';
  return sectionsPage({
    title: `${plan.name}: sweep`,
    heading: html`<h1>${plan.name}: sweep${swept}</h1>
${dataset.synthetic && html`<p class="badge"><b>Synthetic corpus</b> <span>${dataset.synthetic}</span></p>`}
<p class="lead">${countText(results.length, 'experiment')}, ${countText(runs.length, 'run')} of which ${finished} finished, on ${dataset.name}: ${dataset.protocol}.</p>
${notes.length > 0 && html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}`,
    sections: sections.flatMap((section) => section(report) ?? []),
    // Settings are read down a column: a value that is broken into lines cannot be.
    style: `${COMPARE_STYLE}.sweep th:first-child, .sweep td:first-child { white-space: nowrap; }\n`,
    plotly,
  });
}
