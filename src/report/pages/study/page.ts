/** The page of a study. */

import { countText } from '../../../base/format.js';
import type { StudyResult } from '../../../runs/study/results/study-result.js';
import { html } from '../../kit/html.js';
import type { PackedPlotly } from '../../kit/plotly.js';
import type { SectionRenderer } from '../../kit/section.js';
import { sectionsPage } from '../../kit/shell.js';
import { COMPARE_STYLE } from '../compare/style.js';
import { conditions } from './sections/conditions.js';
import { contrasts } from './sections/contrasts.js';
import { experiments } from './sections/experiments.js';
import { record } from './sections/record.js';
import { table } from './sections/table.js';
import { themes } from './sections/themes.js';

/** In the page's order. */
const sections: readonly SectionRenderer<StudyResult>[] = [
  table,
  experiments,
  contrasts,
  themes,
  conditions,
  record,
];

const STYLE = `${COMPARE_STYLE}
td.code { text-align: left; white-space: normal; min-width: 260px; overflow-wrap: anywhere; }
h3 { margin: 18px 0 8px; }
@media (min-width: 700px) { tbody th:first-child { min-width: 200px; overflow-wrap: normal; } }
`;

/**
 * Makes the page of a study.
 *
 * @param result - what came of it
 * @param plotly - of `packedPlotly`
 * @returns HTML that works offline and from disk
 */
export function studyPage(result: StudyResult, plotly: PackedPlotly): string {
  const { study, panels, seeds, missing } = result;
  const [{ comparison }] = panels;
  const { dataset, synthetic } = comparison;
  const runs = panels.reduce(
    (sum, panel) => sum + panel.groups.reduce((own, group) => own + group.seeds.length, 0),
    0,
  );
  const once = study.groups.some((group) => group.once);
  const notes = [...new Set(panels.flatMap((panel) => panel.comparison.notes))];
  return sectionsPage({
    title: `${study.title}: ${dataset}`,
    heading: html`<h1>${study.title}</h1>
${synthetic && html`<p class="badge"><b>Synthetic corpus</b> <span>${synthetic}</span></p>`}
<p class="lead">${study.question} ${countText(runs, 'run')} on ${dataset}, ${countText(seeds, 'seed')} each${once && ', one where no chance is in it'}: ${panels
      .map(({ panel, comparison: { examples } }) => `${panel.label} (${countText(examples, 'test clip')})`)
      .join(', ')}.</p>
${missing.length > 0 && html`<div class="badge refused"><b>Incomplete</b> <div>${countText(missing.length, 'run')} of the plan ${missing.length === 1 ? 'is' : 'are'} not here, so that the means are of fewer seeds:<ul>${missing.map((line) => html`<li>${line}</li>`)}</ul></div></div>`}
${notes.length > 0 && html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}`,
    sections: sections.flatMap((section) => section(result) ?? []),
    style: STYLE,
    plotly,
  });
}
