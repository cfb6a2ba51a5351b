/** Rows in groups: what columnar formats write at once. */
import type { TableHeader, TagRow } from '../row.js';

/** Numbers that a group may hold, so that wide tables take no more memory than narrow ones. */
const GROUP_NUMBERS = 2_000_000;

/** Rows of a group, at least (each group costs some bytes a column that stay in memory to the end) and at most. */
const GROUP_ROWS = { least: 1024, most: 4096 };

/**
 * How many rows of a table are written at once.
 *
 * @returns 1,024 to 4,096 rows, about two million numbers where that is between them
 */
export function groupRows({ labels, embedding }: TableHeader): number {
  const fitting = Math.floor(GROUP_NUMBERS / (labels.length + (embedding ?? 0) + 1));
  return Math.min(GROUP_ROWS.most, Math.max(GROUP_ROWS.least, fitting));
}

/**
 * Collects rows.
 *
 * @returns full groups, and a last one with what is left; none for no rows
 */
export async function* inGroups(rows: AsyncIterable<TagRow>, size: number): AsyncGenerator<TagRow[]> {
  let group: TagRow[] = [];
  for await (const row of rows) {
    group.push(row);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/**
 * One tag's scores over a group.
 *
 * @returns a score or null a row
 */
export function scoreColumn(group: readonly TagRow[], tag: number): (number | null)[] {
  return group.map(({ scores }) => (scores ? scores[tag] : null));
}
