/** Words that have a vector, and what is meant by one that has none. */
import { distance } from 'fastest-levenshtein';
import { UsageError } from '../../base/errors.js';

/** Words that are named in place of an unknown one. */
const SUGGESTIONS = 3;

/**
 * The row of a word, of its lower-case form, or of the first word that differs by capitals alone; throws UsageError
 * naming the words spelled most alike.
 */
export function requireWord(word: string, rows: ReadonlyMap<string, number>, path: string): number {
  const plain = word.normalize('NFKC').toLowerCase();
  const row = rows.get(word) ?? rows.get(plain);
  if (row !== undefined) return row;
  for (const [other, place] of rows) if (other.normalize('NFKC').toLowerCase() === plain) return place;
  const near = nearestSpelled(word, rows.keys()).map((other) => `"${other}"`);
  throw new UsageError(
    `"${word}" has no vector in ${path}; the words spelled most alike are ${near.join(', ')}.`,
  );
}

/** The few words of least edit distance; of equals those that come first, which are the more frequent ones. */
function nearestSpelled(word: string, words: Iterable<string>): string[] {
  const best: { other: string; edits: number }[] = [];
  for (const other of words) {
    const worst = best.at(-1)?.edits ?? Number.POSITIVE_INFINITY;
    // As many edits as the lengths differ are needed at least.
    if (best.length === SUGGESTIONS && Math.abs(other.length - word.length) >= worst) continue;
    const edits = distance(word, other);
    if (best.length === SUGGESTIONS && edits >= worst) continue;
    best.push({ other, edits });
    best.sort((a, b) => a.edits - b.edits);
    best.length = Math.min(best.length, SUGGESTIONS);
  }
  return best.map(({ other }) => other);
}
