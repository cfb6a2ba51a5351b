/** Where everything lies, and what it was run with. */

import { countText, durationText } from '../../../../base/format.js';
import type { StudyResult } from '../../../../runs/study/results/study-result.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

/** Makes the section of what is on record. */
export const record = defineSection<object, StudyResult>({
  id: 'record',
  title: 'Record',
  data: () => ({}),
  html: (_, { study, panels, overrides, comparisonPages }) => {
    const labels = new Map(study.groups.map(({ name, overrides: own }) => [name, own]));
    return html`<p>Every run has a folder of its own in <code>runs/</code>, with its config, weights, predictions and report. All pairs with tests label by label,
      learning curves and calibration: ${panels.map(({ panel }, i) => html`${i > 0 && ', '}<a href="${comparisonPages[panel.name]}">${panel.label}</a>`)}.
      ${overrides.length > 0 && html`Overrides of every run: <code>${overrides.join(' ')}</code>.`}</p>
    <details><summary>Experiments as overrides of ${study.config}</summary><div class="wide"><table>
      <thead><tr><th>Experiment</th><th>Overrides</th>${panels.map(({ panel }) => html`<th>Training, ${panel.label}</th>`)}</tr></thead>
      <tbody>${study.groups
        .filter(({ name }) => panels.some(({ groups }) => groups.some((group) => group.name === name)))
        .map(
          ({ name, label }) =>
            html`<tr><th scope="row">${label}</th><td class="code"><code>${labels.get(name)!.join(' ') || 'none'}</code></td>${panels.map(
              ({ groups }) => {
                const found = groups.find((group) => group.name === name);
                const seconds = found?.trainingSeconds ?? null;
                return html`<td>${seconds === null ? '–' : `${durationText(seconds)} × ${countText(found!.seeds.length, 'seed')}`}</td>`;
              },
            )}</tr>`,
        )}</tbody></table></div></details>`;
  },
  draw: [],
});
