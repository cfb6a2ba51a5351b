/** Writes what a comparison leaves: the page, the record, the tables and the figures. */
import { join } from 'node:path';
import { writeWhole } from '../../../base/files.js';
import { readClipAudio } from '../../../runs/compare/clip-audio.js';
import type { Comparison } from '../../../runs/compare/comparison.js';
import { PAGE, RECORD, removeEarlier } from '../../../runs/compare/out-folder.js';
import { comparisonRecord } from '../../../runs/compare/record.js';
import { comparisonTables } from '../../../runs/compare/tables.js';
import { packedPlotly } from '../../kit/plotly.js';
import { comparisonFigures } from './figures.js';
import { comparePage } from './page.js';

/** What was written. */
export interface WrittenComparison {
  page: string;
  record: Record<string, unknown>;
}

/**
 * Writes `compare.html`, `comparison.json`, `tables/` and `figures/`.
 *
 * @param out - a folder that `requireOutFolder` accepted; an earlier comparison in it is replaced
 * @param comparison - what is said
 * @returns the path of the page, and the content of `comparison.json`
 * @throws Failure when plotly.js-dist is missing or the folder cannot be written
 */
export async function writeComparison(out: string, comparison: Comparison): Promise<WrittenComparison> {
  const audio = await readClipAudio(comparison.clips);
  const page = comparePage({ ...comparison, audio }, await packedPlotly());
  const parts = [
    ...comparisonTables(comparison).map(([name, text]) => [`tables/${name}`, text] as const),
    ...comparisonFigures(comparison).map(([name, text]) => [`figures/${name}`, text] as const),
  ];
  await removeEarlier(out);
  // First, so that an interrupted comparison can be told from a folder of something else.
  const record = comparisonRecord(comparison, [PAGE, ...parts.map(([name]) => name)]);
  await writeWhole(join(out, RECORD), `${JSON.stringify(record, null, 2)}\n`);
  for (const [name, text] of parts) await writeWhole(join(out, name), text);
  await writeWhole(join(out, PAGE), page);
  return { page: join(out, PAGE), record };
}
