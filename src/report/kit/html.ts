/** HTML as text: everything that is put into a template is escaped unless it is HTML already. */

import { escapeHtml } from '../../base/format.js';

/** Text that is HTML and may stand in a page as it is. */
export class Html {
  constructor(readonly text: string) {}
}

/** What a template may hold: text and numbers are escaped, lists joined, the empty values left out. */
export type Content = Html | string | number | null | undefined | false | readonly Content[];

/** A template for HTML: `` html`<b>${name}</b>` ``. Values are safe in text and in quoted attributes. */
export function html(strings: TemplateStringsArray, ...values: Content[]): Html {
  let text = strings[0];
  for (let i = 0; i < values.length; i++) text += render(values[i]) + strings[i + 1];
  return new Html(text);
}

function render(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'object') return content.map(render).join('');
  return escapeHtml(String(content));
}

/**
 * JSON that can stand inside a `<script>` element: nothing in it can end the element or open a comment. NaN and
 * infinities become null.
 */
export function embedJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
