/** What is gained and lost, label by label. */
import { rounded } from '../../../../base/format.js';
import { metricText } from '../../../../eval/format.js';
import { CERTAIN, type Comparison, type LabelDifference } from '../../../../runs/compare/comparison.js';
import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';
import { pText } from './texts.js';

interface LabelsData {
  pairs: { name: string; rows: PlottedLabel[] }[];
}

interface PlottedLabel {
  label: string;
  positives: number;
  difference: number;
  /** Half of the interval; null where it is not known. */
  margin: number | null;
  text: string;
  certain: boolean;
}

function plottedLabel(one: LabelDifference): PlottedLabel[] {
  const { label, positives, difference, interval, first, second, p, pHolm } = one;
  if (difference === null) return [];
  return [
    {
      label,
      positives,
      difference: rounded(difference, 5),
      margin: interval && rounded((interval[1] - interval[0]) / 2, 5),
      text: `ROC-AUC ${metricText(second)}, the other ${metricText(first)}<br>${positives} positives<br>p ${pText(p)}, after Holm ${pText(pHolm)}`,
      certain: pHolm !== null && pHolm < CERTAIN,
    },
  ];
}

/** Browser code: a bar for each label of a pair, with its interval. */
function drawLabels(page: Page, data: LabelsData, host: HTMLElement): void {
  const pair = host.querySelector<HTMLSelectElement>('[name=pair]')!;
  const sort = host.querySelector<HTMLSelectElement>('[name=sort]')!;
  const certain = host.querySelector<HTMLInputElement>('[name=certain]')!;
  const filter = host.querySelector<HTMLInputElement>('[name=filter]')!;
  const chart = host.querySelector<HTMLElement>('.gains')!;

  const update = (): void => {
    const all = data.pairs[Number(pair.value)].rows;
    const wanted = filter.value.trim().toLowerCase();
    const rows = all.filter(
      (row) => row.label.toLowerCase().includes(wanted) && (!certain.checked || row.certain),
    );
    if (sort.value === 'label') rows.sort((a, b) => a.label.localeCompare(b.label));
    else if (sort.value === 'positives') rows.sort((a, b) => b.positives - a.positives);
    else rows.sort((a, b) => b.difference - a.difference);
    const gains = all.filter((row) => row.certain && row.difference > 0).length;
    const losses = all.filter((row) => row.certain && row.difference < 0).length;
    host.querySelector<HTMLElement>('.count')!.textContent =
      `${rows.length} of ${all.length} shown; certain: ${gains} gained, ${losses} lost`;
    chart.style.height = `${Math.max(120, 64 + 19 * rows.length)}px`;
    page.plot(chart, (theme) => ({
      traces: [
        {
          type: 'bar',
          orientation: 'h',
          y: rows.map((_, i) => i),
          x: rows.map(({ difference }) => difference),
          error_x: {
            type: 'data',
            array: rows.map(({ margin }) => margin ?? 0),
            color: theme.text,
            thickness: 1,
            width: 2,
          },
          marker: {
            color: rows.map((row) => (row.difference > 0 ? theme.series[0] : theme.series[1])),
            opacity: rows.map((row) => (row.certain ? 1 : 0.35)),
          },
          hovertext: rows.map(
            (row) => `<b>${page.plain(row.label)}</b> ${row.difference.toFixed(4)}<br>${row.text}`,
          ),
          hoverinfo: 'text',
        },
      ],
      layout: {
        bargap: 0.25,
        margin: { l: 12, r: 16, t: 8, b: 44 },
        xaxis: { title: { text: 'difference in ROC-AUC' } },
        yaxis: {
          range: [rows.length - 0.4, -0.6],
          tickmode: 'array',
          tickvals: rows.map((_, i) => i),
          ticktext: rows.map(({ label }) => page.plain(label.length > 26 ? `${label.slice(0, 25)}…` : label)),
          showgrid: false,
          zeroline: false,
        },
      },
    }));
  };
  for (const control of [pair, sort, certain]) control.addEventListener('change', update);
  filter.addEventListener('input', update);
  update();
}

/** Makes the section of gains and losses; absent for a single experiment. */
export const labels = defineSection<LabelsData, Comparison>({
  id: 'labels',
  title: 'Gains and losses by label',
  data: ({ pairs, groups }) =>
    pairs.length === 0
      ? null
      : {
          pairs: pairs.map((pair) => ({
            name: `${groups[pair.second].label} − ${groups[pair.first].label}`,
            rows: pair.labels.flatMap(plottedLabel),
          })),
        },
  html: (data, { bootstrap }) => html`<div class="controls">
      <label>Pair <select name="pair">${data.pairs.map(({ name }, i) => html`<option value="${i}">${name}</option>`)}</select></label>
      <label>Sort by <select name="sort"><option value="difference">difference</option><option value="label">name</option><option value="positives">number of examples</option></select></label>
      <label>Filter <input name="filter" type="search" placeholder="part of a name"></label>
      <label><input type="checkbox" name="certain"> only certain ones</label>
      <span class="count" role="status"></span>
    </div>
    <div class="plot gains"></div>
    <p class="aside">Full colour: p &lt; ${CERTAIN} by DeLong's test${bootstrap.unit === 'song' && ', clips of a song taken together,'} after
      Holm's correction over the labels. Thin line: 95 % interval.</p>`,
  draw: [drawLabels],
});
