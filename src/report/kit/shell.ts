/** What a page of sections is made of: one file that needs nothing else, with its charts' code packed in it. */

import { magmaColours } from './browser/magma.js';
import { openPage, runSections } from './browser/page.js';
import { htmlDocument } from './document.js';
import { Html, html } from './html.js';
import type { PackedPlotly } from './plotly.js';
import type { RenderedSection } from './section.js';

/** What a page shows. */
export interface PageContent {
  /** Of the browser's tab. */
  title: string;
  /** What stands above the sections: heading, summary, notes. */
  heading: Html;
  sections: readonly RenderedSection[];
  /** Style sheet. */
  style: string;
  /** Of `packedPlotly`. */
  plotly: PackedPlotly;
}

/**
 * Makes a page of sections.
 *
 * @param content - what it shows
 * @returns HTML that works offline and from disk; every text in it is escaped
 */
export function sectionsPage({ title, heading, sections, style, plotly }: PageContent): string {
  const drawing = sections.filter((section) => section.scripts.length > 0);
  const data = Object.fromEntries(drawing.map((section) => [section.id, section.data]));
  const code = drawing.map(({ id, scripts }) => `[${JSON.stringify(id)}, [\n${scripts.join(',\n')}\n]]`);
  const script = `'use strict';\n(${runSections})((${openPage})(${magmaColours}), [\n${code.join(',\n')}\n]);`;
  const body = html`<header>
${heading}
<noscript><p class="badge"><b>No scripts</b> <span>The charts of this page are drawn by a script, which this browser does not run.</span></p></noscript>
</header>
<nav aria-label="Sections">${sections.map((section) => html`<a href="#${section.id}">${section.title}</a>`)}</nav>
<main>
${sections.map((section) => html`<section id="${section.id}"><h2>${section.title}</h2>\n${section.html}</section>\n`)}
</main>
<footer>Made by polytag. Charts: ${plotly.banner.split('\n')[0] ?? 'plotly.js'}, MIT licence, unpacked from this file.</footer>
<!-- ${new Html(plotly.banner.replaceAll('--', '- -'))} -->
<script type="text/plain" id="plotly-packed">${new Html(plotly.base64)}</script>`;
  return htmlDocument({ title, style, body, data: { id: 'report-data', value: data }, script });
}
