/** Writes what people read of a run: the page, the figures and the tables. */
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { writeWhole } from '../../../base/files.js';
import { shellWords } from '../../../base/format.js';
import type {
  AnyReport,
  PitchReport,
  RegressionReport,
  ReportBase,
  ReportWriter,
  RunReport,
} from '../../../eval/run-report.js';
import { runTables } from '../../../eval/tables/index.js';
import { pitchTables } from '../../../eval/tables/pitch.js';
import { regressionTables } from '../../../eval/tables/regression.js';
import { RUN_FILES } from '../../../runs/layout.js';
import type { Chart } from '../../charts/chart.js';
import { svgFigure } from '../../charts/svg.js';
import { packedPlotly } from '../../kit/plotly.js';
import { rankFigure } from './curves.js';
import { distributionCharts } from './distribution.js';
import { labelsFigure } from './labels.js';
import { reportPage } from './page.js';
import { curveCharts } from './pitch/curves.js';
import { residualCharts, scatterCharts } from './regression/scatter.js';
import { trainingCharts } from './training.js';

/** A figure's file name and its charts; without charts it is not written. */
type Figures<Report extends ReportBase> = Record<string, (report: Report) => Chart[]>;

const FIGURES: Figures<RunReport> = {
  'roc.svg': (report) => rankFigure(report, 'roc'),
  'precision-recall.svg': (report) => rankFigure(report, 'precisionRecall'),
  'labels.svg': labelsFigure,
  'training.svg': trainingCharts,
  'classes.svg': distributionCharts,
};

const NUMBER_FIGURES: Figures<RegressionReport> = {
  'predictions.svg': scatterCharts,
  'residuals.svg': residualCharts,
  'training.svg': trainingCharts,
};

const PITCH_FIGURES: Figures<PitchReport> = {
  'pitch.svg': curveCharts,
  'training.svg': trainingCharts,
};

const draw = <Report extends ReportBase>(figures: Figures<Report>, report: Report): [string, Chart[]][] =>
  Object.entries(figures).map(([name, chartsOf]) => [name, chartsOf(report)]);

/** The figures and tables of the report's task. */
function drawnOf(report: AnyReport): { drawn: [string, Chart[]][]; tables: [string, string][] } {
  const { task } = report.metrics;
  if (task === 'pitch') {
    const own = report as PitchReport;
    return { drawn: draw(PITCH_FIGURES, own), tables: pitchTables(own) };
  }
  if (task === 'regression') {
    const own = report as RegressionReport;
    return { drawn: draw(NUMBER_FIGURES, own), tables: regressionTables(own) };
  }
  const own = report as RunReport;
  return { drawn: draw(FIGURES, own), tables: runTables(own) };
}

/**
 * Writes `report.html`, `figures/*.svg` and `tables/*.csv`, `tables/*.tex` into a run's folder, which is made when
 * missing; files of the same names are replaced.
 *
 * @returns the paths that were written, the page first
 * @throws Failure when plotly.js-dist is missing or the folder cannot be written
 */
export const writeReport: ReportWriter = async (dir, report) => {
  const note = report.synthetic === null ? null : 'synthetic corpus';
  const { drawn, tables: made } = drawnOf(report);
  const figures = drawn.flatMap(([name, charts]): [string, string][] =>
    charts.length === 0 ? [] : [[join('figures', name), svgFigure(charts, note)]],
  );
  const tables = made.map(([name, text]) => [join('tables', name), text] as const);
  const present = await readdir(dir).catch((): string[] => []);
  const files = [...figures, ...tables].map(([name]) => name.split(sep).join('/'));
  const place = {
    // The metrics are written last, after this page.
    files: [...new Set([...present, RUN_FILES.metrics, ...files])],
    command: shellWords(['polytag', 'run', join(dir, RUN_FILES.config), '--out', `${dir}-again`]),
  };
  const page = [RUN_FILES.report, reportPage(report, await packedPlotly(), place)] as const;
  const written: string[] = [];
  for (const [name, text] of [page, ...figures, ...tables]) {
    const path = join(dir, name);
    await writeWhole(path, text);
    written.push(path);
  }
  return written;
};
