/** Writes what a run leaves for people: the page, the figures and the tables. */
import { join } from 'node:path';
import { writeWhole } from '../../../base/files.js';
import type { RunReport } from '../../../eval/run-report.js';
import { runTables } from '../../../eval/tables/index.js';
import { runFigures } from '../../figures/index.js';
import { packedPlotly } from '../../kit/plotly.js';
import { reportPage } from './page.js';

/**
 * Writes `report.html`, `figures/*.svg` and `tables/*.csv`, `tables/*.tex` into a run's folder.
 *
 * @param dir - the run's folder; it is made when missing, files of the same names are replaced
 * @param report - the run
 * @returns the paths that were written, the page first
 * @throws Failure when plotly.js-dist is missing or the folder cannot be written
 */
export async function writeReport(dir: string, report: RunReport): Promise<string[]> {
  const written: string[] = [];
  const write = async (name: string, text: string): Promise<void> => {
    const path = join(dir, name);
    await writeWhole(path, text);
    written.push(path);
  };
  await write('report.html', reportPage(report, await packedPlotly()));
  for (const [name, text] of runFigures(report)) await write(join('figures', name), text);
  for (const [name, text] of runTables(report)) await write(join('tables', name), text);
  return written;
}
