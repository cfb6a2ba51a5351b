/** Charts in a page, with the controls that choose what they show. Browser side: `browser/figures.ts`. */
import { embedJson, Html, html } from '../kit/html.js';
import { describeChart } from './browser/text.js';
import type { Chart } from './chart.js';

/** A choice between charts. */
export interface Choice {
  label: string;
  /** Of the element. */
  name: string;
  options: readonly string[];
}

/** What a reader can do with the rows of the charts. */
export interface RowControls {
  /** Names of the rows' keys; the rows come sorted by the first. */
  sorts: readonly string[];
  /** Whether rows can be filtered by name. */
  filter?: boolean;
  /** Label of the checkbox that hides rows without a flag. */
  flag?: string;
  /** Rows that are shown at first, where there are more. */
  most?: number;
}

/** Series of which a reader chooses some. */
export interface SeriesChooser {
  label: string;
  hint: string;
  series: readonly { name: string; hint: string; shown: boolean }[];
}

/** One place for a chart. */
export interface Panel {
  caption?: string;
  /** A chart for every combination of choices, those of the last choice side by side. */
  charts: readonly Chart[];
  /** The same for narrow screens, where they differ. */
  narrow?: readonly Chart[];
}

/** Charts that share their controls. */
export interface Figure {
  /** Class of the element. */
  name: string;
  panels: readonly Panel[];
  choices?: readonly Choice[];
  rows?: RowControls;
  chooser?: SeriesChooser;
  /** Whether the y axis can be made logarithmic. */
  logarithmic?: boolean;
}

function controls({ choices = [], rows, logarithmic, panels }: Figure): Html | false {
  const most = Math.max(...panels.flatMap(({ charts }) => charts.map((chart) => chart.rows?.length ?? 0)));
  const limit = rows?.most !== undefined && most > rows.most ? rows.most : null;
  const parts = [
    ...choices
      .filter(({ options }) => options.length > 1)
      .map(
        ({ label, name, options }) =>
          html`<label>${label} <select name="${name}" data-choice>${options.map((option, i) => html`<option value="${i}">${option}</option>`)}</select></label>`,
      ),
    rows &&
      html`<label>Sort by <select name="sort">${rows.sorts.map((sort, i) => html`<option value="${i}">${sort}</option>`)}<option value="name">name</option></select></label>`,
    limit !== null &&
      html`<label>Rows <select name="most"><option value="${limit}">${limit}</option><option value="${most}">all</option></select></label>`,
    rows?.filter &&
      html`<label>Filter <input name="filter" type="search" placeholder="part of a name"></label>`,
    rows?.flag && html`<label><input type="checkbox" name="flag"> ${rows.flag}</label>`,
    logarithmic && html`<label><input type="checkbox" name="logarithmic"> logarithmic</label>`,
    rows?.filter && html`<span class="count" role="status"></span>`,
  ].filter((part) => part instanceof Html);
  return parts.length > 0 && html`<div class="controls">${parts}</div>`;
}

function chooserHtml({ label, hint, series }: SeriesChooser): Html {
  return html`<details class="chooser"><summary>${label} <span class="hint">(${hint})</span></summary>
<div class="controls"><label>Filter <input name="series-filter" type="search" placeholder="part of a name"></label> <button type="button" name="none">Clear</button></div>
<div class="boxes">${series.map(
    (one, i) =>
      html`<label><input type="checkbox" name="series" value="${i}"${one.shown && html` checked`}> ${one.name} <span class="hint">${one.hint}</span></label>`,
  )}</div></details>`;
}

/**
 * Makes a figure. It carries its own data; the page's script draws it.
 *
 * @returns controls, and an element for each panel
 */
export function figure(spec: Figure): Html {
  const { name, panels, chooser, choices } = spec;
  const plots = panels.map(({ caption, charts }) => {
    const [{ height, rows }] = charts;
    // About what it will be, so that the page does not jump when it draws.
    const high = height ?? (rows ? 64 + 20 * rows.length : 340);
    const plot = html`<div class="plot" role="img" aria-label="${describeChart(charts[0])}" style="height:${high}px"></div>`;
    return caption === undefined ? plot : html`<figure><figcaption>${caption}</figcaption>${plot}</figure>`;
  });
  const data = {
    panels: panels.map(({ charts, narrow }) => ({ charts, narrow })),
    counts: (choices ?? []).map(({ options }) => options.length),
  };
  return html`<div class="figure ${name}">
${controls(spec)}${chooser && chooserHtml(chooser)}
${plots.length > 1 ? html`<div class="pair">${plots}</div>` : plots}
<script type="application/json">${new Html(embedJson(data))}</script></div>`;
}
