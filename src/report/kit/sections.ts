/** Pages of sections with charts. */
import { openFigure } from '../charts/browser/figures.js';
import { PLOTLY_CODE } from '../charts/browser/plotly.js';
import { MARKS_CODE } from '../charts/browser/plotly-marks.js';
import { cutApart, cutText, describeChart, nameLines } from '../charts/browser/text.js';
import { openPage, type PageScript, runPage } from './browser/page.js';
import { bytesOf, drawMatrix, magmaColours } from './browser/picture.js';
import { TABLES_CODE } from './browser/tables.js';
import { type Frame, frame, scriptText } from './frame.js';
import { embedJson, Html, html } from './html.js';
import type { PackedPlotly } from './plotly.js';

/** One section of a page. */
export interface Section {
  /** The element's id, and the target of the link at the top. */
  id: string;
  title: string;
  /** What the link at the top says where the title is long. Default: the title. */
  link?: string;
  html: Html;
}

/** Makes a section about a subject; null where the subject has nothing for it. */
export type MakeSection<Subject> = (subject: Subject) => Section | null;

/** A page of sections: everything that `frame` does not find out itself. */
export interface SectionsPage extends Omit<Frame, 'main' | 'links' | 'footer' | 'packed' | 'script'> {
  sections: readonly (Section | null)[];
  /** Of `packedPlotly`. */
  plotly: PackedPlotly;
}

/** Makes a page of sections; those that are null are left out. */
export function sectionsPage({ sections, plotly, ...content }: SectionsPage): string {
  const shown = sections.filter((section) => section !== null);
  const code = [
    bytesOf,
    magmaColours,
    drawMatrix,
    cutText,
    cutApart,
    nameLines,
    describeChart,
    ...MARKS_CODE,
    ...PLOTLY_CODE,
    ...TABLES_CODE,
  ];
  return frame({
    ...content,
    links: shown.map(({ id, title, link = title }) => ({ id, title: link })),
    main: html`${shown.map((section) => html`<section id="${section.id}"><h2>${section.title}</h2>\n${section.html}</section>\n`)}`,
    footer: html`Made by polytag. Charts: ${plotly.banner.split('\n')[0] ?? 'plotly.js'}, MIT licence, unpacked from this file.`,
    packed: html`<!-- ${new Html(plotly.banner.replaceAll('--', '- -'))} -->
<script type="text/plain" id="plotly-packed">${new Html(plotly.base64)}</script>`,
    script: `'use strict';
(() => {
${[...code, openFigure, openPage, runPage].join('\n')}
const magma = magmaColours();
const isTouch = matchMedia('(pointer: coarse)').matches;
const code = { plain, tracesOf, guideOf, annotationOf, legendNames };
const page = openPage({
  layOut: (chart, theme, width) => plotlyOf(chart, { theme, width, isTouch, magma, cut: cutText, apart: cutApart, lines: nameLines }, code),
  describe: describeChart,
  bytes: bytesOf,
  picture: (values, columns, rows) => drawMatrix(values, columns, rows, magma),
  sortHeaders,
});
sortTables(document, sortHeaders, leadingNumber);
runPage(page, openFigure, window.sectionScripts ?? []);
})();`,
  });
}

/**
 * Browser code of a section, to be put into the section's HTML. Its source text is embedded, so it may use its
 * parameters and the browser's globals, and nothing else of the module that it stands in.
 */
export function sectionScript<Content>(script: PageScript<Content>, data: Content): Html {
  return html`<script>(window.sectionScripts ??= []).push([document.currentScript.closest('section'), ${scriptText(String(script))}, ${new Html(embedJson(data))}]);</script>`;
}
