/** What a publication reports of the experiments of a study, beside what they reach here. */
import { metricText } from '../../../eval/format.js';
import type { StudyResult } from '../../../runs/study/results/study-result.js';
import type { GroupResult } from '../../../runs/study/results/summary.js';
import type { StudyPlace, StudyPublication } from '../../../runs/study/study.js';
import { type Content, html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { estimate, table } from '../../kit/text.js';

type Measured = GroupResult['measures'][string];

/** The section of published numbers; null where the study names none. */
export function publishedSection({ study, panels, seeds }: StudyResult): Section | null {
  const { published } = study;
  if (!published) return null;
  const { source, measures, claims } = published;
  const measuredAt = ({ panel, group, measure }: StudyPlace): Measured =>
    panels.find((one) => one.panel.name === panel)?.groups.find(({ name }) => name === group)?.measures[
      measure
    ] ?? null;
  const isPublished = (measure: string): boolean => published.rows.some(({ values }) => measure in values);
  const tables = panels.map(({ panel, groups }) =>
    table({
      caption: panel.label,
      head: [
        'Experiment',
        ...measures.flatMap(({ name, label }): Content[] =>
          isPublished(name) ? [label, html`<small>published</small>`] : [label],
        ),
      ],
      rows: groups.map(({ name, label, measures: own }) => [
        label,
        ...measures.flatMap(({ name: measure }): Content[] => {
          const found = own[measure];
          const value = publishedValue(published, { panel: panel.name, group: name, measure });
          const cell = estimate({
            value: found?.mean,
            deviation: found?.deviation,
            interval: found?.interval,
          });
          return isPublished(measure) ? [cell, metricText(value)] : [cell];
        }),
      ]),
    }),
  );
  const findings = claims.flatMap(({ text, greater, less }) => {
    const [a, b] = [measuredAt(greater), measuredAt(less)];
    if (a === null || b === null) return [];
    const numbers = `${metricText(a.mean)} against ${metricText(b.mean)}`;
    return a.mean > b.mean
      ? html`<li>${text} So it is here: ${numbers}.</li>`
      : html`<li>${text} <strong>Here it is not so: ${numbers}.</strong></li>`;
  });
  return {
    id: 'published',
    title: 'Published and measured',
    link: 'Published',
    html: html`${tables}
    ${findings.length > 0 && html`<ul>${findings}</ul>`}
    <p class="aside">Published: ${source} ${seeds > 1 && 'Lines below a mean: 95 % interval of the mean over seeds. '}Other data has other recordings, so that the numbers
      cannot be compared as such; what can is which experiment is ahead, and by how much.</p>`,
  };
}

function publishedValue({ rows }: StudyPublication, { panel, group, measure }: StudyPlace): number | null {
  return rows.find((row) => row.panel === panel && row.group === group)?.values[measure] ?? null;
}
