/** A bar for each label, sorted and filtered as the reader likes. */

import { rounded } from '../../../../base/format.js';
import type { LabelMetrics } from '../../../../eval/metrics.js';
import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

interface TagsData {
  examples: number;
  labels: LabelMetrics[];
}

/** Browser code: horizontal bars of the chosen metric. */
function drawTags(page: Page, data: TagsData, host: HTMLElement): void {
  const control = <T extends HTMLElement>(name: string): T => host.querySelector<T>(`[name="${name}"]`)!;
  const metric = control<HTMLSelectElement>('metric');
  const sort = control<HTMLSelectElement>('sort');
  const filter = control<HTMLInputElement>('filter');
  const chart = host.querySelector<HTMLElement>('.plot')!;
  const names: Record<string, string> = {
    roc_auc: 'ROC-AUC',
    pr_auc: 'PR-AUC',
    f1: 'F1',
    positives: 'examples with it',
  };
  type Key = 'roc_auc' | 'pr_auc' | 'f1' | 'positives';

  const update = (): void => {
    const shown = metric.value as Key;
    const key = (sort.value === 'shown' ? shown : sort.value) as Key | 'label';
    const wanted = filter.value.trim().toLowerCase();
    const labels = data.labels.filter((label) => label.label.toLowerCase().includes(wanted));
    if (key === 'label') labels.sort((a, b) => a.label.localeCompare(b.label));
    else labels.sort((a, b) => (b[key] ?? -1) - (a[key] ?? -1));
    host.querySelector<HTMLElement>('.count')!.textContent =
      `${labels.length} of ${data.labels.length}${labels.length === 0 ? ': no name contains this text' : ''}`;
    chart.style.height = `${Math.max(120, 64 + 19 * labels.length)}px`;
    const show = (value: number | null): string => (value === null ? 'undefined' : value.toFixed(3));
    page.plot(chart, (theme) => ({
      traces: [
        {
          type: 'bar',
          orientation: 'h',
          y: labels.map((_, i) => i),
          x: labels.map((label) => label[shown]),
          marker: { color: theme.series[0] },
          hovertext: labels.map(
            (label) =>
              `<b>${page.plain(label.label)}</b><br>ROC-AUC ${show(label.roc_auc)}<br>PR-AUC ${show(label.pr_auc)}` +
              `<br>F1 ${show(label.f1)}${label.threshold === null ? '' : ` at threshold ${show(label.threshold)}`}` +
              `<br>${label.positives} of ${data.examples} examples`,
          ),
          hoverinfo: 'text',
        },
      ],
      layout: {
        bargap: 0.25,
        margin: { l: 12, r: 16, t: 8, b: 44 },
        xaxis: {
          title: { text: names[shown] },
          range: shown === 'positives' ? undefined : [0, 1],
          side: 'bottom',
        },
        yaxis: {
          range: [labels.length - 0.4, -0.6],
          tickmode: 'array',
          tickvals: labels.map((_, i) => i),
          ticktext: labels.map(({ label }) =>
            page.plain(label.length > 26 ? `${label.slice(0, 25)}…` : label),
          ),
          showgrid: false,
          zeroline: false,
        },
        shapes: page.guide(shown === 'roc_auc' ? 0.5 : null, theme),
      },
    }));
  };
  metric.addEventListener('change', update);
  sort.addEventListener('change', update);
  filter.addEventListener('input', update);
  update();
}

/** Makes the section of per-label bars. */
export const tags = defineSection<TagsData>({
  id: 'tags',
  title: 'Label by label',
  data: ({ metrics }) => ({
    examples: metrics.examples,
    labels: metrics.per_label.map((label) => ({
      ...label,
      roc_auc: label.roc_auc === null ? null : rounded(label.roc_auc),
      pr_auc: label.pr_auc === null ? null : rounded(label.pr_auc),
      f1: rounded(label.f1),
    })),
  }),
  html: () => html`<div class="controls">
      <label>Show <select name="metric">
        <option value="roc_auc">ROC-AUC</option><option value="pr_auc">PR-AUC</option>
        <option value="f1">F1</option><option value="positives">number of examples</option>
      </select></label>
      <label>Sort by <select name="sort">
        <option value="shown">what is shown</option><option value="label">name</option>
        <option value="positives">number of examples</option><option value="roc_auc">ROC-AUC</option>
        <option value="pr_auc">PR-AUC</option><option value="f1">F1</option>
      </select></label>
      <label>Filter <input name="filter" type="search" placeholder="part of a name"></label>
      <span class="count" role="status"></span>
    </div>
    <div class="plot tall"></div>`,
  draw: [drawTags],
});
