/** polytag tag PATH… without --out: the tags on the terminal. */
import { durationText } from '../../../base/format.js';
import { alignColumns } from '../../../base/text-tables.js';
import type { TagRow } from '../../../catalogue/row.js';
import { CatalogueTagger, type TaggingOptions } from '../../../catalogue/tag/catalogue-tagger.js';
import { interruptible, onOneLine, printResult } from '../../terminal.js';
import { type NamedTracks, nameTracks, requireTagged } from './named-tracks.js';

/** Tags of each track that are printed where neither their number nor a threshold is given. */
const PRINTED_TAGS = 5;

/** A printed tag. */
interface PrintedTag {
  tag: string;
  score: number;
}

/** Every number that a model predicts, by its target; null with an error. */
const numbersOf = ({ scores }: TagRow, targets: readonly string[]): Record<string, number> | null =>
  scores && Object.fromEntries(targets.map((target, i) => [target, Number(scores[i].toPrecision(5))]));

function tagsOf({ tops, scores }: TagRow, labels: readonly string[]): PrintedTag[] {
  return tops.map((tag) => ({ tag, score: Number(scores![labels.indexOf(tag)].toFixed(4)) }));
}

/** A track with its names and its tags or numbers, a line each. */
function blockOf(row: TagRow, labels: readonly string[], areNumbers: boolean): string {
  const { path, title, artist, duration, error, warning } = row;
  const names = [artist, title].filter((name) => name !== null).join(': ');
  const facts = [names, duration === null ? '' : durationText(duration)].filter((fact) => fact !== '');
  const head = onOneLine([path, ...facts].join(' · '));
  if (error !== null) return `${head}\n  ${onOneLine(error)}\n`;
  const lines = areNumbers
    ? Object.entries(numbersOf(row, labels)!).map(([target, value]) => [`  ${target}`, String(value)])
    : tagsOf(row, labels).map(({ tag, score }) => [`  ${tag}`, score.toFixed(3)]);
  const table = alignColumns(lines);
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
  const tagger = await CatalogueTagger.open({ ...tagging, usualTop: PRINTED_TAGS });
  const { predictsNumbers } = tagger;
  const { labels, model } = tagger.header;
  const counts = { rows: 0, failed: 0, warned: 0 };
  const results: object[] = [];
  await interruptible(async (signal) => {
    for await (const row of tagger.rows(tracks, signal)) {
      counts.rows++;
      if (row.error !== null) counts.failed++;
      if (row.warning !== null) counts.warned++;
      const { path, tops: _, scores: __, embedding: ___, ...properties } = row;
      const predicted = predictsNumbers ? { numbers: numbersOf(row, labels) } : { tags: tagsOf(row, labels) };
      if (request.json) results.push({ path, model, ...properties, ...predicted });
      else printResult(blockOf(row, labels, predictsNumbers));
    }
  }).finally(() => tagger.dispose());
  if (request.json) printResult(JSON.stringify(results, null, 2));
  requireTagged(counts, request.strict, 'the lines above');
}
