/** polytag tag PATH… --out: one table on this machine. */
import { resolve } from 'node:path';
import { markCsv } from '../../../base/byte-order-mark.js';
import { UsageError } from '../../../base/errors.js';
import { countText } from '../../../base/format.js';
import { startProgress } from '../../../base/progress.js';
import type { TagRow } from '../../../catalogue/row.js';
import { readTable } from '../../../catalogue/tables/index.js';
import {
  CatalogueTagger,
  requireTable,
  type TaggingOptions,
} from '../../../catalogue/tag/catalogue-tagger.js';
import { readTaggram } from '../../../catalogue/tag/taggram.js';
import { interruptible, printNote, printResult, typedCommand } from '../../terminal.js';
import { type NamedTracks, nameTracks, requireTagged } from './named-tracks.js';

export interface TableRequest extends NamedTracks {
  out: string;
  overwrite: boolean;
  /** Folder that the paths in the table are relative to; as they are named where there is none. */
  relativeTo?: string;
  /** Whether an existing table is brought up to date. */
  update: boolean;
  /** Whether a CSV begins with a byte order mark. */
  bom: boolean;
  writeTags?: string;
  inPlace: boolean;
  report?: string;
  json: boolean;
}

/** Rows whose paths lead to the files from here. */
async function* openable(rows: AsyncIterable<TagRow>, folder = '.'): AsyncGenerator<TagRow> {
  for await (const row of rows) yield folder === '.' ? row : { ...row, path: resolve(folder, row.path) };
}

/**
 * Tags what is named into one table and prints the counts.
 *
 * @param request - which tracks, and the table
 * @throws UsageError for what is asked for wrongly; with `strict`, Failure when tracks failed or have a warning, after
 *   the table is written
 */
export async function makeOneTable(tagging: TaggingOptions, request: TableRequest): Promise<void> {
  const { out, overwrite, update, writeTags, inPlace, json } = request;
  if (overwrite && update)
    throw new UsageError('--overwrite and --update exclude each other; give one of them.');
  if (writeTags && inPlace)
    throw new UsageError('--write-tags and --in-place exclude each other; give one of them.');
  const target = inPlace ? 'in-place' : writeTags ? { copies: writeTags } : null;
  const tracks = await nameTracks(request, tagging.encoding);
  await requireTable(out, overwrite || update);
  const tagger = await CatalogueTagger.open(tagging, tracks.length);
  const { rows, failed, warned, written, tagged } = await interruptible(async (signal) => {
    tagger.requireTags('--report', request.report ?? null);
    return tagger.makeTable({
      tracks,
      out,
      overwrite,
      update,
      relativeTo: request.relativeTo,
      writeTags: target,
      signal,
      progress: (total) => startProgress('Tagging', total, 'tracks'),
    });
  }).finally(() => tagger.dispose());
  if (request.report !== undefined) {
    const { taggrams } = tagging;
    // Taggrams are named by the tracks' paths as they were given, which the rows may not have.
    const given = new Map(tracks.map((track) => [resolve(track), track]));
    const taggramOf = (path: string) => readTaggram(taggrams!, given.get(resolve(path)) ?? path);
    const { header, rows: read } = await readTable(out, { trusted: true });
    const found = openable(read, request.relativeTo);
    const { writeCatalogueReport } = await import('../../../report/pages/catalogue/write.js');
    await writeCatalogueReport({
      ...{ header, rows: found, out: request.report },
      ...(taggrams !== null && { taggramOf }),
      command: typedCommand(),
    });
    printNote(`Report: ${request.report}`);
  }
  if (request.bom) await markCsv(out);
  const { audio, seconds } = tagged;
  const work =
    audio === 0
      ? 'nothing new was tagged'
      : `${(audio / 60).toFixed(1)} min of audio in ${seconds.toFixed(1)} s, ${(audio / seconds).toFixed(0)} times real time`;
  printResult(
    json
      ? JSON.stringify({ out, rows, failed, warned, written, ...tagged }, null, 2)
      : `${out}: ${countText(rows, 'track')}, ${failed} failed, ${warned} with a warning; ${work}`,
  );
  requireTagged({ rows, failed, warned }, request.strict, `the columns "error" and "warning" of ${out}`);
}
