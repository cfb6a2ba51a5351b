/** The page of a learning-rate test, with its table. */
import { join } from 'node:path';
import { writeWhole } from '../../base/files.js';
import { countText, rounded } from '../../base/format.js';
import { csvTable } from '../../base/text-tables.js';
import type { FoundRate } from '../../runs/network/find-rate.js';
import type { Chart, GuideMark } from '../charts/chart.js';
import { figure } from '../charts/figure.js';
import { logTicks } from '../charts/scale.js';
import { html } from '../kit/html.js';
import { packedPlotly } from '../kit/plotly.js';
import { sectionsPage } from '../kit/sections.js';

/** Files of a learning-rate test, in the folder that it is given. */
export const RATE_FILES = {
  page: 'learning-rate.html',
  /** `rate`, `loss` and `smoothed_loss`, one row per step. */
  table: 'learning-rate.csv',
  /** The suggestion and what it is from. */
  record: 'learning-rate.json',
} as const;

/** A rate as a person writes it: two digits. */
export const rateText = (rate: number): string => String(Number(rate.toPrecision(2)));

/** The powers of ten in a range of rates. */
const decades = (rates: readonly number[]): { at: number; text: string }[] =>
  logTicks(Math.min(...rates), Math.max(...rates)).map((at) => ({ at, text: rateText(at) }));

/** Where the loss falls: that of a test which diverged is far above, and would make the fall flat. */
function lossRange(points: FoundRate['points']): [number, number] {
  const smoothed = points.map((point) => point.smoothed);
  const [least, first] = [
    Math.min(...points.map(({ loss }) => loss)),
    Math.max(...smoothed.slice(0, Math.ceil(smoothed.length / 2))),
  ];
  const margin = 0.25 * (first - least);
  return [least - margin, first + 2 * margin];
}

function rateChart({ points, suggestion, learningRate }: FoundRate): Chart {
  const x = points.map(({ rate }) => rate);
  const guide = (at: number, tone: GuideMark['tone'], dash: 'dash' | 'dot'): GuideMark => ({
    ...{ kind: 'guide', x: at, tone, dash },
  });
  const isShown = learningRate >= x[0] && learningRate <= x[x.length - 1];
  return {
    title: 'Loss over the learning rate',
    x: { title: 'learning rate', scale: 'log', ticks: decades(x) },
    y: { title: 'training loss', range: lossRange(points) },
    marks: [
      ...(suggestion === null ? [] : [guide(suggestion, 'text', 'dash')]),
      ...(isShown ? [guide(learningRate, 'muted', 'dot')] : []),
      {
        kind: 'line',
        name: 'each step',
        tone: 1,
        opacity: 0.45,
        width: 1,
        x,
        y: points.map(({ loss }) => rounded(loss, 5)),
      },
      { kind: 'line', name: 'smoothed', tone: 0, x, y: points.map(({ smoothed }) => rounded(smoothed, 5)) },
    ],
  };
}

/** What the test came to, in sentences. */
export function rateSentence({ points, suggestion, diverged, learningRate }: FoundRate): string {
  const [first, last] = [points[0].rate, points[points.length - 1].rate];
  const end = diverged ? ` The loss diverged at ${rateText(last)}.` : '';
  if (suggestion === null)
    return `The smoothed loss falls nowhere between ${rateText(first)} and ${rateText(last)}, so that no rate is suggested.${end}`;
  return `The smoothed loss falls most steeply at ${rateText(suggestion)}, which is the suggested training.optimizer.learning_rate; the config has ${rateText(learningRate)}.${end}`;
}

/**
 * Writes the page, the table and the record into a folder.
 *
 * @returns the page's path and the content of the record
 * @throws Failure when plotly.js-dist is missing or the folder cannot be written
 */
export async function writeRateSearch(
  out: string,
  found: FoundRate,
  command: string | null,
): Promise<{ page: string; record: Record<string, unknown> }> {
  const { points, suggestion, diverged, learningRate, optimizer, batchSize, dataset } = found;
  const record = {
    ...{ suggestion, learning_rate: learningRate, diverged, optimizer, batch_size: batchSize },
    ...{ steps: points.length, dataset, rule: 'steepest descent of the smoothed loss over log rate' },
  };
  const page = sectionsPage({
    title: `${found.name}: learning rate`,
    heading: `${found.name}: learning rate`,
    synthetic: found.synthetic,
    lead: html`<p class="lead">${rateSentence(found)}</p>`,
    notes: found.notes,
    command,
    plotly: await packedPlotly(),
    sections: [
      {
        id: 'rates',
        title: 'Range test',
        html: html`<p>${countText(points.length, 'step')} of ${optimizer} with a batch size of ${batchSize} on ${dataset}; the rate grows by the same factor at each.
          Dashed line: the suggestion. Dotted line: the rate of the config.</p>
          ${figure({ name: 'rates', panels: [{ charts: [rateChart(found)] }] })}
          <p class="aside">The range test of Smith (2017). The smoothed loss is an exponential average (0.95), corrected for its start; the suggestion is
          its steepest descent over the logarithm of the rate, by a line through eleven points, without the first ten and the last five steps. With a schedule that begins at its largest rate,
          a somewhat lower one is safer. The weights of the test are not kept.</p>`,
      },
    ],
  });
  const rows = points.map(({ rate, loss, smoothed }) => [rate, loss, smoothed]);
  await writeWhole(join(out, RATE_FILES.table), csvTable(['rate', 'loss', 'smoothed_loss'], rows));
  await writeWhole(join(out, RATE_FILES.record), `${JSON.stringify(record, null, 2)}\n`);
  await writeWhole(join(out, RATE_FILES.page), page);
  return { page: join(out, RATE_FILES.page), record };
}
