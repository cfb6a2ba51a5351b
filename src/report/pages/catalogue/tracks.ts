/** All tracks as a table, to sort, to filter and to listen to. */
import { countText } from '../../../base/format.js';
import { html } from '../../kit/html.js';
import { type Section, sectionScript } from '../../kit/sections.js';
import { drawTracks } from './browser/draw-tracks.js';
import { type CatalogueView, fileName, type ListedTrack, type TracksData } from './view.js';

/** Rules of the table of tracks, its player and its pages. */
export const TRACKS_STYLE = `
#tracks tbody button { padding: 1px 8px; }
#tracks tbody tr[aria-current=true] > * { background: var(--surface); }
#tracks td.text, #tracks th.text { text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 150px; }
#tracks td.text:last-child { min-width: 240px; }
#tracks td.play, #tracks th.play { min-width: 3em; width: 3em; padding-right: 8px; white-space: nowrap; text-align: left; }
#tracks td small { overflow-wrap: anywhere; }
#tracks .player { position: sticky; bottom: 0; margin: 0; border: 1px solid var(--line); }
#tracks .pages { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; margin-bottom: 10px; }
`;

/** Numbers that the scores of the table may fill a page with. */
const MOST_SCORES = 3_000_000;

const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** What all addresses begin with before the encoded path, as far as the first track tells. */
function prefixOf(tracks: readonly ListedTrack[]): string {
  const first = tracks.find(({ audio, path }) => audio?.endsWith(encoded(path)));
  return first ? first.audio!.slice(0, first.audio!.length - encoded(first.path).length) : '';
}

function dataOf(tracks: readonly ListedTrack[], labels: readonly string[]): TracksData {
  const prefix = prefixOf(tracks);
  const place = new Map(labels.map((label, i) => [label, i]));
  const isScored = tracks.length * labels.length <= MOST_SCORES && labels.length > 0;
  const scores = isScored ? new Uint8Array(tracks.length * labels.length) : null;
  if (scores)
    tracks.forEach(({ scores: own }, i) => {
      if (own) scores.set(own, i * labels.length);
    });
  return {
    labels,
    paths: tracks.map(({ path }) => path),
    titles: tracks.map(({ title, path }) => title ?? fileName(path)),
    artists: tracks.map(({ artist }) => artist),
    durations: tracks.map(({ duration }) => (duration === null ? null : Math.round(duration))),
    tops: tracks.map(({ tops }) => tops.flatMap((top) => place.get(top) ?? [])),
    notes: tracks.map(({ note }) => note),
    audio: tracks.map(({ audio, path }) => (audio === `${prefix}${encoded(path)}` ? true : audio)),
    prefix,
    scores: scores && Buffer.from(scores).toString('base64'),
  };
}

/** The section of all tracks; null for an empty table. */
export function tracksSection({ tracks, summary }: CatalogueView): Section | null {
  if (tracks.length === 0) return null;
  const { labels } = summary.header;
  const byName = [...labels.keys()].sort((a, b) => labels[a].localeCompare(labels[b]));
  return {
    id: 'tracks',
    title: 'Tracks',
    html: html`<div class="controls">
        <label>Find <input name="search" type="search" placeholder="title, artist, path, tag"></label>
        <label>Tag <select name="tag"><option value="">any</option>${byName.map((i) => html`<option value="${i}">${labels[i]}</option>`)}</select></label>
        <label>Show <select name="state"><option value="">all</option><option value="tagged">tagged</option><option value="noted">with an error or warning</option></select></label>
        <span class="count" role="status"></span>
      </div>
      <div class="wide" tabindex="0" role="region" aria-label="Tracks"><table>
        <thead><tr><th scope="col" class="play" data-sort="no">Play</th><th scope="col" class="text">Title</th><th scope="col" class="text">Artist</th><th scope="col">Length</th><th scope="col" class="text">Top tags</th><th scope="col">Score</th><th scope="col" class="text">Path</th></tr></thead>
        <tbody></tbody></table></div>
      <div class="pages"><button type="button" name="previous">Previous</button><span class="place"></span><button type="button" name="next">Next</button></div>
      <div class="player" hidden><p class="track" aria-live="polite"></p><audio controls preload="none"></audio><p class="notice failure"></p></div>
      <p class="aside">A click on a header sorts. The score is that of the chosen tag, or of the first top tag.
        ${tracks.length < summary.tracks && html`<b>A random sample: ${countText(tracks.length, 'track')} of ${countText(summary.tracks, 'track')}; the table itself has all.</b>`}
        The page plays the files where they are, by links relative to it: move or send it together with the music, or it is silent.</p>
      ${sectionScript(drawTracks, dataOf(tracks, labels))}`,
  };
}
