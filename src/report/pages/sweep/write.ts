/** Writes what a sweep leaves: the page, the table and the comparison. */
import { join, relative } from 'node:path';
import { messageOf } from '../../../base/errors.js';
import { writeWhole } from '../../../base/files.js';
import { requireOutFolder } from '../../../runs/compare/out-folder.js';
import type { SweepOutcome } from '../../../runs/sweep/run.js';
import { sweepCsv } from '../../../runs/sweep/tables.js';
import { packedPlotly } from '../../kit/plotly.js';
import { writeComparison } from '../compare/write.js';
import { sweepPage } from './page.js';

/** Paths of what was written. */
export interface WrittenSweep {
  page: string;
  csv: string;
  /** Null where nothing could be compared. */
  comparison: string | null;
}

/**
 * Writes `sweep.csv`, `sweep.html` and the comparison of the finished experiments into the sweep's folder. The sweep's
 * own results are not lost with a comparison that cannot be written.
 *
 * @param log - receives a sentence where the comparison could not be written
 */
export async function writeSweep(
  out: string,
  outcome: SweepOutcome,
  log: (line: string) => void,
): Promise<WrittenSweep> {
  const [page, csv, folder] = ['sweep.html', 'sweep.csv', 'compare'].map((name) => join(out, name));
  const notes = [...outcome.notes];
  let comparison: string | null = null;
  if (outcome.comparison)
    try {
      await requireOutFolder(folder);
      comparison = (await writeComparison(folder, outcome.comparison)).page;
    } catch (error) {
      notes.push(`The comparison of the experiments could not be written: ${messageOf(error)}`);
      log(notes[notes.length - 1]);
    }
  await writeWhole(csv, sweepCsv(outcome.plan.keys, outcome.results));
  const report = { ...outcome, notes, comparison: comparison && relative(out, comparison) };
  await writeWhole(page, sweepPage(report, await packedPlotly()));
  return { page, csv, comparison };
}
