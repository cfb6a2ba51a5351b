/** The tracks of a table with the highest scores of a tag. */
import TinyQueue from 'tinyqueue';
import { UsageError } from '../../base/errors.js';
import { nearestName } from '../../config/nearest.js';
import { readTable } from '../tables/index.js';

/** A track and its score. */
export interface ScoredTrack {
  path: string;
  score: number;
  tops: string[];
}

/** The label of a table that is meant, in any case. Throws a UsageError that names the nearest one. */
export function labelNamed(labels: readonly string[], written: string): string {
  const found = labels.find((label) => label.toLowerCase() === written.toLowerCase());
  if (found !== undefined) return found;
  if (labels.length === 0) throw new UsageError('The table has no tags.');
  throw new UsageError(
    `The table has no tag "${written}"; the nearest is "${nearestName(written, labels)}".`,
  );
}

/**
 * Reads a table once and keeps the best tracks: highest score first, of equals the first in the table.
 *
 * @param tag - in any case
 * @throws UsageError when the table does not exist or has no such tag
 */
export async function tracksWithTag(table: string, tag: string, count: number): Promise<ScoredTrack[]> {
  const { header, rows } = await readTable(table, { embeddings: false });
  const place = header.labels.indexOf(labelNamed(header.labels, tag));
  const worstFirst = (a: ScoredTrack & { row: number }, b: ScoredTrack & { row: number }): number =>
    a.score - b.score || b.row - a.row;
  const best = new TinyQueue<ScoredTrack & { row: number }>([], worstFirst);
  let row = 0;
  for await (const { path, scores, tops } of rows) {
    row++;
    if (scores === null) continue;
    best.push({ path, score: scores[place], tops, row });
    if (best.length > count) best.pop();
  }
  return best.data.sort((a, b) => worstFirst(b, a)).map(({ path, score, tops }) => ({ path, score, tops }));
}
