/** The tracks as a map, to look at and to listen to. */

import { countText, rounded } from '../../../../base/format.js';
import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';
import type { CatalogueView } from '../view.js';

interface MapData {
  labels: string[];
  paths: string[];
  tops: string[][];
  /** Each track's tag among those that have a colour of their own; -1 for others. */
  colours: number[];
  /** The tags that have a colour of their own. */
  coloured: string[];
  x: number[];
  y: number[];
  audio: (string | null)[];
  /** Row-major [tracks × labels], 0 to 255, base64. */
  scores: string;
}

/** As many tags have a colour of their own as the page has colours. */
const COLOURS = 8;

function mapData({ map, summary }: CatalogueView): MapData | null {
  if (!map) return null;
  const { tracks } = map;
  const frequency = new Map<string, number>();
  for (const { tag } of tracks) if (tag !== null) frequency.set(tag, (frequency.get(tag) ?? 0) + 1);
  const coloured = [...frequency]
    .sort(([, a], [, b]) => b - a)
    .slice(0, COLOURS)
    .map(([tag]) => tag);
  return {
    labels: summary.header.labels,
    paths: tracks.map(({ path }) => path),
    tops: tracks.map(({ tops }) => tops.slice(0, 5)),
    colours: tracks.map(({ tag }) => (tag === null ? -1 : coloured.indexOf(tag))),
    coloured,
    x: tracks.map(({ x }) => rounded(x, 3)),
    y: tracks.map(({ y }) => rounded(y, 3)),
    audio: tracks.map(({ audio }) => audio),
    scores: Buffer.from(map.scores).toString('base64'),
  };
}

/** Browser code: the map, its search and its player. */
function drawMap(page: Page, data: MapData, host: HTMLElement): void {
  const chart = host.querySelector<HTMLElement>('.plot')!;
  const colour = host.querySelector<HTMLSelectElement>('[name=colour]')!;
  const search = host.querySelector<HTMLInputElement>('[name=search]')!;
  const list = host.querySelector<HTMLElement>('.tracks')!;
  const audio = host.querySelector<HTMLAudioElement>('audio')!;
  const title = host.querySelector<HTMLElement>('.track')!;
  const notice = host.querySelector<HTMLElement>('.notice')!;
  const scores = page.bytes(data.scores);
  const all = data.paths.map((_, track) => track);
  /** Tracks that the list shows at once. */
  const listed = 30;
  let chosen = -1;

  const name = (path: string): string => path.split(/[\\/]/).pop() || path;
  const hover = (track: number): string => {
    const path = data.paths[track];
    const short = path.length > 70 ? `…${path.slice(-69)}` : path;
    return `${page.plain(short)}<br>${page.plain(data.tops[track].join(', ') || 'no tag above its threshold')}`;
  };

  const draw = (): void => {
    const wanted = search.value.trim().toLowerCase();
    const isWanted = (track: number): boolean =>
      wanted === '' ||
      data.paths[track].toLowerCase().includes(wanted) ||
      data.tops[track].some((tag) => tag.toLowerCase().includes(wanted));
    const size = data.paths.length > 500 ? 6 : 9;
    page.plot(chart, (theme) => {
      const points = (tracks: number[], more: object): object => ({
        type: 'scatter',
        mode: 'markers',
        x: tracks.map((track) => data.x[track]),
        y: tracks.map((track) => data.y[track]),
        customdata: tracks,
        hovertext: tracks.map(hover),
        hoverinfo: 'text',
        ...more,
      });
      const opacity = (tracks: number[]): number[] => tracks.map((track) => (isWanted(track) ? 0.85 : 0.08));
      const traces: object[] = [];
      if (colour.value === 'tag') {
        for (let tag = -1; tag < data.coloured.length; tag++) {
          const tracks = all.filter((track) => data.colours[track] === tag);
          if (tracks.length === 0) continue;
          const fill = tag < 0 ? theme.muted : theme.series[tag];
          const label = tag < 0 ? 'another tag' : data.coloured[tag];
          const marker = {
            color: fill,
            size,
            opacity: opacity(tracks),
            symbol: tag < 0 ? 'circle-open' : 'circle',
          };
          // Drawn first, beneath the others, and named last.
          traces.push(points(tracks, { name: page.plain(label), legendrank: tag < 0 ? 2000 : 1000, marker }));
        }
      } else {
        const tag = Number(colour.value);
        const level = (track: number): number => scores[track * data.labels.length + tag] / 255;
        // High scores are drawn last, so that they lie on top.
        const tracks = [...all].sort((a, b) => level(a) - level(b));
        const steps = Array.from({ length: 11 }, (_, i) => {
          // Neither end of the scale may vanish in a light or a dark page.
          const brightness = 3 * Math.round(40 + 17.5 * i);
          return [i / 10, `rgb(${Array.from(page.magma.subarray(brightness, brightness + 3)).join(',')})`];
        });
        const marker = {
          color: tracks.map(level),
          cmin: 0,
          cmax: 1,
          colorscale: steps,
          colorbar: { title: { text: 'score' }, thickness: 12, len: 0.6 },
          size,
          opacity: opacity(tracks),
        };
        traces.push(points(tracks, { showlegend: false, marker }));
      }
      if (chosen >= 0)
        traces.push(
          points([chosen], {
            showlegend: false,
            hoverinfo: 'skip',
            marker: { size: size + 9, color: 'rgba(0,0,0,0)', line: { color: theme.text, width: 2.5 } },
          }),
        );
      const axis = { visible: false, fixedrange: false };
      return {
        traces: traces as never,
        layout: {
          xaxis: axis,
          yaxis: { ...axis, scaleanchor: 'x' },
          margin: { l: 8, r: 8, t: 8, b: 8 },
          // A finger that moves over the map wants to scroll the page.
          dragmode: matchMedia('(pointer: coarse)').matches ? false : 'pan',
          hovermode: 'closest',
          showlegend: colour.value === 'tag',
          legend: { orientation: 'h', y: 1, yanchor: 'bottom', x: 0, itemsizing: 'constant' },
          uirevision: 'map',
        },
      };
    });
    const found = wanted === '' ? [] : all.filter(isWanted);
    host.querySelector<HTMLElement>('.count')!.textContent =
      wanted === ''
        ? ''
        : `${found.length} of ${all.length}${found.length > listed ? `, the first ${listed} below` : ''}`;
    const shown = wanted === '' && all.length <= listed ? all : found.slice(0, listed);
    list.replaceChildren(
      ...shown.map((track) => {
        const item = document.createElement('li');
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = name(data.paths[track]);
        button.title = data.paths[track];
        button.setAttribute('aria-pressed', String(track === chosen));
        button.addEventListener('click', () => choose(track));
        const tags = document.createElement('span');
        tags.textContent = ` ${data.tops[track].slice(0, 3).join(', ')}`;
        item.append(button, tags);
        return item;
      }),
    );
  };

  const choose = (track: number): void => {
    chosen = track;
    title.textContent = data.paths[track];
    host.querySelector<HTMLElement>('.player .tags')!.textContent = data.tops[track].join(', ');
    notice.textContent = '';
    const address = data.audio[track];
    audio.hidden = address === null;
    if (address === null) notice.textContent = 'The page does not know where this track lies.';
    else {
      audio.src = address;
      audio.play().catch(() => {
        // Where the file is missing the error event says so; where playing needs a click, the player is there.
      });
    }
    draw();
  };

  audio.addEventListener('error', () => {
    if (chosen < 0) return;
    audio.hidden = true;
    notice.textContent =
      'The page cannot reach or play this file: open the page where it was made, with the files in their places.';
  });
  colour.addEventListener('change', draw);
  search.addEventListener('input', draw);
  draw();
  page.settled().then(() => {
    const events = chart as unknown as {
      on?(event: string, listener: (click: { points: { customdata: number }[] }) => void): void;
    };
    events.on?.('plotly_click', ({ points }) => choose(points[0].customdata));
  });
}

/** Makes the section of the map; absent when fewer than two tracks can be compared. */
export const map = defineSection<MapData, CatalogueView>({
  id: 'map',
  title: 'Map',
  data: mapData,
  html: ({ labels, paths }, { map: shown, summary }) => {
    const tagged = summary.tracks - summary.failed;
    const by = shown!.by === 'embeddings' ? 'embeddings' : 'tag scores, because the table has no embeddings';
    const method =
      shown!.method === 'umap'
        ? `UMAP of the tracks' ${by}. Close tracks are alike; what lies far apart says little more than that it differs.`
        : `The first two principal components of the tracks' ${by}.`;
    return html`<div class="controls">
        <label>Colour <select name="colour"><option value="tag">top tag</option>${labels.map((label, i) => html`<option value="${i}">score of ${label}</option>`)}</select></label>
        <label>Find <input name="search" type="search" placeholder="part of a path or tag"></label>
        <span class="count" role="status"></span>
      </div>
      <div class="plot map" role="img" aria-label="Map of ${countText(paths.length, 'track')}"></div>
      <div class="player" aria-live="polite"><p class="track">Click a track to hear it.</p><p class="tags"></p>
        <audio controls preload="none" hidden></audio><p class="notice failure"></p></div>
      <ul class="tracks"></ul>
      <p class="aside">${method} ${paths.length < tagged && html`<b>The map shows a random sample: ${countText(paths.length, 'track')} of ${countText(tagged, 'tagged one')}.</b>`}
        ${shown!.excerpts && 'The players hold short excerpts. '}Drag to move, double-click to see all; a click in the legend hides a tag.</p>`;
  },
  draw: [drawMap],
});
