/** The tracks as a map, to look at and to listen to. */
import { countText, rounded } from '../../../base/format.js';
import { html } from '../../kit/html.js';
import { type Section, sectionScript } from '../../kit/sections.js';
import { drawMap } from './browser/draw-map.js';
import type { CatalogueView, MapData } from './view.js';

/** As many tags have a colour of their own as the page has colours. */
const COLOURS = 8;

/** The section of the map; null where fewer than two tracks can be compared. */
export function mapSection({ map, summary }: CatalogueView): Section | null {
  if (!map) return null;
  const { tracks, method, by, excerpts } = map;
  const { labels } = summary.header;
  const frequency = new Map<string, number>();
  for (const { tag } of tracks) if (tag !== null) frequency.set(tag, (frequency.get(tag) ?? 0) + 1);
  const coloured = [...frequency]
    .sort(([, a], [, b]) => b - a)
    .slice(0, COLOURS)
    .map(([tag]) => tag);
  const data: MapData = {
    ...{ labels, coloured },
    tracks: tracks.map((track) => ({
      ...track,
      x: rounded(track.x, 3),
      y: rounded(track.y, 3),
      tops: track.tops.slice(0, 5),
    })),
    scores: Buffer.from(map.scores).toString('base64'),
  };
  const tagged = summary.tracks - summary.failed;
  const compared = by === 'embeddings' ? 'embeddings' : 'tag scores, because the table has no embeddings';
  return {
    id: 'map',
    title: 'Map',
    html: html`<div class="controls">
        <label>Colour <select name="colour"><option value="tag">top tag</option>${labels.map((label, i) => html`<option value="${i}">score of ${label}</option>`)}</select></label>
        <label>Find <input name="search" type="search" placeholder="title, artist, path, tag"></label>
        <span class="count" role="status"></span>
      </div>
      <div class="plot map" role="img" aria-label="Map of ${countText(tracks.length, 'track')}"></div>
      <div class="player" aria-live="polite"><p class="track">Click a track to play it.</p><p class="tags"></p><p class="hint path"></p>
        <audio controls preload="none" hidden></audio><p class="notice failure"></p></div>
      <ul class="tracks"></ul>
      <p class="aside">${
        method === 'umap'
          ? `UMAP of the tracks' ${compared}. Tracks that are close are similar; large distances mean little.`
          : `The first two principal components of the tracks' ${compared}.`
      } ${tracks.length < tagged && html`<b>The map shows a random sample: ${countText(tracks.length, 'track')} of ${countText(tagged, 'tagged track')}.</b>`}
        ${excerpts ? 'The players hold short excerpts. ' : 'The page plays the files where they are, by links relative to it. '}Drag to move, double-click to see all; a click in the legend hides a tag.</p>
      ${sectionScript(drawMap, data)}`,
  };
}
