/** Writes what a study leaves: the page, the tables, the figures, the record and a comparison per panel. */
import { join } from 'node:path';
import { writeWhole } from '../../../base/files.js';
import { leadMetrics } from '../../../eval/difference/compared-metrics.js';
import { resultsRecord } from '../../../runs/study/results/gather.js';
import type { StudyResult } from '../../../runs/study/results/study-result.js';
import { comparisonFolder } from '../../../runs/study/results/summary.js';
import { studyTables } from '../../../runs/study/results/tables.js';
import { svgFigure } from '../../charts/svg.js';
import { packedPlotly } from '../../kit/plotly.js';
import { writeComparison } from '../compare/write.js';
import { contrastsChart } from './contrasts.js';
import { studyPage } from './page.js';

/**
 * Writes `study.html`, `results.json`, `tables/`, `figures/` and `compare/<panel>/`.
 *
 * @returns the content of `results.json`, and the path of the page
 */
export async function writeStudy(
  out: string,
  result: StudyResult,
): Promise<{ record: object; page: string }> {
  for (const { panel, comparison } of result.panels)
    await writeComparison(comparisonFolder(out, panel.name), comparison);
  for (const [name, text] of studyTables(result)) await writeWhole(join(out, 'tables', name), text);
  for (const [name, text] of studyFigures(result)) await writeWhole(join(out, 'figures', name), text);
  const record = resultsRecord(result);
  await writeWhole(join(out, 'results.json'), `${JSON.stringify(record, null, 2)}\n`);
  const page = join(out, 'study.html');
  await writeWhole(page, studyPage(result, await packedPlotly()));
  return { record, page };
}

/** A forest plot of each panel's differences in the two leading metrics; none where the study asks for none. */
function studyFigures(result: StudyResult): [string, string][] {
  return result.panels.flatMap((panel) =>
    leadMetrics(panel.comparison.task).flatMap((metric): [string, string][] => {
      const chart = contrastsChart(result, panel, metric);
      const note = panel.comparison.synthetic === null ? null : 'synthetic corpus';
      const name = `${panel.panel.name}-${metric.replace('_', '-')}.svg`;
      return chart.rows!.length === 0 ? [] : [[name, svgFigure([chart], note)]];
    }),
  );
}
