/** Truth against prediction, and what is left between them, target by target. */
import { targetColumn } from '../../../../eval/regression/scores.js';
import type { RegressionReport } from '../../../../eval/run-report.js';
import type { Chart } from '../../../charts/chart.js';
import { figure } from '../../../charts/figure.js';
import { html } from '../../../kit/html.js';
import type { Section } from '../../../kit/sections.js';

/** Dots of a chart that a page can hold; of more, evenly spread rows are shown. */
const MOST_DOTS = 3000;

/** Most bars of the histogram of residuals. */
const MOST_BARS = 30;

/** Four digits that count, so that a page is not filled with more. */
const short = (value: number): number => Number(value.toPrecision(4));

/** What is drawn of a target. */
interface Shown {
  target: string;
  ids: string[];
  truth: number[];
  predicted: number[];
  /** Of all rows. */
  residuals: number[];
}

/** Targets with a known value. */
function shownOf({ predictions }: RegressionReport): Shown[] {
  return predictions.labels.flatMap((target, j): Shown[] => {
    const { rows, truth, predicted } = targetColumn(predictions, j);
    if (rows.length === 0) return [];
    const step = Math.max(1, Math.ceil(rows.length / MOST_DOTS));
    const thinned = <Value>(values: ArrayLike<Value>): Value[] =>
      Array.from(values).filter((_, i) => i % step === 0);
    return [
      {
        target,
        ids: thinned(rows).map((row) => predictions.ids[row]),
        truth: thinned(truth).map(short),
        predicted: thinned(predicted).map(short),
        residuals: Array.from(truth, (value, i) => predicted[i] - value),
      },
    ];
  });
}

/** The least and the greatest value, a little apart where they are the same. */
function rangeOf(values: readonly number[]): [number, number] {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const margin = high > low ? 0.04 * (high - low) : 0.5;
  return [low - margin, high + margin];
}

const opacityOf = (dots: number): number => Math.max(0.25, Math.min(0.8, 120 / dots));

function scatterChart({ target, ids, truth, predicted }: Shown): Chart {
  const range = rangeOf([...truth, ...predicted]);
  return {
    title: `Truth and prediction of ${target}`,
    x: { title: `${target}, truth`, range },
    y: { title: 'prediction', range },
    marks: [
      { kind: 'line', x: range, y: range, tone: 'muted', width: 1, dash: 'dot', name: 'prediction = truth' },
      {
        ...{ kind: 'dots', tone: 0, size: 6, opacity: opacityOf(truth.length) },
        ...{ x: truth, y: predicted },
        hover: ids.map((id, i) => `${id}\ntruth ${truth[i]}\nprediction ${predicted[i]}`),
      },
    ],
    height: 390,
  };
}

function residualChart({ target, ids, truth, predicted }: Shown): Chart {
  const left = truth.map((value, i) => short(predicted[i] - value));
  const across = rangeOf(predicted);
  return {
    title: `Residuals of ${target} by prediction`,
    x: { title: `${target}, prediction`, range: across },
    y: { title: 'prediction − truth' },
    marks: [
      { kind: 'line', x: across, y: [0, 0], tone: 'muted', width: 1, dash: 'dot' },
      {
        ...{ kind: 'dots', tone: 1, size: 6, opacity: opacityOf(truth.length) },
        ...{ x: predicted, y: left },
        hover: ids.map((id, i) => `${id}\nprediction ${predicted[i]}\nresidual ${left[i]}`),
      },
    ],
  };
}

function residualHistogram({ target, residuals }: Shown): Chart {
  const [low, high] = rangeOf(residuals);
  const bars = Math.min(MOST_BARS, Math.max(5, Math.round(1.5 * Math.sqrt(residuals.length))));
  const width = (high - low) / bars;
  const counts = new Array<number>(bars).fill(0);
  for (const residual of residuals) counts[Math.min(bars - 1, Math.floor((residual - low) / width))]++;
  return {
    title: `Distribution of the residuals of ${target}`,
    x: { title: `${target}, prediction − truth`, range: [low, high] },
    y: { title: 'examples' },
    marks: [
      {
        ...{ kind: 'bars', tone: 1, opacity: 0.8, width: short(width) },
        counts: { unit: 'examples', values: counts },
        x: counts.map((_, i) => short(low + (i + 0.5) * width)),
        y: counts,
      },
      { kind: 'guide', x: 0, tone: 'text' },
    ],
  };
}

/** Truth against prediction of each target, for a paper. */
export const scatterCharts = (report: RegressionReport): Chart[] => shownOf(report).map(scatterChart);

/** The distribution of each target's residuals, for a paper. */
export const residualCharts = (report: RegressionReport): Chart[] => shownOf(report).map(residualHistogram);

/** The section of truth against prediction; null where no truth is known. */
export function scatterSection(report: RegressionReport): Section | null {
  const shown = shownOf(report);
  if (shown.length === 0) return null;
  const isThinned = shown.some(({ truth, residuals }) => truth.length < residuals.length);
  return {
    id: 'predictions',
    title: 'Truth and prediction',
    link: 'Predictions',
    html: html`${figure({
      name: 'predictions',
      choices: [{ label: 'Target', name: 'target', options: shown.map(({ target }) => target) }],
      panels: [{ charts: shown.map(scatterChart) }],
    })}
    <p class="aside">One dot per example${isThinned && `, evenly thinned to ${MOST_DOTS} at most`}; on the dotted line prediction and truth are equal. A cloud flatter
      than the line means predictions that shrink towards the mean, which CCC sees and r does not.</p>`,
  };
}

/** The section of residuals; null where no truth is known. */
export function residualsSection(report: RegressionReport): Section | null {
  const shown = shownOf(report);
  if (shown.length === 0) return null;
  return {
    id: 'residuals',
    title: 'Residuals',
    html: html`${figure({
      name: 'residuals',
      choices: [{ label: 'Target', name: 'residual-target', options: shown.map(({ target }) => target) }],
      panels: [{ charts: shown.map(residualChart) }, { charts: shown.map(residualHistogram) }],
    })}
    <p class="aside">Prediction minus truth. A slope or a bend in the left chart is a systematic error.</p>`,
  };
}
