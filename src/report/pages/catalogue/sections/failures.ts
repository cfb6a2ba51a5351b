/** What could not be tagged, and why. */

import { countText } from '../../../../base/format.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';
import type { FailureSummary } from '../summary.js';
import type { CatalogueView } from '../view.js';

/** Makes the section of failures; absent when there are none. */
export const failures = defineSection<FailureSummary[], CatalogueView>({
  id: 'failures',
  title: 'Failures',
  data: ({ summary }) => (summary.failures.length > 0 ? summary.failures : null),
  html: (reasons) =>
    html`<div class="failures">${reasons.map(
      ({ reason, count, paths }) => html`<details${reasons.length === 1 && html` open`}>
      <summary>${countText(count, 'track')}: ${reason}</summary>
      <ul>${paths.map((path) => html`<li>${path}</li>`)}${count > paths.length && html`<li>and ${countText(count - paths.length, 'more track')}; the table has them all</li>`}</ul>
    </details>`,
    )}</div>`,
  draw: [],
});
