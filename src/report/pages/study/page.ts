/** The page of a study: `study.html`. */
import { countText, durationText } from '../../../base/format.js';
import { leadMetrics, METRIC_NAMES } from '../../../eval/difference/compared-metrics.js';
import { metricText } from '../../../eval/format.js';
import { PAGE } from '../../../runs/compare/out-folder.js';
import type { StudyResult } from '../../../runs/study/results/study-result.js';
import { tableRows } from '../../../runs/study/results/study-result.js';
import type { PanelResult } from '../../../runs/study/results/summary.js';
import { alert } from '../../kit/frame.js';
import { html } from '../../kit/html.js';
import type { ReportLinks } from '../../kit/links.js';
import type { PackedPlotly } from '../../kit/plotly.js';
import { type Section, sectionsPage } from '../../kit/sections.js';
import { details, estimate, table } from '../../kit/text.js';
import { metricsTable } from '../compare/results.js';
import { conditionsSection } from './conditions.js';
import { contrastsSection } from './contrasts.js';
import { experimentsSection, tableRow } from './experiments.js';
import { nameExperiments } from './names.js';
import { publishedSection } from './published.js';
import { retrievalSection } from './retrieval.js';

/** Makes the page of a study; `links` lead to the reports of its runs, `command` makes the page again. */
export function studyPage(
  given: StudyResult,
  plotly: PackedPlotly,
  { links, command }: { links: ReportLinks; command?: string | null },
): string {
  const named = nameExperiments(given);
  const { result } = named;
  const { study, panels, seeds, missing } = result;
  const { dataset, synthetic } = panels[0].comparison;
  const runs = panels.flatMap(({ groups }) => groups).reduce((sum, group) => sum + group.seeds.length, 0);
  const tasks = panels.map(({ panel, comparison }) => `${comparison.examples} of ${panel.label}`);
  return sectionsPage({
    title: `${study.title}: ${dataset}`,
    heading: study.title,
    synthetic,
    lead: html`<p class="lead">${study.question} ${countText(runs, 'run')} on ${dataset}, with ${countText(seeds, 'seed')} each${seeds > 1 && study.groups.some(({ once }) => once) && '; deterministic experiments run once'}. Test clips: ${tasks.join(', ')}.</p>
<p>Comparisons with every test, label by label: ${panels.map(({ panel }, i) => html`${i > 0 && ', '}<a href="compare/${panel.name}/${PAGE}">${panel.label}</a>`)}.</p>`,
    alerts: [
      missing.length > 0 &&
        alert(
          'Incomplete',
          html`${countText(missing.length, 'planned run')} ${missing.length === 1 ? 'is' : 'are'} missing, so some means are over fewer seeds:<ul>${missing.map((line) => html`<li>${line}</li>`)}</ul>`,
        ),
    ],
    notes: [...new Set(panels.flatMap(({ comparison }) => comparison.notes))],
    sections: [
      tableSection(result),
      publishedSection(result),
      experimentsSection(result, links),
      contrastsSection(named),
      themesSection(result),
      retrievalSection(result),
      conditionsSection(result),
      recordSection(result),
    ],
    plotly,
    command,
  });
}

/** The table of the original publication, with the numbers measured here. */
function tableSection(result: StudyResult): Section | null {
  const rows = tableRows(result);
  if (rows.length === 0) return null;
  const [{ comparison }] = result.panels;
  const shown = leadMetrics(comparison.task);
  return {
    id: 'table',
    title: 'The groups',
    html: html`${table({
      head: ['Group', 'Task', ...shown.map((metric) => METRIC_NAMES[metric]), comparison.constant.column],
      rows: rows.map(({ label, task, result: group, constant }) => [
        ...[label, task],
        ...shown.map((metric) => estimate(group.metrics[metric])),
        metricText(constant.value),
      ]),
    })}
    <p class="aside">Groups of different tasks cannot be compared with each other: fewer classes are easier. Below are all experiments on every task.</p>`,
  };
}

/** Experiments side by side that differ in one thing. */
function themesSection({ study, panels }: StudyResult): Section | null {
  const themeTables = ({ groups, comparison }: PanelResult) =>
    study.themes.flatMap(({ title, groups: names }) => {
      const rows = names.flatMap((name) => groups.find((group) => group.name === name) ?? []);
      // Of a part of a study one experiment alone may be left, which is beside nothing.
      if (rows.length < 2) return [];
      return metricsTable(comparison.compared, rows.map(tableRow), { caption: title });
    });
  const shown = panels.map((own) => ({ label: own.panel.label, tables: themeTables(own) }));
  const found = shown.filter(({ tables }) => tables.length > 0);
  if (found.length === 0) return null;
  return {
    id: 'themes',
    title: 'One thing at a time',
    html: html`${found.map(({ label, tables }) => html`<h3>${label}</h3><div class="pair">${tables}</div>`)}`,
  };
}

/** Where everything is, and what it was run with. */
function recordSection({ study, panels, overrides }: StudyResult): Section {
  const run = study.groups.filter(({ name }) =>
    panels.some(({ groups }) => groups.some((group) => group.name === name)),
  );
  return {
    id: 'record',
    title: 'Record',
    html: html`<p>Every run has its own folder in <code>runs/</code>, with its config, weights, predictions and report. All pairs with tests label by label,
      learning curves and calibration: ${panels.map(({ panel }, i) => html`${i > 0 && ', '}<a href="compare/${panel.name}/${PAGE}">${panel.label}</a>`)}.
      ${overrides.length > 0 && html`Overrides of every run: <code>${overrides.join(' ')}</code>.`}</p>
    ${details(
      `Experiments as overrides of ${study.config}`,
      table({
        head: ['Experiment', 'Overrides', ...panels.map(({ panel }) => `Training, ${panel.label}`)],
        rows: run.map(({ name, label, overrides: own }) => [
          label,
          html`<code>${own.join(' ') || 'none'}</code>`,
          ...panels.map(({ groups }) => {
            const found = groups.find((group) => group.name === name);
            return found?.trainingSeconds == null
              ? '–'
              : `${durationText(found.trainingSeconds)} × ${countText(found.seeds.length, 'seed')}`;
          }),
        ]),
        className: 'words',
      }),
    )}`,
  };
}
