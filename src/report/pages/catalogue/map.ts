/** The tracks as a map, to look at and to listen to. */
import { countText, rounded } from '../../../base/format.js';
import { html } from '../../kit/html.js';
import { type Section, sectionScript } from '../../kit/sections.js';
import { drawMap } from './browser/draw-map.js';
import type { CatalogueView, MapData } from './view.js';

/** Rules of the map, its player and its list. */
export const MAP_STYLE = `
.plot.map { background: var(--surface); border-radius: 10px; }
.plot.map .nsewdrag { cursor: crosshair; }
.player { background: var(--surface); border-radius: 10px; padding: 10px 14px; margin: 10px 0; }
.player p { margin: 0; }
.player .tags { color: var(--muted); }
.tracks { list-style: none; padding: 0; margin: 8px 0 0; columns: 2 340px; column-gap: 18px; font-size: 0.9rem; }
.tracks li { break-inside: avoid; margin-bottom: 2px; }
.tracks button { border: 0; background: none; padding: 2px 4px; text-align: left; color: var(--accent); }
.tracks button[aria-pressed=true] { font-weight: 650; }
.tracks span { color: var(--muted); }
@media print { .player { display: none; } }
`;

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
