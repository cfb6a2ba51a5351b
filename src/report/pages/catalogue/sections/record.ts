/** What is needed to tag the catalogue again. */

import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';
import type { CatalogueView } from '../view.js';

/** Makes the section of the table's header. */
export const record = defineSection<[string, string][], CatalogueView>({
  id: 'record',
  title: 'Model and settings',
  data: ({ summary: { header } }) => [
    ['model', header.model],
    ['tags', String(header.labels.length)],
    ['embedding', header.embedding === null ? 'none' : `${header.embedding} numbers`],
    ...Object.entries(header.record),
  ],
  html: (pairs) =>
    html`<table class="record">${pairs.map(([key, value]) => html`<tr><th scope="row">${key}</th><td>${value}</td></tr>`)}</table>`,
  draw: [],
});
