/** The page of a run: `report.html`. */
import { countText } from '../../../base/format.js';
import type { AnyReport, PitchReport, RegressionReport, RunReport } from '../../../eval/run-report.js';
import { html } from '../../kit/html.js';
import type { PackedPlotly } from '../../kit/plotly.js';
import { type MakeSection, type Section, sectionsPage } from '../../kit/sections.js';
import { MAP_STYLE } from '../../kit/style.js';
import { baselineSection, termsSection } from './baseline.js';
import { breakdownSection } from './breakdown.js';
import { chunkMapSection } from './chunk-map.js';
import { conditionsSection } from './conditions.js';
import { confusingSection } from './confusing.js';
import { curvesSection } from './curves.js';
import { distributionSection } from './distribution.js';
import { EXAMPLES_STYLE, examplesSection } from './examples.js';
import { filesSection } from './files.js';
import { HEADLINE_STYLE, headlineSection } from './headline.js';
import { labelsSection } from './labels.js';
import { literatureSection } from './literature.js';
import { confusionSection, correlationSection } from './matrices.js';
import { pitchSections } from './pitch/sections.js';
import { recordSection, summaryOf } from './record.js';
import { regressionSections } from './regression/sections.js';
import { retrievalSection } from './retrieval.js';
import { calibrationSection, scoresSection } from './scores.js';
import { slicesSection } from './slices.js';
import { trainingSection } from './training.js';

/** From what one quotes to what one looks up. */
const sections: readonly MakeSection<RunReport>[] = [
  headlineSection,
  literatureSection,
  distributionSection,
  trainingSection,
  baselineSection,
  termsSection,
  labelsSection,
  confusionSection,
  curvesSection,
  scoresSection,
  retrievalSection,
  slicesSection,
  chunkMapSection,
  confusingSection,
  breakdownSection,
  conditionsSection,
  examplesSection,
  correlationSection,
  calibrationSection,
  recordSection,
];

/** Where the page of a run stands. */
export interface RunPlace {
  /** Names in the run's folder, with those of `figures/` and `tables/` by their paths. */
  files: readonly string[];
  /** The command that makes the page again. */
  command: string;
}

/** Makes the page of a run; every text of the run in it is escaped. */
export function reportPage(report: AnyReport, plotly: PackedPlotly, { files, command }: RunPlace): string {
  const { name, dataset, metrics, synthetic, notes } = report;

  return sectionsPage({
    title: `${name}: ${dataset}, ${metrics.split}${synthetic ? ' (synthetic corpus)' : ''}`,
    heading: name,
    synthetic,
    lead: html`<p class="lead">${summaryOf(report, predictedText(report))}</p>`,
    notes,
    sections: [...sectionsOf(report), filesSection(files)],
    command,
    style: HEADLINE_STYLE + EXAMPLES_STYLE + ('map' in report && report.map ? MAP_STYLE : ''),
    plotly,
  });
}

/** The sections of the report's task. */
function sectionsOf(report: AnyReport): (Section | null)[] {
  const { task } = report.metrics;
  if (task === 'pitch') return pitchSections(report as PitchReport);
  if (task === 'regression') return regressionSections(report as RegressionReport);
  return sections.map((section) => section(report as RunReport));
}

/** What is predicted: `50 tags`. */
function predictedText({ metrics }: AnyReport): string {
  if (metrics.task === 'pitch') return 'a pitch for each frame';
  if (metrics.task === 'regression') return countText(metrics.targets, 'predicted number');
  return metrics.task === 'tagging'
    ? countText(metrics.labels, 'tag')
    : `${countText(metrics.labels, 'class', 'classes')}, exactly one per example`;
}
