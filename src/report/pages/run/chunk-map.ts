/** The test split's chunks by their embeddings, as maps to look at and to listen to. */
import { countText, rounded } from '../../../base/format.js';
import type { RunReport } from '../../../eval/run-report.js';
import { html } from '../../kit/html.js';
import { type Section, sectionScript } from '../../kit/sections.js';
import { tsnePlaces } from '../../maps/tsne.js';
import { mapTracks } from '../../maps/umap.js';
import { type ChunkMapData, drawChunks } from './browser/draw-chunks.js';

/** The same seed gives the same map. */
const SEED = 1;

/** The section of the map; null where there is none, or it has fewer than two chunks. */
export function chunkMapSection({ map, predictions }: RunReport): Section | null {
  if (!map || map.chunks.length < 2) return null;
  const { embeddings, width, chunks, total } = map;
  const { labels, ids, targets } = predictions;
  const count = chunks.length;
  const { method, places } = mapTracks(embeddings, count, width, SEED);
  const drawn = [
    { title: 't-SNE', places: tsnePlaces(embeddings, count, width, SEED) },
    { title: method === 'umap' ? 'UMAP' : 'principal components', places },
  ];
  const maps = drawn.flatMap(({ title, places: found }) =>
    found === null ? [] : [{ title, x: coordinates(found, 0), y: coordinates(found, 1) }],
  );
  const data: ChunkMapData = {
    ...{ classes: labels, names: ids, maps },
    chunks: chunks.map((chunk) => ({
      ...chunk,
      seconds: rounded(chunk.seconds, 2),
      truth: targets.subarray(chunk.row * labels.length, (chunk.row + 1) * labels.length).indexOf(1),
    })),
  };
  const silent = chunks.filter(({ audio }) => audio === null).length;
  return {
    id: 'map',
    title: 'Map of chunks',
    link: 'Map',
    html: html`<div class="controls">
        <label>By <select name="method">${maps.map(({ title }, i) => html`<option value="${i}">${title}</option>`)}</select></label>
        <label>Class <select name="class"><option value="-1">all</option>${labels.map((label, i) => html`<option value="${i}">${label}</option>`)}</select></label>
        <span class="count" role="status"></span>
      </div>
      <div class="plot map" role="img" aria-label="Map of ${countText(count, 'chunk')}"></div>
      <div class="player" aria-live="polite"><p class="track">Click a chunk to play it.</p><p class="tags"></p>
        <audio controls preload="none" hidden></audio></div>
      <ul class="tracks"></ul>
      <p class="aside">A point is a chunk of the test split (inputs.chunk_seconds) at its embedding, the last layer before the classes, by the cosine; its
        colour and shape are its recording&rsquo;s class. Points that are close are similar to the network; large distances mean little.
        ${count < total && html`<b>The map shows a random sample: ${countText(count, 'chunk')} of ${total.toLocaleString('en')}.</b>`}
        The player has a chunk&rsquo;s first 3 s${silent > 0 && html`, but of ${countText(silent, 'chunk')}, for which there was no recording or no room in the page`}.
        Drag to move, double-click to see all; a click in the legend hides a class.</p>
      ${sectionScript(drawChunks, data)}`,
  };
}

/** Every second coordinate, to the precision that can be seen. */
const coordinates = (places: Float32Array, dimension: 0 | 1): number[] =>
  Array.from({ length: places.length / 2 }, (_, i) => rounded(places[2 * i + dimension], 3));
