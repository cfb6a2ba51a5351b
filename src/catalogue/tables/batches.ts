/** Groups of rows, as columnar formats write them. */
import type { TableHeader, TagRow } from '../row.js';

/** Numbers that a group may hold, so that wide tables take no more memory than narrow ones. */
const GROUP_NUMBERS = 2_000_000;

/** Rows of a group, at least (each group costs some bytes a column that stay in memory to the end) and at most. */
const GROUP_ROWS = { least: 1024, most: 4096 };

/** Rows of a table that are written at once: 1,024 to 4,096, about two million numbers where that is in between. */
export function groupRows({ labels, embedding }: TableHeader): number {
  const fitting = Math.floor(GROUP_NUMBERS / (labels.length + (embedding ?? 0) + 1));
  return Math.min(GROUP_ROWS.most, Math.max(GROUP_ROWS.least, fitting));
}

/** Collects rows into groups of a size; the last one has the remaining rows. */
export async function* inGroups<Row>(rows: AsyncIterable<Row>, size: number): AsyncGenerator<Row[]> {
  let group: Row[] = [];
  for await (const row of rows) {
    group.push(row);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** One tag's scores over a group, one score or null per row. */
export function scoreColumn(group: readonly TagRow[], tag: number): (number | null)[] {
  return group.map(({ scores }) => (scores ? scores[tag] : null));
}
