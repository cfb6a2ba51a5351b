/** How a tag's scores are distributed over the catalogue. */
import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';
import { HISTOGRAM_BINS } from '../summary.js';
import type { CatalogueView } from '../view.js';

interface ScoresData {
  bins: number;
  tags: { label: string; histogram: number[] }[];
}

/** Browser code: a histogram of the chosen tag. */
function drawScores(page: Page, data: ScoresData, host: HTMLElement): void {
  const choice = host.querySelector<HTMLSelectElement>('[name=tag]')!;
  const logarithmic = host.querySelector<HTMLInputElement>('[name=logarithmic]')!;
  const update = (): void => {
    const { histogram } = data.tags[Number(choice.value)];
    page.plot(host.querySelector<HTMLElement>('.plot')!, (theme) => ({
      traces: [
        {
          type: 'bar',
          x: histogram.map((_, bin) => (bin + 0.5) / data.bins),
          y: histogram,
          width: 1 / data.bins,
          marker: { color: theme.series[0], line: { color: theme.background, width: 1 } },
          hovertemplate: '%{y} tracks around %{x:.3f}<extra></extra>',
        },
      ],
      layout: {
        xaxis: { title: { text: 'score' }, range: [0, 1] },
        yaxis: {
          title: { text: 'tracks' },
          type: logarithmic.checked ? 'log' : 'linear',
          rangemode: 'tozero',
        },
      },
    }));
  };
  choice.addEventListener('change', update);
  logarithmic.addEventListener('change', update);
  update();
}

/** Makes the section of score distributions; absent when nothing was tagged. */
export const scores = defineSection<ScoresData, CatalogueView>({
  id: 'scores',
  title: 'Score distributions',
  data: ({ summary: { tags, tracks, failed } }) =>
    tags.length === 0 || tracks === failed
      ? null
      : {
          bins: HISTOGRAM_BINS,
          tags: [...tags]
            .sort((a, b) => b.count - a.count || b.mean - a.mean)
            .map(({ label, histogram }) => ({ label, histogram })),
        },
  html: ({ tags }) => html`<div class="controls">
      <label>Tag <select name="tag">${tags.map(({ label }, i) => html`<option value="${i}">${label}</option>`)}</select></label>
      <label><input type="checkbox" name="logarithmic"> logarithmic</label>
    </div>
    <div class="plot"></div>`,
  draw: [drawScores],
});
