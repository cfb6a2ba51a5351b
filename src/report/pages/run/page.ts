/** The page of a run: `report.html`. */
import { countText, durationText } from '../../../base/format.js';
import type { RunReport } from '../../../eval/run-report.js';
import { html } from '../../kit/html.js';
import type { PackedPlotly } from '../../kit/plotly.js';
import { type MakeSection, type Section, sectionsPage } from '../../kit/sections.js';
import { details, record } from '../../kit/text.js';
import { baselineSection, termsSection } from './baseline.js';
import { breakdownSection } from './breakdown.js';
import { conditionsSection } from './conditions.js';
import { curvesSection } from './curves.js';
import { EXAMPLES_STYLE, examplesSection } from './examples.js';
import { HEADLINE_STYLE, headlineSection } from './headline.js';
import { labelsSection } from './labels.js';
import { confusionSection, correlationSection } from './matrices.js';
import { calibrationSection, scoresSection } from './scores.js';
import { trainingSection } from './training.js';

/** From what one quotes to what one looks up. */
const sections: readonly MakeSection<RunReport>[] = [
  headlineSection,
  trainingSection,
  baselineSection,
  termsSection,
  labelsSection,
  confusionSection,
  curvesSection,
  scoresSection,
  breakdownSection,
  conditionsSection,
  examplesSection,
  correlationSection,
  calibrationSection,
  recordSection,
];

/** Makes the page of a run; every text of the run in it is escaped. */
export function reportPage(report: RunReport, plotly: PackedPlotly): string {
  const { name, dataset, metrics, synthetic, notes } = report;
  return sectionsPage({
    title: `${name}: ${dataset}, ${metrics.split}${synthetic ? ' (synthetic corpus)' : ''}`,
    heading: name,
    synthetic,
    lead: html`<p class="lead">${summary(report)}</p>`,
    notes,
    sections: sections.map((section) => section(report)),
    style: HEADLINE_STYLE + EXAMPLES_STYLE,
    plotly,
  });
}

/** What was run, in a sentence or two. */
function summary({ dataset, metrics, history }: RunReport): string {
  const { bootstrap, task, training } = metrics;
  const labels =
    task === 'tagging'
      ? countText(metrics.labels, 'tag')
      : `${countText(metrics.labels, 'class', 'classes')}, exactly one per example`;
  const songs = bootstrap.unit === 'clip' ? '' : ` from ${countText(bootstrap.groups, bootstrap.unit)}`;
  const epochs = training?.epochs ?? history.length;
  const trained =
    epochs > 0 &&
    ` The model was trained for ${countText(epochs, 'epoch')}${training ? ` in ${durationText(training.seconds)}` : ''}.`;
  return `Evaluated on the ${metrics.split} split of ${dataset}, protocol “${metrics.protocol}”: ${countText(metrics.examples, 'example')}${songs}, ${labels}.${trained || ''}`;
}

/** What is needed to repeat the run. */
function recordSection({ config, environment }: RunReport): Section {
  const pairs = Object.entries(environment).map(
    ([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value, null, 1)] as const,
  );
  return {
    id: 'record',
    title: 'Configuration and environment',
    html: html`${details('Resolved configuration', html`<pre tabindex="0">${config}</pre>`, true)}
    ${details('Environment', record(pairs), true)}`,
  };
}
