/** Tags over time, for chosen tracks. */

import { rounded } from '../../../../base/format.js';
import type { Taggram } from '../../../../catalogue/tag/taggram.js';
import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';
import type { CatalogueView, TaggramView } from '../view.js';

interface DrawnTaggram {
  /** The tags that are shown, the highest first. */
  labels: string[];
  /** Middle of each column, in seconds. */
  times: number[];
  /** A list a tag, a score a column. */
  scores: number[][];
}

/** Tags and columns that a picture can show. */
const TAGS = 12;
const COLUMNS = 400;

/**
 * Thins a taggram to what can be drawn: the tags with the highest scores anywhere, and means over neighbouring windows.
 *
 * @param taggram - a track's tags over time
 * @returns at most 12 tags and 400 columns
 */
export function thinTaggram({ labels, starts, scores, window_seconds }: Taggram): DrawnTaggram {
  const peaks = labels.map((_, tag) => scores.reduce((peak, window) => Math.max(peak, window[tag]), 0));
  const shown = labels
    .map((_, tag) => tag)
    .sort((a, b) => peaks[b] - peaks[a])
    .slice(0, TAGS);
  const span = Math.max(1, Math.ceil(starts.length / COLUMNS));
  const columns = Array.from({ length: Math.ceil(starts.length / span) }, (_, column) => {
    const from = column * span;
    return { from, to: Math.min(starts.length, from + span) };
  });
  return {
    labels: shown.map((tag) => labels[tag]),
    times: columns.map(({ from, to }) => rounded((starts[from] + starts[to - 1] + window_seconds) / 2, 2)),
    scores: shown.map((tag) =>
      columns.map(({ from, to }) => {
        const windows = scores.slice(from, to);
        return rounded(windows.reduce((sum, window) => sum + window[tag], 0) / windows.length, 3);
      }),
    ),
  };
}

/** Browser code: a picture a track; a click in it plays from there. */
function drawTaggrams(page: Page, data: DrawnTaggram[], host: HTMLElement): void {
  data.forEach((taggram, i) => {
    const article = host.querySelector<HTMLElement>(`[data-taggram="${i}"]`)!;
    const chart = article.querySelector<HTMLElement>('.plot')!;
    const audio = article.querySelector<HTMLAudioElement>('audio');
    chart.style.height = `${70 + 24 * taggram.labels.length}px`;
    const steps = Array.from({ length: 11 }, (_, step) => {
      const brightness = 3 * Math.round(25.5 * step);
      return [step / 10, `rgb(${Array.from(page.magma.subarray(brightness, brightness + 3)).join(',')})`];
    });
    page.plot(chart, () => ({
      traces: [
        {
          type: 'heatmap',
          x: taggram.times,
          y: taggram.labels.map((_, tag) => tag),
          z: taggram.scores,
          zmin: 0,
          zmax: 1,
          colorscale: steps,
          colorbar: { title: { text: 'score' }, thickness: 12 },
          text: taggram.labels.map((label) => taggram.times.map(() => page.plain(label))),
          hovertemplate: '%{text} %{z:.2f}<br>%{x:.1f} s<extra></extra>',
        } as never,
      ],
      layout: {
        margin: { l: 12, r: 8, t: 8, b: 44 },
        xaxis: { title: { text: 'seconds' } },
        yaxis: {
          tickmode: 'array',
          tickvals: taggram.labels.map((_, tag) => tag),
          ticktext: taggram.labels.map((label) =>
            page.plain(label.length > 18 ? `${label.slice(0, 17)}…` : label),
          ),
          autorange: 'reversed',
          showgrid: false,
        },
      },
    }));
    if (!audio) return;
    audio.addEventListener('error', () => {
      audio.hidden = true;
      article.querySelector<HTMLElement>('.notice')!.textContent = 'The page cannot reach or play this file.';
    });
    page.settled().then(() => {
      const events = chart as unknown as {
        on?(event: string, listener: (click: { points: { x: number }[] }) => void): void;
      };
      events.on?.('plotly_click', ({ points }) => {
        audio.currentTime = points[0].x;
        audio.play().catch(() => {
          // A missing file is told by the error event.
        });
      });
    });
  });
}

function article({ taggram, audio }: TaggramView, i: number): ReturnType<typeof html> {
  return html`<article class="taggram" data-taggram="${i}"><h3>${taggram.path}</h3><div class="plot"></div>
    ${audio !== null && html`<audio controls preload="none" src="${audio}"></audio>`}<p class="notice failure"></p></article>`;
}

/** Makes the section of taggrams; absent when none are given. */
export const taggrams = defineSection<DrawnTaggram[], CatalogueView>({
  id: 'taggrams',
  title: 'Tags over time',
  data: (view) =>
    view.taggrams.length > 0 ? view.taggrams.map(({ taggram }) => thinTaggram(taggram)) : null,
  html: (
    _,
    view,
  ) => html`<p class="aside">The tags with the highest scores of each track, window by window. Click into a picture to hear from there.</p>
    ${view.taggrams.map(article)}`,
  draw: [drawTaggrams],
});
