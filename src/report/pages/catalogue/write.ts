/** Writes the page of a catalogue. */
import { writeWhole } from '../../../base/files.js';
import { countText } from '../../../base/format.js';
import type { TableHeader, TagRow } from '../../../catalogue/row.js';
import type { Taggram } from '../../../catalogue/tag/taggram.js';
import { addressFrom } from '../../kit/links.js';
import { packedPlotly } from '../../kit/plotly.js';
import { mapTracks } from '../../maps/umap.js';
import { acrossMap } from './choose-across.js';
import { excerptOf } from './excerpts.js';
import { cataloguePage } from './page.js';
import { type CatalogueSummary, summarise } from './summary.js';
import { type CatalogueMap, type CatalogueView, type TaggramView, trackName } from './view.js';

/** Most tracks on a map: UMAP of so many takes some seconds, and a browser draws them at once. */
export const MAP_TRACKS = 2000;

/** Tracks whose tags are shown over time. */
const SHOWN_TAGGRAMS = 8;

/** Up to this many tracks, the page carries excerpts. */
const EXCERPTS = 12;

/** What a page is made of. */
export interface CatalogueReportOptions {
  /** What the table says of itself. */
  header: TableHeader;
  /** The table's rows, read once. */
  rows: AsyncIterable<TagRow>;
  /** The page; a file of the same name is replaced. */
  out: string;
  /** Path of a track's audio, or null where it has none. Default: the row's path, relative to the working folder. */
  audioOf?: (path: string) => string | null;
  /** Tags over time of a track; null where there are none. Default: of no track. */
  taggramOf?: (path: string) => Promise<Taggram | null>;
  /** Default: the number of tracks. */
  title?: string;
  /** The command that makes the page again. */
  command?: string | null;
  /** Of the sample and the map. Default: 1. */
  seed?: number;
}

/**
 * Writes a page about a catalogue: counts, failures, a table of tracks, tags, distributions, a map to
 * listen to, taggrams. Of catalogues of
 * at most 12 tracks the page holds excerpts; otherwise it plays the files where they are, as long as page and files keep
 * their places to each other.
 *
 * @returns the numbers of the page
 * @throws Failure when plotly.js-dist is missing or the page cannot be written; whatever `rows` throws
 */
export async function writeCatalogueReport(options: CatalogueReportOptions): Promise<CatalogueSummary> {
  const { header, rows, out, audioOf = (path) => path, seed = 1 } = options;
  const summary = await summarise(header, rows, MAP_TRACKS, seed);
  const address = (path: string): string | null => {
    const file = audioOf(path);
    return file === null ? null : addressFrom(out, file);
  };
  const map = mapOf(summary, seed, address);
  if (map && summary.tracks <= EXCERPTS) await embedExcerpts(map, audioOf);
  const view: CatalogueView = {
    title: options.title ?? `Catalogue of ${countText(summary.tracks, 'track')}`,
    summary,
    map,
    command: options.command,
    taggrams: await exampleTaggrams(summary, map, options, address),
    tracks: summary.listed.map(({ error, warning, scores, ...row }) => ({
      ...row,
      scores: scores && bytesOfScores(scores),
      note: error ?? warning,
      audio: address(row.path),
    })),
  };
  await writeWhole(out, cataloguePage(view, await packedPlotly()));
  return summary;
}

/** Scores from 0 to 1 in 255 steps. */
const bytesOfScores = (scores: Float32Array): Uint8Array =>
  Uint8Array.from(scores, (score) => Math.round(255 * Math.min(1, Math.max(0, score))));

/** Tags over time of tracks from all over the map; of the first ones of the table where there is no map. */
async function exampleTaggrams(
  { sample }: CatalogueSummary,
  map: CatalogueMap | null,
  { taggramOf }: CatalogueReportOptions,
  address: (path: string) => string | null,
): Promise<TaggramView[]> {
  if (!taggramOf) return [];
  const nameOf = new Map(sample.map((row) => [row.path, trackName(row)]));
  const paths = map
    ? Array.from(acrossMap(map.tracks), (track) => map.tracks[track].path)
    : sample.map(({ path }) => path);
  const found: TaggramView[] = [];
  for (const path of paths) {
    if (found.length === SHOWN_TAGGRAMS) break;
    const taggram = await taggramOf(path);
    if (taggram) found.push({ taggram, name: nameOf.get(path)!, audio: address(path) });
  }
  return found;
}

function mapOf(
  { header, sample }: CatalogueSummary,
  seed: number,
  address: (path: string) => string | null,
): CatalogueMap | null {
  const { labels, embedding } = header;
  const by = embedding === null ? 'scores' : 'embeddings';
  const vectorOf = (row: TagRow): Float32Array | null => (embedding === null ? row.scores : row.embedding);
  const rows = sample.filter((row) => vectorOf(row)?.every(Number.isFinite));
  const length = embedding ?? labels.length;
  if (rows.length < 2 || length === 0) return null;
  const vectors = new Float32Array(rows.length * length);
  const scores = new Uint8Array(rows.length * labels.length);
  rows.forEach((row, track) => {
    vectors.set(vectorOf(row)!, track * length);
    if (row.scores) scores.set(bytesOfScores(row.scores), track * labels.length);
  });
  const { method, places } = mapTracks(vectors, rows.length, length, seed);
  const tracks = rows.map(({ path, title, artist, tops, scores: own }, track) => ({
    path,
    name: trackName({ path, title, artist }),
    tops,
    tag: tops[0] ?? (own && own.length > 0 ? labels[own.indexOf(Math.max(...own))] : null),
    x: places[2 * track],
    y: places[2 * track + 1],
    audio: address(path),
  }));
  return { method, by, tracks, scores, excerpts: false };
}

async function embedExcerpts(map: CatalogueMap, audioOf: (path: string) => string | null): Promise<void> {
  for (const track of map.tracks) {
    const file = audioOf(track.path);
    const excerpt = file === null ? null : await excerptOf(file);
    if (excerpt === null) continue;
    track.audio = excerpt;
    map.excerpts = true;
  }
}
