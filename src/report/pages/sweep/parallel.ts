/** Parallel coordinates: one line per experiment through its settings to its metrics. */
import type { SweepOutcome } from '../../../runs/sweep/run.js';
import { cutApart, cutText } from '../../charts/browser/text.js';
import { type Chart, type Mark, pieces } from '../../charts/chart.js';
import { figure } from '../../charts/figure.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { numericAxis, settingAxes, type ValueAxis } from './axes.js';
import { sweepMetrics } from './keys.js';

/** Axes of a metric and of all settings, from left to right, or from top to bottom on a narrow screen. */
function parallelChart(
  names: readonly string[],
  axes: readonly ValueAxis[],
  by: ValueAxis,
  isNarrow: boolean,
): Chart {
  /** From the number of an axis and a place on it to the chart. */
  const at = (axis: number, place: number): { x: number; y: number } =>
    isNarrow ? { x: place, y: -axis } : { x: axis, y: place };
  const order = names.map((_, i) => i).sort((a, b) => (by.places[a] ?? -1) - (by.places[b] ?? -1));
  const lines = order.map((i): Mark => {
    const points = axes.flatMap(({ places }, a) => {
      const place = places[i];
      return place === null ? [] : [at(a, place)];
    });
    const strength = by.places[i];
    return {
      kind: 'line',
      x: points.map(({ x }) => x),
      y: points.map(({ y }) => y),
      label: names[i],
      ...(strength === null
        ? { tone: 'line', width: 1 }
        : { tone: 'higher', width: 1.2 + 1.6 * strength, opacity: 0.2 + 0.8 * strength }),
    };
  });
  const ends = axes.map((_, a) => [at(a, 0), at(a, 1)]);
  const shortTicks = axes.map(({ ticks }) =>
    cutApart(
      ticks.map(({ text }) => text),
      16,
      cutText,
    ),
  );
  const words = axes.flatMap(({ title, ticks }, a): Mark[] => [
    {
      ...{ kind: 'text', tone: 'text', bold: true },
      ...at(a, isNarrow ? 0 : 1),
      // The end of a key tells more than its beginning.
      text: title.length > 26 ? `…${title.slice(-25)}` : title,
      anchor: isNarrow || a === 0 ? 'start' : 'middle',
      shift: isNarrow ? [0, 20] : [a === 0 ? -36 : 0, 22 + 14 * (a % 2)],
    },
    ...ticks.map(
      ({ place }, t): Mark => ({
        ...{ kind: 'text', tone: 'muted', text: shortTicks[a][t] },
        ...at(a, place),
        anchor: isNarrow ? 'middle' : 'start',
        shift: isNarrow ? [0, -10] : [4, 0],
      }),
    ),
  ]);
  return {
    title: `Parallel coordinates, coloured by ${by.title}`,
    x: { title: '', hidden: true, range: isNarrow ? [-0.08, 1.08] : [-0.15, axes.length - 0.6] },
    y: { title: '', hidden: true, range: isNarrow ? [0.5 - axes.length, 0.5] : [-0.05, 1.2] },
    marks: [
      ...lines,
      {
        ...{ kind: 'line', tone: 'muted', width: 1 },
        ...pieces(ends.map(([from, to]) => ({ x: [from.x, to.x], y: [from.y, to.y] }))),
      },
      ...words,
    ],
    height: isNarrow ? 100 * axes.length + 60 : 420,
  };
}

/** The section of parallel coordinates; null where nothing was swept or nothing was measured. */
export function parallelSection(report: Pick<SweepOutcome, 'plan' | 'results'>): Section | null {
  const { plan, results } = report;
  if (plan.keys.length === 0 || results.length < 2) return null;
  const metrics = sweepMetrics(results)
    .map(({ title, values }) => ({ title, values: values.map((value) => value?.mean ?? null) }))
    .filter(({ values }) => values.some((value) => value !== null))
    .map(({ title, values }) => numericAxis(title, values));
  if (metrics.length === 0) return null;
  const axes = [...settingAxes(report), ...metrics];
  const names = results.map(({ group }) => group);
  return {
    id: 'parallel',
    title: 'Parallel coordinates',
    html: html`${figure({
      name: 'parallel',
      choices: [{ label: 'Colour by', name: 'colour', options: metrics.map(({ title }) => title) }],
      panels: [
        {
          charts: metrics.map((by) => parallelChart(names, axes, by, false)),
          narrow: metrics.map((by) => parallelChart(names, axes, by, true)),
        },
      ],
    })}
    <p class="aside">One line per experiment; the stronger its colour, the higher its metric. Keys whose values span orders of magnitude
      are on logarithmic axes.</p>`,
  };
}
