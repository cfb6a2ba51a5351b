/** The whole page: `report.html`, one file that needs nothing else. */

import { magmaColours } from '../../page/browser/magma.js';
import { countText, durationText } from '../../page/format.js';
import { embedJson, Html, html } from '../../page/html.js';
import type { RunReport } from '../run-report.js';
import { openPage, runSections } from './browser/page.js';
import type { PackedPlotly } from './plotly.js';
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
  const rendered = sections.flatMap((section) => section(report) ?? []);
  const drawing = rendered.filter((section) => section.scripts.length > 0);
  const data = Object.fromEntries(drawing.map((section) => [section.id, section.data]));
  const code = drawing.map(({ id, scripts }) => `[${JSON.stringify(id)}, [\n${scripts.join(',\n')}\n]]`);
  const script = `'use strict';\n(${runSections})((${openPage})(${magmaColours}), [\n${code.join(',\n')}\n]);`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="polytag">
<link rel="icon" href="data:,">
<title>${report.name}: ${report.dataset}, ${report.metrics.split}${report.synthetic && ' (synthetic corpus)'}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<header>
<h1>${report.name}</h1>
${report.synthetic && html`<p class="badge"><b>Synthetic corpus</b> <span>${report.synthetic}</span></p>`}
<p class="lead">${summary(report)}</p>
${report.notes.length > 0 && html`<ul class="notes">${report.notes.map((note) => html`<li>${note}</li>`)}</ul>`}
<noscript><p class="badge"><b>No scripts</b> <span>The charts of this page are drawn by a script, which this browser does not run.</span></p></noscript>
</header>
<nav aria-label="Sections">${rendered.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}</nav>
<main>
${rendered.map((section) => html`<section id="${section.id}"><h2>${section.title}</h2>\n${section.html}</section>\n`)}
</main>
<footer>Made by polytag. Charts: ${plotly.banner.split('\n')[0] ?? 'plotly.js'}, MIT licence, unpacked from this file.</footer>
<!-- ${new Html(plotly.banner.replaceAll('--', '- -'))} -->
<script type="text/plain" id="plotly-packed">${new Html(plotly.base64)}</script>
<script type="application/json" id="report-data">${new Html(embedJson(data))}</script>
<script>
${new Html(script.replaceAll('</script', '<\\/script'))}
</script>
</body>
</html>
`.text;
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
