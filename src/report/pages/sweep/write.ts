/** Writes what a sweep leaves: the page, the table and the comparison. */
import { join } from 'node:path';
import { messageOf } from '../../../base/errors.js';
import { writeWhole } from '../../../base/files.js';
import { PAGE, requireOutFolder } from '../../../runs/compare/out-folder.js';
import type { SweepOutcome } from '../../../runs/sweep/run.js';
import { sweepCsv } from '../../../runs/sweep/tables.js';
import { addressFrom, reportLinks } from '../../kit/links.js';
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
 * @param command - the command that makes the pages again
 */
export async function writeSweep(
  out: string,
  outcome: SweepOutcome,
  log: (line: string) => void,
  command: string | null = null,
): Promise<WrittenSweep> {
  const [page, csv, folder] = ['sweep.html', 'sweep.csv', 'compare'].map((name) => join(out, name));
  const notes = [...outcome.notes];
  let comparison: string | null = null;
  if (outcome.comparison)
    try {
      await requireOutFolder(folder);
      const parent = {
        title: `the sweep ${outcome.plan.name}`,
        address: addressFrom(join(folder, PAGE), page),
      };
      comparison = (await writeComparison(folder, outcome.comparison, { parent, command })).page;
    } catch (error) {
      notes.push(`The comparison of the experiments could not be written: ${messageOf(error)}`);
      log(notes[notes.length - 1]);
    }
  await writeWhole(csv, sweepCsv(outcome.plan.keys, outcome.results));
  const folders = outcome.results.flatMap(({ runs }) => runs.map((run) => join(out, run.folder)));
  const links = await reportLinks(page, folders);
  const report = {
    ...{ ...outcome, notes, command },
    comparison: comparison && addressFrom(page, comparison),
    reportOf: (folder: string) => links.get(join(out, folder)) ?? null,
  };
  await writeWhole(page, sweepPage(report, await packedPlotly()));
  return { page, csv, comparison };
}
