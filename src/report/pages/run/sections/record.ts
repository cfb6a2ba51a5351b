/** What is needed to do the run again. */

import type { RunReport } from '../../../../eval/run-report.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

const inWords = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value, null, 1);

/** Makes the section of the resolved config and the environment. */
export const record = defineSection<RunReport>({
  id: 'record',
  title: 'Configuration and environment',
  data: (report) => report,
  html: ({
    config,
    environment,
  }) => html`<details open><summary>Resolved configuration</summary><pre tabindex="0">${config}</pre></details>
    <details open><summary>Environment</summary><table class="record">${Object.entries(environment).map(
      ([key, value]) => html`<tr><th scope="row">${key}</th><td>${inWords(value)}</td></tr>`,
    )}</table></details>`,
  draw: [],
});
