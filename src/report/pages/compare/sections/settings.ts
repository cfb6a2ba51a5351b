/** What the runs differ in. */

import type { Comparison } from '../../../../runs/compare/comparison.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

/** Makes the section of differing settings. */
export const settings = defineSection<object, Comparison>({
  id: 'settings',
  title: 'What differs',
  data: () => ({}),
  html: (_, { groups, settings: differing }) =>
    differing.length === 0
      ? html`<p>The runs have the same settings, the same seed and the same software.</p>`
      : html`<div class="wide"><table class="settings">
      <thead><tr><th>Setting</th>${groups.flatMap(({ runLabels }) => runLabels.map((label) => html`<th>${label}</th>`))}</tr></thead>
      <tbody>${differing.map(({ key, values }) => html`<tr><th scope="row">${key}</th>${values.map((value) => html`<td>${value}</td>`)}</tr>`)}</tbody>
    </table></div>
    <p class="aside">Keys of the configs, defaults included, and what computed them. All other settings are the same; names,
      places of files and what only concerns reports are not shown.</p>`,
  draw: [],
});
