/** Writes a comparison: the page, the record, the tables and the figures. */
import { join } from 'node:path';
import { writeWhole } from '../../../base/files.js';
import { readClipAudio } from '../../../runs/compare/clip-audio.js';
import type { Comparison } from '../../../runs/compare/comparison.js';
import { PAGE, RECORD, removeEarlier } from '../../../runs/compare/out-folder.js';
import { comparisonRecord } from '../../../runs/compare/record.js';
import { comparisonTables } from '../../../runs/compare/tables.js';
import type { Chart } from '../../charts/chart.js';
import { svgFigure } from '../../charts/svg.js';
import { reportLinks } from '../../kit/links.js';
import { packedPlotly } from '../../kit/plotly.js';
import { differenceFigures } from './differences.js';
import { type ComparisonPlace, comparePage } from './page.js';
import { ranksChart } from './ranks.js';

/** What was written. */
export interface WrittenComparison {
  page: string;
  /** The content of `comparison.json`. */
  record: Record<string, unknown>;
}

/** File names and charts of a comparison's figures. */
function figuresOf(comparison: Comparison): [string, Chart][] {
  const { ranks, groups } = comparison;
  const labels = groups.map(({ label }) => label);
  return [
    ...differenceFigures(comparison),
    ...(ranks ? [['ranks.svg', ranksChart(ranks, labels)] satisfies [string, Chart]] : []),
  ];
}

/**
 * Writes `compare.html`, `comparison.json`, `tables/` and `figures/`.
 *
 * @param out - a folder that `requireOutFolder` accepted; an earlier comparison in it is replaced
 * @param place - the page that it is part of, and the command that makes it again
 * @throws Failure when plotly.js-dist is missing or the folder cannot be written
 */
export async function writeComparison(
  out: string,
  comparison: Comparison,
  place: Omit<ComparisonPlace, 'links'> = {},
): Promise<WrittenComparison> {
  const audio = await readClipAudio(comparison.clips);
  const folders = comparison.groups.flatMap(({ runs }) => runs.map(({ folder }) => folder));
  const links = await reportLinks(join(out, PAGE), folders);
  const page = comparePage(comparison, audio, await packedPlotly(), { ...place, links });
  const note = comparison.synthetic === null ? null : 'synthetic corpus';
  const parts = [
    ...comparisonTables(comparison).map(([name, text]) => [`tables/${name}`, text] as const),
    ...figuresOf(comparison).map(([name, chart]) => [`figures/${name}`, svgFigure([chart], note)] as const),
  ];
  await removeEarlier(out);
  // First, so that an interrupted comparison can be told from a folder of something else.
  const record = comparisonRecord(comparison, [PAGE, ...parts.map(([name]) => name)]);
  await writeWhole(join(out, RECORD), `${JSON.stringify(record, null, 2)}\n`);
  for (const [name, text] of parts) await writeWhole(join(out, name), text);
  await writeWhole(join(out, PAGE), page);
  return { page: join(out, PAGE), record };
}
