/** Parallel coordinates: a line an experiment through its settings to its metrics. */

import { SWEEP_METRICS, type SweepMetric } from '../../../runs/sweep/results.js';
import { validationName } from '../../../runs/sweep/tables.js';
import type { Page } from '../../kit/browser/page.js';
import { html } from '../../kit/html.js';
import { defineSection } from '../../kit/section.js';
import { numericAxis, settingAxes, type ValueAxis } from './axes.js';
import type { SweepReport } from './subject.js';

interface ParallelData {
  names: string[];
  axes: ValueAxis[];
  /** Axes that a line's colour can follow: validation and test metrics. */
  metrics: number[];
}

const METRICS = Object.keys(SWEEP_METRICS) as SweepMetric[];

function parallelData(report: SweepReport): ParallelData | null {
  const { plan, results } = report;
  if (plan.keys.length === 0 || results.length < 2) return null;
  const settings = settingAxes(report);
  const columns: [string, (number | null)[]][] = [
    [validationName(results), results.map(({ validation }) => validation?.mean ?? null)],
    ...METRICS.map((metric): [string, (number | null)[]] => [
      `test ${SWEEP_METRICS[metric].name}`,
      results.map(({ test }) => test[metric]?.mean ?? null),
    ]),
  ];
  const metrics = columns
    .filter(([, values]) => values.some((value) => value !== null))
    .map(([title, values]) => numericAxis(title, values));
  if (metrics.length === 0) return null;
  return {
    names: results.map(({ group }) => group),
    axes: [...settings, ...metrics],
    metrics: metrics.map((_, i) => settings.length + i),
  };
}

/** Browser code: lines from axis to axis, the best ones on top and in the strongest colour. */
function drawParallel(page: Page, data: ParallelData, host: HTMLElement): void {
  const choice = host.querySelector<HTMLSelectElement>('[name=colour]')!;
  const plot = host.querySelector<HTMLElement>('.parallel')!;
  const mix = (from: string, to: string, share: number): string => {
    const channel = (colour: string, i: number): number =>
      Number.parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16);
    const mixed = [0, 1, 2].map((i) =>
      Math.round(channel(from, i) + share * (channel(to, i) - channel(from, i))),
    );
    return `rgb(${mixed.join(', ')})`;
  };
  const update = (): void => {
    const { places } = data.axes[Number(choice.value)];
    const order = data.names.map((_, i) => i).sort((a, b) => (places[a] ?? -1) - (places[b] ?? -1));
    // A narrow page takes every axis as a line of its own, so that names and ticks can be read.
    const isNarrow = plot.clientWidth < 640;
    plot.style.height = isNarrow ? `${100 * data.axes.length + 60}px` : '420px';
    const along = (axis: number): number => (isNarrow ? -axis : axis);
    page.plot(plot, (theme) => ({
      traces: order.map((i) => {
        const known = data.axes.flatMap((axis, a) =>
          axis.places[i] === null ? [] : [{ along: along(a), across: axis.places[i] as number }],
        );
        const place = places[i];
        return {
          type: 'scatter' as const,
          mode: 'lines' as const,
          x: known.map((point) => (isNarrow ? point.across : point.along)),
          y: known.map((point) => (isNarrow ? point.along : point.across)),
          line: {
            color: place === null ? theme.line : mix(theme.line, theme.positive, 0.15 + 0.85 * place),
            width: place === null ? 1 : 1.2 + 1.6 * place,
          },
          text: known.map(() => page.plain(data.names[i])),
          hovertemplate: '%{text}<extra></extra>',
          showlegend: false,
        };
      }),
      layout: {
        margin: isNarrow ? { l: 16, r: 16, t: 30, b: 20 } : { l: 40, r: 60, t: 46, b: 16 },
        xaxis: { visible: false, range: isNarrow ? [-0.08, 1.08] : [-0.1, data.axes.length - 0.7] },
        yaxis: { visible: false, range: isNarrow ? [0.5 - data.axes.length, 0.5] : [-0.05, 1.05] },
        shapes: data.axes.map((_, a) => ({
          type: 'line' as const,
          x0: isNarrow ? 0 : a,
          x1: isNarrow ? 1 : a,
          y0: isNarrow ? -a : 0,
          y1: isNarrow ? -a : 1,
          line: { color: theme.muted, width: 1 },
        })),
        annotations: data.axes.flatMap((axis, a) => [
          {
            x: isNarrow ? 0 : a,
            y: isNarrow ? -a : 1,
            yshift: isNarrow ? 20 : 22 + 14 * (a % 2),
            xanchor: isNarrow ? ('left' as const) : a === 0 ? ('left' as const) : ('center' as const),
            xshift: !isNarrow && a === 0 ? -36 : 0,
            text: `<b>${page.plain(axis.title.length > 30 ? `…${axis.title.slice(-29)}` : axis.title)}</b>`,
            showarrow: false,
            font: { size: 11 },
            bgcolor: theme.background,
            opacity: 0.9,
          },
          ...axis.ticks.map((tick) => ({
            x: isNarrow ? tick.place : a,
            y: isNarrow ? -a : tick.place,
            xanchor: isNarrow ? ('center' as const) : ('left' as const),
            xshift: isNarrow ? 0 : 4,
            yshift: isNarrow ? -10 : 0,
            text: page.plain(tick.text.length > 16 ? `${tick.text.slice(0, 15)}…` : tick.text),
            showarrow: false,
            font: { size: 11, color: theme.muted },
            bgcolor: theme.background,
            opacity: 0.9,
          })),
        ]),
      },
    }));
  };
  choice.addEventListener('change', update);
  update();
}

/** Makes the section of parallel coordinates; absent where nothing was swept or nothing was measured. */
export const parallel = defineSection<ParallelData, SweepReport>({
  id: 'parallel',
  title: 'Parallel coordinates',
  data: parallelData,
  html: ({
    axes,
    metrics,
  }) => html`<div class="controls"><label>Colour by <select name="colour">${metrics.map(
    (axis) => html`<option value="${axis}">${axes[axis].title}</option>`,
  )}</select></label></div>
    <div class="plot parallel"></div>
    <p class="aside">A line an experiment; the stronger its colour, the higher its metric. Keys whose numbers span orders of magnitude
      stand on logarithmic axes.</p>`,
  draw: [drawParallel],
});
