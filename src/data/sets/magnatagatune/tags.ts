/** Choosing tags: the most frequent ones, after optional merging of synonyms. */
import { parse } from 'yaml';
import { z } from 'zod';
import { messageOf, UsageError } from '../../../base/errors.js';
import { readText } from '../../../text/files/read-text.js';
import type { MtatTables } from './table.js';

/**
 * The published order of MagnaTagATune's 50 most frequent tags (as with jordipons/musicnn-training): by
 * frequency, with one tie, "metal" and "female voice" at 505, in an order that no stable sort of the table gives.
 */
const PUBLISHED_TIE = ['metal', 'female voice'];

/** A tag and the number of clips that carry it. */
export interface TagCount {
  tag: string;
  count: number;
}

/**
 * Reads a YAML map from each kept tag to a list of tags merged into it. Throws a UsageError when it cannot be read or
 * has another form.
 */
export async function readSynonyms(path: string): Promise<Record<string, string[]>> {
  try {
    return z.record(z.string(), z.array(z.string())).parse(parse(await readText(path)));
  } catch (error) {
    throw new UsageError(
      `data.synonyms: ${path} must be a YAML map from a tag to a list of tags (${messageOf(error).split('\n')[0]}).`,
    );
  }
}

/**
 * Renames tags by a map of synonyms; a clip carries the merged tag when it carries any of them. Tags are in order of
 * first appearance.
 */
export function mergeSynonyms(tables: MtatTables, synonyms: Record<string, string[]>): MtatTables {
  const keptFor = new Map(
    Object.entries(synonyms).flatMap(([kept, merged]) => merged.map((tag) => [tag, kept] as const)),
  );
  const renamed = tables.tags.map((tag) => keptFor.get(tag) ?? tag);
  const tags = [...new Set(renamed)];
  const position = new Map(tags.map((tag, i) => [tag, i]));
  const newIndex = renamed.map((tag) => position.get(tag)!);
  const clips = tables.clips.map((clip) => ({
    ...clip,
    tags: [...new Set(clip.tags.map((i) => newIndex[i]))].sort((a, b) => a - b),
  }));
  return { ...tables, tags, clips };
}

/**
 * The most frequent tags with their counts, ties in column order but for the published one; without tags that no clip
 * carries.
 */
export function topTags({ tags, clips }: MtatTables, count: number): TagCount[] {
  const counts = new Array<number>(tags.length).fill(0);
  for (const clip of clips) for (const tag of clip.tags) counts[tag]++;
  const rank = (tag: string): number => PUBLISHED_TIE.indexOf(tag);
  return tags
    .map((tag, i) => ({ tag, count: counts[i] }))
    .filter((entry) => entry.count > 0)
    .sort(
      (a, b) => b.count - a.count || (rank(a.tag) >= 0 && rank(b.tag) >= 0 ? rank(a.tag) - rank(b.tag) : 0),
    )
    .slice(0, count);
}
