/** A bar for each tag: how many tracks have it. */

import { rounded } from '../../../../base/format.js';
import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';
import type { CatalogueView } from '../view.js';

interface TagsData {
  /** Tracks that were tagged. */
  tracks: number;
  tags: { label: string; count: number; mean: number }[];
}

/** Browser code: horizontal bars, the chosen number of them. */
function drawTags(page: Page, data: TagsData, host: HTMLElement): void {
  const control = <T extends HTMLElement>(name: string): T => host.querySelector<T>(`[name="${name}"]`)!;
  const shows = control<HTMLSelectElement>('shows');
  const sort = control<HTMLSelectElement>('sort');
  const many = control<HTMLSelectElement>('many');
  const filter = control<HTMLInputElement>('filter');
  const chart = host.querySelector<HTMLElement>('.plot')!;

  const update = (): void => {
    const wanted = filter.value.trim().toLowerCase();
    const value = (tag: TagsData['tags'][number]): number =>
      shows.value === 'mean' ? tag.mean : data.tracks === 0 ? 0 : tag.count / data.tracks;
    const found = data.tags.filter(({ label }) => label.toLowerCase().includes(wanted));
    if (sort.value === 'name') found.sort((a, b) => a.label.localeCompare(b.label));
    else found.sort((a, b) => value(b) - value(a));
    const tags = found.slice(0, Number(many.value));
    host.querySelector<HTMLElement>('.count')!.textContent =
      found.length === 0 ? 'no name contains this text' : `${tags.length} of ${data.tags.length}`;
    chart.style.height = `${Math.max(120, 64 + 19 * tags.length)}px`;
    page.plot(chart, (theme) => ({
      traces: [
        {
          type: 'bar',
          orientation: 'h',
          y: tags.map((_, i) => i),
          x: tags.map(value),
          marker: { color: theme.series[0] },
          hovertext: tags.map(
            (tag) =>
              `<b>${page.plain(tag.label)}</b><br>${tag.count} of ${data.tracks} tracks (${data.tracks === 0 ? 0 : ((100 * tag.count) / data.tracks).toFixed(1)} %)<br>mean score ${tag.mean.toFixed(3)}`,
          ),
          hoverinfo: 'text',
        },
      ],
      layout: {
        bargap: 0.25,
        margin: { l: 12, r: 16, t: 8, b: 44 },
        xaxis: {
          title: { text: shows.value === 'mean' ? 'mean score' : 'share of tracks' },
          tickformat: shows.value === 'mean' ? '' : '.0%',
          rangemode: 'tozero',
          nticks: 6,
        },
        yaxis: {
          range: [tags.length - 0.4, -0.6],
          tickmode: 'array',
          tickvals: tags.map((_, i) => i),
          ticktext: tags.map(({ label }) => page.plain(label.length > 26 ? `${label.slice(0, 25)}…` : label)),
          showgrid: false,
          zeroline: false,
        },
      },
    }));
  };
  for (const choice of [shows, sort, many]) choice.addEventListener('change', update);
  filter.addEventListener('input', update);
  update();
}

/** Makes the section of tags by frequency. */
export const tags = defineSection<TagsData, CatalogueView>({
  id: 'tags',
  title: 'Tags by frequency',
  data: ({ summary }) => ({
    tracks: summary.tracks - summary.failed,
    tags: summary.tags.map(({ label, count, mean }) => ({ label, count, mean: rounded(mean) })),
  }),
  html: ({ tags: all }) => html`<div class="controls">
      <label>Show <select name="shows"><option value="share">share of tracks</option><option value="mean">mean score</option></select></label>
      <label>Sort by <select name="sort"><option value="shown">what is shown</option><option value="name">name</option></select></label>
      <label>Bars <select name="many">${all.length > 50 && html`<option value="50">50</option>`}<option value="${all.length}">all</option></select></label>
      <label>Filter <input name="filter" type="search" placeholder="part of a name"></label>
      <span class="count" role="status"></span>
    </div>
    <div class="plot"></div>
    <p class="aside">A track has a tag when its score is above the tag's threshold. The mean score is over all tagged tracks.</p>`,
  draw: [drawTags],
});
