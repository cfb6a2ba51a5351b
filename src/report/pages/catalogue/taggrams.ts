/** Tags over time, for chosen tracks. */
import { rounded } from '../../../base/format.js';
import type { Taggram } from '../../../catalogue/tag/taggram.js';
import type { Chart } from '../../charts/chart.js';
import { figure } from '../../charts/figure.js';
import type { Page } from '../../kit/browser/page.js';
import { html } from '../../kit/html.js';
import { type Section, sectionScript } from '../../kit/sections.js';
import type { CatalogueView } from './view.js';

/** Tags and columns that a picture can show. */
const TAGS = 12;
const COLUMNS = 400;

/**
 * A picture of a taggram: of the tags with the highest scores anywhere, at most 12, and of means over neighbouring
 * windows, at most 400.
 */
export function taggramChart({ path, labels, starts, scores, window_seconds }: Taggram): Chart {
  const peaks = labels.map((_, tag) => scores.reduce((peak, window) => Math.max(peak, window[tag]), 0));
  const shown = [...labels.keys()].sort((a, b) => peaks[b] - peaks[a]).slice(0, TAGS);
  const span = Math.max(1, Math.ceil(starts.length / COLUMNS));
  const columns = Array.from({ length: Math.ceil(starts.length / span) }, (_, column) => {
    const from = column * span;
    return { from, to: Math.min(starts.length, from + span) };
  });
  const meanOf = (tag: number, from: number, to: number): number =>
    rounded(scores.slice(from, to).reduce((sum, window) => sum + window[tag], 0) / (to - from), 3);
  return {
    title: `Tags over time, ${path}`,
    x: { title: 'seconds' },
    rows: shown.map((tag) => ({ name: labels[tag] })),
    marks: [
      {
        kind: 'cells',
        values: shown.map((tag) => columns.map(({ from, to }) => meanOf(tag, from, to))),
        range: [0, 1],
        colours: 'magma',
        x: columns.map(({ from, to }) => rounded((starts[from] + starts[to - 1] + window_seconds) / 2, 2)),
        scaleTitle: 'score',
      },
    ],
    height: 70 + 24 * shown.length,
  };
}

/** Browser code: a click in a picture plays from there. */
function playTaggrams(page: Page, host: HTMLElement): void {
  for (const article of Array.from(host.querySelectorAll<HTMLElement>('[data-taggram]'))) {
    const audio = article.querySelector<HTMLAudioElement>('audio');
    if (!audio) continue;
    audio.addEventListener('error', () => {
      audio.hidden = true;
      article.querySelector<HTMLElement>('.notice')!.textContent = 'The page cannot reach or play this file.';
    });
    page.onClick(article.querySelector<HTMLElement>('.plot')!, ({ x }) => {
      audio.currentTime = x;
      audio.play().catch(() => {
        // A missing file is reported by the error event.
      });
    });
  }
}

/** The section of taggrams; null when none are given. */
export function taggramsSection({ taggrams }: CatalogueView): Section | null {
  if (taggrams.length === 0) return null;
  return {
    id: 'taggrams',
    title: 'Tags over time',
    html: html`<p class="aside">The tags with the highest scores of each track, window by window, for examples from all over the map. Click a picture to play from there.</p>
    ${taggrams.map(
      ({
        taggram,
        name,
        audio,
      }) => html`<div data-taggram><h3>${name}</h3>${figure({ name: 'taggram', panels: [{ charts: [taggramChart(taggram)] }] })}
    ${audio !== null && html`<audio controls preload="none" src="${audio}"></audio>`}<p class="hint">${taggram.path}</p><p class="notice failure"></p></div>`,
    )}
    ${sectionScript(playTaggrams, null)}`,
  };
}
