/** Numbers, tables and lists as pages show them. */

import { intervalText, metricText } from '../../eval/format.js';
import type { Interval } from '../../eval/metrics.js';
import type { Estimate } from '../../runs/compare/comparison.js';
import { type Content, type Html, html } from './html.js';

/**
 * A difference with its sign.
 *
 * @param interval - its 95 % interval, where it is to be named
 * @returns `+0.0120`, `−0.0030 (−0.0100 to +0.0040)`, or a dash where undefined
 */
export function differenceText(value: number | null, interval: Interval | null = null): string {
  if (value === null) return '–';
  const text = `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
  return interval ? `${text} (${differenceText(interval[0])} to ${differenceText(interval[1])})` : text;
}

/** A p-value: `0.031`, `< 0.001`, or a dash where nothing was tested. */
export function pText(p: number | null): string {
  if (p === null) return '–';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** A share of 1 in percent: `12.3 %`. */
export function percentText(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.01 ? 2 : 1)} %`;
}

/** A mean with its deviation and, below it, its interval. */
export function estimate({ value, deviation = null, interval = null }: Partial<Estimate>): Html {
  const range = intervalText(interval);
  return html`${metricText(value ?? null)}${deviation !== null && ` ± ${metricText(deviation)}`}${range && html`<small>${range}</small>`}`;
}

/** A table. */
export interface Table {
  head: readonly Content[];
  /** The first cell of each row names it. */
  rows: readonly (readonly Content[])[];
  caption?: string;
  /** `words` lets all cells wrap. */
  className?: string;
  /** Row that stays below the others however they are sorted, such as a baseline's. */
  last?: readonly Content[] | null;
}

/** A name that may be broken between its parts: `model.branches`, `low-energy/low-stress`, `max_tokens`. */
function breakable(name: Content): Content {
  if (typeof name !== 'string') return name;
  return name.split(/(?<=\p{L}[/._=])(?=\p{L})/u).map((part, i) => html`${i > 0 && html`<wbr>`}${part}`);
}

const rowOf = ([name, ...cells]: readonly Content[], isLast: boolean): Html =>
  html`<tr${isLast && html` data-last`}><th scope="row">${breakable(name)}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`;

/** Makes a table, which scrolls sideways where it does not fit, and is sorted by a click on a header. */
export function table({ head, rows, caption, className, last = null }: Table): Html {
  return html`<div class="wide" tabindex="0" role="region" aria-label="${caption ?? 'Table'}"><table${className !== undefined && html` class="${className}"`}${rows.length > 1 && html` data-sortable`}>${caption !== undefined && html`<caption>${caption}</caption>`}
<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map((row) => rowOf(row, false))}${last !== null && rowOf(last, true)}</tbody></table></div>`;
}

/** Keys and values. */
export function record(pairs: readonly (readonly [Content, Content])[]): Html {
  return html`<table class="record">${pairs.map(([key, value]) => html`<tr><th scope="row">${key}</th><td>${value}</td></tr>`)}</table>`;
}

/** Something that opens on a click. */
export function details(summary: Content, content: Content, open = false): Html {
  return html`<details${open && html` open`}><summary>${summary}</summary>${content}</details>`;
}
