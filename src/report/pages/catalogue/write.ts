/** Writes the page of a catalogue. */
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeWhole } from '../../../base/files.js';
import { countText } from '../../../base/format.js';
import type { TableHeader, TagRow } from '../../../catalogue/row.js';
import type { Taggram } from '../../../catalogue/tag/taggram.js';
import { html } from '../../kit/html.js';
import { packedPlotly } from '../../kit/plotly.js';
import { sectionsPage } from '../../kit/shell.js';
import { excerptOf } from './excerpts.js';
import { mapTracks } from './map-tracks.js';
import { sections } from './sections/index.js';
import { CATALOGUE_STYLE } from './style.js';
import { type CatalogueSummary, summarise } from './summary.js';
import type { CatalogueMap, CatalogueView } from './view.js';

/** Tracks that a map shows: UMAP of so many takes some seconds, and a browser draws them at once. */
export const MAP_TRACKS = 2000;

/** Catalogues of at most so many tracks carry their sound with them. */
const EXCERPTS = 12;

/** What a page is made of. */
export interface CatalogueReportOptions {
  /** What the table says of itself. */
  header: TableHeader;
  /** The table's rows, read once. */
  rows: AsyncIterable<TagRow>;
  /** The page; a file of the same name is replaced. */
  out: string;
  /** Where a track's audio lies, or null; a row's path, seen from the working folder, unless told otherwise. */
  audioOf?: (path: string) => string | null;
  /** Tags over time of chosen tracks. */
  taggrams?: readonly Taggram[];
  /** What the page is called. */
  title?: string;
  /** Of the sample and the map; 1 unless told otherwise. */
  seed?: number;
}

/**
 * Writes a page about a catalogue: counts, failures, tags, distributions, a map to listen to, taggrams. The page is one
 * file that works offline; it holds no audio but excerpts of a catalogue of at most 12 tracks, and plays the tracks
 * where they lie, as long as page and files keep their places to each other.
 *
 * @param options - table and page
 * @returns the numbers of the page
 * @throws Failure when plotly.js-dist is missing or the page cannot be written; whatever `rows` throws
 */
export async function writeCatalogueReport(options: CatalogueReportOptions): Promise<CatalogueSummary> {
  const { header, rows, out, audioOf = (path) => path, taggrams = [], seed = 1 } = options;
  const summary = await summarise(header, rows, MAP_TRACKS, seed);
  const address = (path: string): string | null => {
    const file = audioOf(path);
    return file === null ? null : audioAddress(file, out);
  };
  const map = mapOf(summary, seed, address);
  if (map && summary.tracks <= EXCERPTS) await embedExcerpts(map, audioOf);
  const view: CatalogueView = {
    title: options.title ?? `Catalogue of ${countText(summary.tracks, 'track')}`,
    summary,
    map,
    taggrams: taggrams.map((taggram) => ({ taggram, audio: address(taggram.path) })),
  };
  await writeWhole(
    out,
    sectionsPage({
      title: view.title,
      heading: html`<h1>${view.title}</h1>
<p class="lead">Tagged by the model ${header.model} with ${countText(header.labels.length, 'tag')}.</p>`,
      sections: sections.flatMap((section) => section(view) ?? []),
      style: CATALOGUE_STYLE,
      plotly: await packedPlotly(),
    }),
  );
  return summary;
}

/**
 * Where a page finds a file.
 *
 * @param file - the audio file, absolute or seen from the working folder
 * @param page - the page that plays it
 * @returns an address relative to the page, or an absolute one for a file on another drive
 */
export function audioAddress(file: string, page: string): string {
  const path = relative(dirname(resolve(page)), resolve(file));
  if (isAbsolute(path)) return pathToFileURL(file).href;
  return path.split(sep).map(encodeURIComponent).join('/');
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
    row.scores?.forEach((score, tag) => {
      scores[track * labels.length + tag] = Math.round(255 * Math.min(1, Math.max(0, score)));
    });
  });
  const { method, places } = mapTracks(vectors, rows.length, length, seed);
  const tracks = rows.map(({ path, tops, scores: own }, track) => ({
    path,
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
