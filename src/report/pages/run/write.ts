/** Writes what people read of a run: the page, the figures and the tables. */
import { join } from 'node:path';
import { writeWhole } from '../../../base/files.js';
import type { ReportWriter, RunReport } from '../../../eval/run-report.js';
import { runTables } from '../../../eval/tables/index.js';
import type { Chart } from '../../charts/chart.js';
import { svgFigure } from '../../charts/svg.js';
import { packedPlotly } from '../../kit/plotly.js';
import { rankFigure } from './curves.js';
import { labelsFigure } from './labels.js';
import { reportPage } from './page.js';
import { trainingCharts } from './training.js';

/** A figure's file name and its charts; without charts it is not written. */
const FIGURES: Record<string, (report: RunReport) => Chart[]> = {
  'roc.svg': (report) => rankFigure(report, 'roc'),
  'precision-recall.svg': (report) => rankFigure(report, 'precisionRecall'),
  'labels.svg': labelsFigure,
  'training.svg': trainingCharts,
};

/**
 * Writes `report.html`, `figures/*.svg` and `tables/*.csv`, `tables/*.tex` into a run's folder, which is made when
 * missing; files of the same names are replaced.
 *
 * @returns the paths that were written, the page first
 * @throws Failure when plotly.js-dist is missing or the folder cannot be written
 */
export const writeReport: ReportWriter = async (dir, report) => {
  const note = report.synthetic === null ? null : 'synthetic corpus';
  const figures = Object.entries(FIGURES).flatMap(([name, draw]): [string, string][] => {
    const charts = draw(report);
    return charts.length === 0 ? [] : [[join('figures', name), svgFigure(charts, note)]];
  });
  const tables = runTables(report).map(([name, text]) => [join('tables', name), text] as const);
  const page = ['report.html', reportPage(report, await packedPlotly())] as const;
  const written: string[] = [];
  for (const [name, text] of [page, ...figures, ...tables]) {
    const path = join(dir, name);
    await writeWhole(path, text);
    written.push(path);
  }
  return written;
};
