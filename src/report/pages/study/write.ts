/** Writes what a study leaves: the page, the tables, the figures, the record and a comparison per panel. */
import { join } from 'node:path';
import { writeWhole } from '../../../base/files.js';
import { leadMetrics } from '../../../eval/difference/compared-metrics.js';
import { PAGE } from '../../../runs/compare/out-folder.js';
import { resultsRecord } from '../../../runs/study/results/gather.js';
import type { StudyResult } from '../../../runs/study/results/study-result.js';
import { comparisonFolder } from '../../../runs/study/results/summary.js';
import { studyTables } from '../../../runs/study/results/tables.js';
import { svgFigure } from '../../charts/svg.js';
import { addressFrom, reportLinks } from '../../kit/links.js';
import { packedPlotly } from '../../kit/plotly.js';
import { writeComparison } from '../compare/write.js';
import { contrastsChart } from './contrasts.js';
import { studyPage } from './page.js';

/**
 * Writes `study.html`, `results.json`, `tables/`, `figures/` and `compare/<panel>/`.
 *
 * @param command - the command that makes the pages again
 * @returns the content of `results.json`, and the path of the page
 */
export async function writeStudy(
  out: string,
  result: StudyResult,
  command: string | null = null,
): Promise<{ record: object; page: string }> {
  const page = join(out, 'study.html');
  for (const { panel, comparison } of result.panels) {
    const folder = comparisonFolder(out, panel.name);
    const parent = { title: result.study.title, address: addressFrom(join(folder, PAGE), page) };
    await writeComparison(folder, comparison, { parent, command });
  }
  for (const [name, text] of studyTables(result)) await writeWhole(join(out, 'tables', name), text);
  for (const [name, text] of studyFigures(result)) await writeWhole(join(out, 'figures', name), text);
  const record = resultsRecord(result);
  await writeWhole(join(out, 'results.json'), `${JSON.stringify(record, null, 2)}\n`);
  const folders = result.panels.flatMap(({ comparison }) =>
    comparison.groups.flatMap(({ runs }) => runs.map(({ folder }) => folder)),
  );
  const links = await reportLinks(page, folders);
  await writeWhole(page, studyPage(result, await packedPlotly(), { links, command }));
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
