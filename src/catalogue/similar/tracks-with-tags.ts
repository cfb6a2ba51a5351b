/** The tracks of a table that fit best what is asked of their tags. */
import TinyQueue from 'tinyqueue';
import { UsageError } from '../../base/errors.js';
import { readTable } from '../tables/index.js';
import { fitOf, parseWishes } from './tag-wishes.js';

/** A track and how well it fits. */
export interface FittingTrack {
  path: string;
  title: string | null;
  artist: string | null;
  /** From 0 to 1; of one wanted tag its score. */
  fit: number;
  tops: string[];
}

/**
 * Reads a table once and keeps the best tracks: the best fit first, of equals the first in the table.
 *
 * @param text - the tags, as `parseWishes` takes them
 * @throws UsageError when the table does not exist, has no such tag, or holds numbers and several are asked of
 */
export async function tracksWithTags(table: string, text: string, count: number): Promise<FittingTrack[]> {
  const { header, rows } = await readTable(table, { embeddings: false });
  const { labels } = header;
  const places = parseWishes(text, labels).map(({ label, isWanted }) => ({
    place: labels.indexOf(label),
    isWanted,
  }));
  type Ranked = FittingTrack & { row: number };
  const worstFirst = (a: Ranked, b: Ranked): number => a.fit - b.fit || b.row - a.row;
  const best = new TinyQueue<Ranked>([], worstFirst);
  let row = 0;
  for await (const { path, title, artist, scores, tops } of rows) {
    row++;
    if (scores === null) continue;
    if (places.length > 1 && !places.every(({ place }) => scores[place] >= 0 && scores[place] <= 1))
      throw new UsageError(`${table} holds numbers, not tags; ask for one of them.`);
    best.push({ path, title, artist, fit: fitOf(scores, places), tops, row });
    if (best.length > count) best.pop();
  }
  return best.data.sort((a, b) => worstFirst(b, a)).map(({ row: _, ...track }) => track);
}
