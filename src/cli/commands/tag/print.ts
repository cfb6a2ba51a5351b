/** polytag tag PATH… without --out: the tags on the terminal. */
import { durationText } from '../../../base/format.js';
import { alignColumns } from '../../../base/text-tables.js';
import type { TableHeader, TagRow } from '../../../catalogue/row.js';
import { CatalogueTagger, type TaggingOptions } from '../../../catalogue/tag/catalogue-tagger.js';
import { rankedTags, type ScoredTag } from '../../../catalogue/tag/top-tags.js';
import { interruptible, onOneLine, printResult } from '../../terminal.js';
import { type NamedTracks, nameTracks, requireTagged } from './named-tracks.js';

/** Tags of each track that are printed where neither their number nor a threshold is given. */
const PRINTED_TAGS = 5;

/** The tags of a row, best first; `count`: as many of the best, null for the row's top tags. A model of numbers has all. */
function tagsOf(
  { tops, scores }: TagRow,
  { labels, record }: TableHeader,
  count: number | null,
): ScoredTag[] {
  if (scores === null) return [];
  const ranked = rankedTags(labels, scores);
  if (record.task === 'regression') return ranked.sort((a, b) => a.place - b.place);
  return count === null ? ranked.filter(({ tag }) => tops.includes(tag)) : ranked.slice(0, count);
}

/** A track with its names and its tags, a line each. */
function blockOf(row: TagRow, tags: readonly ScoredTag[]): string {
  const { path, title, artist, duration, error, warning } = row;
  const names = [artist, title].filter((name) => name !== null).join(': ');
  const facts = [names, duration === null ? '' : durationText(duration)].filter((fact) => fact !== '');
  const head = onOneLine([path, ...facts].join(' · '));
  if (error !== null) return `${head}\n  ${onOneLine(error)}\n`;
  const table = alignColumns(tags.map(({ tag, score }) => [`  ${tag}`, score.toFixed(3)]));
  return `${head}${warning === null ? '' : `\n  ${warning}`}\n${table.trimEnd()}\n`;
}

/**
 * Tags what is named and prints each track as it is finished, or all as a JSON array. Throws UsageError for what is
 * asked for wrongly; with `strict`, Failure when tracks failed or have a warning.
 */
export async function printTags(
  tagging: TaggingOptions,
  request: NamedTracks & { json: boolean },
): Promise<void> {
  const tracks = await nameTracks(request, tagging.encoding);
  const count = tagging.top == null && tagging.threshold === null ? PRINTED_TAGS : null;
  const tagger = await CatalogueTagger.open(tagging, tracks.length);
  const { header } = tagger;
  const counts = { rows: 0, failed: 0, warned: 0 };
  const results: object[] = [];
  await interruptible(async (signal) => {
    for await (const row of tagger.rows(tracks, signal)) {
      counts.rows++;
      if (row.error !== null) counts.failed++;
      if (row.warning !== null) counts.warned++;
      const { path, tops: _, scores: __, embedding: ___, ...properties } = row;
      const tags = tagsOf(row, header, count);
      if (request.json) {
        const rounded = tags.map(({ tag, score }) => ({ tag, score: Number(score.toFixed(4)) }));
        results.push({ path, model: header.model, ...properties, tags: rounded });
      } else printResult(blockOf(row, tags));
    }
  }).finally(() => tagger.dispose());
  if (request.json) printResult(JSON.stringify(results, null, 2));
  requireTagged(counts, request.strict, 'the lines above');
}
