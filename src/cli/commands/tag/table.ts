/** polytag tag PATH… --out: one table on this machine. */
import { markCsv } from '../../../base/byte-order-mark.js';
import { Failure, UsageError } from '../../../base/errors.js';
import { startProgress } from '../../../base/progress.js';
import { findTracks } from '../../../catalogue/inputs/tracks.js';
import { readTable } from '../../../catalogue/tables/index.js';
import {
  CatalogueTagger,
  requireTable,
  type TaggingOptions,
} from '../../../catalogue/tag/catalogue-tagger.js';
import { readTaggrams } from '../../../catalogue/tag/taggram.js';
import { writeCatalogueReport } from '../../../report/pages/catalogue/write.js';
import { interruptible, printNote, printResult } from '../../terminal.js';

export interface TableRequest {
  paths: string[];
  out: string;
  overwrite: boolean;
  /** Whether a CSV begins with a byte order mark. */
  bom: boolean;
  outside: boolean;
  writeTags?: string;
  inPlace: boolean;
  report?: string;
  json: boolean;
}

const SHOWN_TAGGRAMS = 8;

/**
 * Tags what is named into one table and prints the counts.
 *
 * @param request - which tracks, and the table
 * @throws UsageError for what is asked for wrongly; Failure when tracks failed, after the table is written
 */
export async function makeOneTable(tagging: TaggingOptions, request: TableRequest): Promise<void> {
  const { out, overwrite, writeTags, inPlace, json } = request;
  if (writeTags && inPlace)
    throw new UsageError('--write-tags and --in-place exclude each other; give one of them.');
  const target = inPlace ? 'in-place' : writeTags ? { copies: writeTags } : null;
  const tracks = await findTracks(request.paths, {
    allowOutside: request.outside,
    encoding: tagging.encoding,
  });
  await requireTable(out, overwrite);
  const tagger = await CatalogueTagger.open(tagging);
  const { rows, failed, partial, written, tagged } = await interruptible(async (signal) => {
    tagger.requireTags('--report', request.report ?? null);
    return tagger.makeTable({
      tracks,
      out,
      overwrite,
      writeTags: target,
      signal,
      progress: (total) => startProgress('Tagging', total, 'tracks'),
    });
  }).finally(() => tagger.dispose());
  if (request.report !== undefined) {
    const taggrams =
      tagging.taggrams === null ? [] : await readTaggrams(tagging.taggrams, tracks, SHOWN_TAGGRAMS);
    await writeCatalogueReport({ ...(await readTable(out)), out: request.report, taggrams });
    printNote(`Report: ${request.report}`);
  }
  if (request.bom) await markCsv(out);
  const speed = tagged.seconds > 0 ? tagged.audio / tagged.seconds : 0;
  printResult(
    json
      ? JSON.stringify({ out, rows, failed, partial, written, ...tagged }, null, 2)
      : `${out}: ${rows} tracks, ${failed} failed, ${partial} damaged in part; ${(tagged.audio / 60).toFixed(1)} min of audio in ${tagged.seconds.toFixed(1)} s, ${speed.toFixed(0)} times real time`,
  );
  if (failed > 0)
    throw new Failure(
      `${failed} of ${rows} tracks could not be tagged; the column "error" of ${out} gives the reasons.`,
    );
}
