/** What the experiments reach when inputs are missing or noisy. */

import { metricText } from '../../../../eval/format.js';
import type { StudyResult } from '../../../../runs/study/results/study-result.js';
import type { GroupResult } from '../../../../runs/study/results/summary.js';
import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

/** Ratio at which recordings without added noise are drawn: to the right of the cleanest. */
const CLEAN_GAP = 10;

interface ConditionsData {
  panels: {
    label: string;
    /** In dB, ascending. */
    snrs: number[];
    groups: { label: string; values: (number | null)[] }[];
  }[];
  cleanGap: number;
}

/** Browser code: a line an experiment over the signal-to-noise ratio; clean recordings to the right. */
function drawNoise(page: Page, { panels, cleanGap }: ConditionsData, host: HTMLElement): void {
  const select = host.querySelector<HTMLSelectElement>('[name="noise-panel"]');
  const chart = host.querySelector<HTMLElement>('.noise');
  if (!select || !chart) return;
  const update = (): void => {
    const { snrs, groups } = panels[Number(select.value)];
    // The legend stands above, some names a line.
    const legend = 16 + 22 * Math.ceil(groups.length / Math.max(1, Math.floor(chart.clientWidth / 240)));
    chart.style.height = `${340 + legend}px`;
    const clean = snrs[snrs.length - 1] + cleanGap;
    page.plot(chart, (theme) => ({
      traces: groups.map(({ label, values }, i) => ({
        type: 'scatter',
        mode: 'lines+markers',
        name: label.length > 30 ? `${label.slice(0, 29)}…` : label,
        x: [...snrs, clean],
        y: values,
        line: {
          color: theme.series[i % theme.series.length],
          width: 1.6,
          dash: i < theme.series.length ? 'solid' : 'dot',
        },
        hovertemplate: `%{y:.3f}<extra>${page.plain(label)}</extra>`,
      })),
      layout: {
        margin: { l: 52, r: 12, t: legend, b: 44 },
        xaxis: {
          title: { text: 'signal-to-noise ratio, dB' },
          tickmode: 'array',
          tickvals: [...snrs, clean],
          ticktext: [...snrs.map(String), 'clean'],
        },
        yaxis: { title: { text: 'ROC-AUC macro' } },
      },
    }));
  };
  select.addEventListener('change', update);
  update();
}

/** The noise ratios of a panel's experiments, ascending; those of several colours count once. */
function ratiosOf(groups: readonly GroupResult[]): number[] {
  const ratios = groups.flatMap(({ conditions }) => conditions.flatMap(({ snr }) => snr ?? []));
  return [...new Set(ratios)].sort((a, b) => a - b);
}

/** Makes the section of changed test conditions. */
export const conditions = defineSection<ConditionsData, StudyResult>({
  id: 'conditions',
  title: 'Missing and noisy inputs',
  data: ({ panels }) => {
    const measured = panels.filter(({ groups }) => groups.some((group) => group.conditions.length > 0));
    if (measured.length === 0) return null;
    return {
      cleanGap: CLEAN_GAP,
      panels: measured.map(({ panel, groups }) => {
        const snrs = ratiosOf(groups);
        const noisy = groups.filter((group) => group.conditions.some(({ snr }) => snr !== null));
        return {
          label: panel.label,
          snrs,
          groups: noisy.map(({ label, metrics, conditions: measures }) => ({
            label,
            values: [
              ...snrs.map((snr) => measures.find((one) => one.snr === snr)?.metrics.roc_auc.mean ?? null),
              metrics.roc_auc.value,
            ],
          })),
        };
      }),
    };
  },
  html: (data, { panels }) => {
    const measured = panels.filter(({ groups }) => groups.some((group) => group.conditions.length > 0));
    const hasNoise = data.panels.some(({ snrs }) => snrs.length > 0);
    const cell = (mean: number | null, deviation: number | null) =>
      html`<td>${metricText(mean)}${deviation !== null && html` ± ${metricText(deviation)}`}</td>`;
    return html`${
      hasNoise &&
      html`<div class="controls"><label>Task <select name="noise-panel">${measured.map(({ panel }, i) => html`<option value="${i}">${panel.label}</option>`)}</select></label></div>
    <div class="plot noise"></div>`
    }
    <p class="aside">The weights of each run, scored on the test part with inputs taken away or changed, or on some of its clips: means ± standard deviations over seeds.
      A condition that does not apply to an experiment has no number.</p>
    ${measured.map(({ panel, groups }) => {
      const names = [...new Set(groups.flatMap((group) => group.conditions.map(({ name }) => name)))];
      return html`<details open><summary>${panel.label}: ROC-AUC macro</summary><div class="wide"><table>
        <thead><tr><th>Experiment</th><th>as it is</th>${names.map((name) => html`<th>${name}</th>`)}</tr></thead>
        <tbody>${groups
          .filter((group) => group.conditions.length > 0)
          .map(
            ({ label, metrics, conditions: measures }) =>
              html`<tr><th scope="row">${label}</th>${cell(metrics.roc_auc.value, metrics.roc_auc.deviation)}${names.map(
                (name) => {
                  const found = measures.find((one) => one.name === name)?.metrics.roc_auc;
                  return cell(found?.mean ?? null, found?.deviation ?? null);
                },
              )}</tr>`,
          )}</tbody></table></div></details>`;
    })}`;
  },
  draw: [drawNoise],
});
