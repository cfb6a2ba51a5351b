/** The sections of a regression's page, from what one quotes to what one looks up. */

import type { RegressionReport } from '../../../../eval/run-report.js';
import { measureScale } from '../../../../models/heads/target-scale.js';
import { type Html, html } from '../../../kit/html.js';
import type { MakeSection, Section } from '../../../kit/sections.js';
import { table } from '../../../kit/text.js';
import { baselineSection, termsSection } from '../baseline.js';
import { clipsSection } from '../examples.js';
import { recordSection } from '../record.js';
import { trainingSection } from '../training.js';
import { numberConditions, numberParts, resultsSection } from './results.js';
import { residualsSection, scatterSection } from './scatter.js';

const sections: readonly MakeSection<RegressionReport>[] = [
  resultsSection,
  trainingSection,
  baselineSection,
  termsSection,
  scatterSection,
  residualsSection,
  numberParts,
  numberConditions,
  examplesSection,
  recordSection,
];

/** The sections that a regression has something for. */
export const regressionSections = (report: RegressionReport): (Section | null)[] =>
  sections.map((section) => section(report));

/** Truth and prediction of one example. */
function numbersOf({ predictions }: RegressionReport, row: number, deviations: readonly number[]): Html {
  const { labels, scores, targets } = predictions;
  // As many digits as tell a hundredth of the deviation.
  const digits = deviations.map((deviation) =>
    Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(deviation)))),
  );
  const text = (value: number, j: number): string => (Number.isNaN(value) ? '–' : value.toFixed(digits[j]));
  return table({
    head: ['', 'truth', 'prediction', 'residual'],
    rows: labels.map((target, j) => {
      const at = row * labels.length + j;
      return [target, ...[targets[at], scores[at], scores[at] - targets[at]].map((value) => text(value, j))];
    }),
  });
}

/** The section of example clips. */
function examplesSection(report: RegressionReport): Section | null {
  const { targets, labels } = report.predictions;
  const { deviations } = measureScale(targets, labels.length);
  const clips = clipsSection(report, (row) => numbersOf(report, row, deviations));
  return (
    clips && {
      ...clips,
      html: html`<p class="aside">From the smallest error to the largest, evenly spread.</p>${clips.html}`,
    }
  );
}
