/** The figures of a run, for a paper. */
import type { RunReport } from '../../eval/run-report.js';
import { labelBarsFigure } from './label-bars.js';
import { precisionRecallFigure, rocFigure } from './rank-curves.js';
import { trainingFigure } from './training-curves.js';

/** A figure's file name and what draws it; null where the run has nothing for it. */
const FIGURES: Record<string, (report: RunReport, note: string | null) => string | null> = {
  'roc.svg': rocFigure,
  'precision-recall.svg': precisionRecallFigure,
  'labels.svg': labelBarsFigure,
  'training.svg': trainingFigure,
};

/**
 * Draws the figures of a run.
 *
 * @param report - the run; a synthetic corpus is named in each figure
 * @returns file names and contents
 */
export function runFigures(report: RunReport): [string, string][] {
  const note = report.synthetic === null ? null : 'synthetic corpus';
  return Object.entries(FIGURES).flatMap(([name, draw]): [string, string][] => {
    const text = draw(report, note);
    return text === null ? [] : [[name, text]];
  });
}
