/** The numbers one quotes, with their intervals, and accuracy beside the majority baseline. */
import { countText } from '../../../base/format.js';
import { intervalText, metricText } from '../../../eval/format.js';
import type { Interval, Metrics, SplitMetrics } from '../../../eval/metrics.js';
import type { RunReport } from '../../../eval/run-report.js';
import { type Html, html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';

/** Rules of the scales under the numbers. */
export const HEADLINE_STYLE = `
.interval, .chance { font-size: 0.9rem; color: var(--muted); font-variant-numeric: tabular-nums; }
.chance b, .verdict { color: var(--text); }
.verdict { font-size: 0.9rem; font-weight: 600; }
.scale { position: relative; height: 8px; background: var(--line); border-radius: 4px; margin: 8px 0; }
.scale span { position: absolute; top: 0; height: 100%; }
.scale-value { left: 0; background: var(--series-1); opacity: 0.55; border-radius: 4px 0 0 4px; }
.scale-interval { background: var(--series-1); min-width: 2px; }
.scale .scale-chance { top: -3px; height: 14px; width: 2px; background: var(--text); }
`;

export interface Headline {
  name: string;
  value: number | null;
  interval: Interval | null;
  /** What a model without any knowledge reaches, and what that is called. */
  chance: number | null;
  chanceText: string;
  explanation: string;
  verdict?: string;
  /** Whether the value lies from 0 to 1 and is drawn on a bar. Default: true. */
  isShare?: boolean;
}

function headlines(metrics: Metrics): Headline[] {
  const isClasses = metrics.task === 'classification';
  const [label, labels] = isClasses ? ['class', 'classes'] : ['tag', 'tags'];
  const defined = metrics.per_label.filter(({ pr_auc }) => pr_auc !== null);
  const positives = defined.reduce((sum, one) => sum + one.positives, 0);
  const rank: Headline[] = [
    {
      name: 'ROC-AUC (macro)',
      value: metrics.roc_auc.macro,
      interval: metrics.roc_auc.ci95,
      chance: 0.5,
      chanceText: 'by chance',
      explanation: `Probability that an example with a ${label} scores above one without it; mean over ${labels}. Micro ${metricText(metrics.roc_auc.micro)}.`,
    },
    {
      name: 'PR-AUC (macro)',
      value: metrics.pr_auc.macro,
      interval: metrics.pr_auc.ci95,
      chance: defined.length === 0 ? null : positives / defined.length / metrics.examples,
      chanceText: 'by chance',
      explanation: `Average precision; mean over ${labels}. Micro ${metricText(metrics.pr_auc.micro)}.`,
    },
  ];
  const decided: Headline[] = [
    {
      name: 'Accuracy',
      value: metrics.accuracy,
      interval: metrics.accuracy_ci95,
      chance: metrics.majority_baseline.accuracy,
      chanceText: 'majority baseline',
      explanation: isClasses
        ? 'Share of examples with the correct class. The baseline always predicts the most frequent class.'
        : 'Share of correct yes-or-no decisions over all tags. The baseline decides for each tag whatever is more frequent.',
      verdict: verdict(metrics),
    },
    {
      name: 'F1 (macro)',
      value: metrics.f1.macro,
      interval: metrics.f1.ci95,
      chance: null,
      chanceText: '',
      explanation: `Harmonic mean of precision and recall; mean over ${labels}. Micro ${metricText(metrics.f1.micro)}, weighted ${metricText(metrics.f1.weighted)}.`,
    },
  ];
  return isClasses ? [...decided, ...rank] : [...rank, ...decided];
}

/** How accuracy compares with its baseline on the same resamples. */
function verdict({ accuracy, accuracy_ci95, majority_baseline }: Metrics): string {
  const [from, to] = accuracy_ci95 ?? [accuracy, accuracy];
  const majority = majority_baseline.accuracy;
  const [low, high] = majority_baseline.difference_ci95 ?? [from - majority, to - majority];
  if (low > 0) return 'above the majority baseline';
  if (high < 0) return 'below the majority baseline';
  return 'not distinguishable from the majority baseline';
}

/** A number with its interval, beside what knows nothing reaches. */
export function card({
  name,
  value,
  interval,
  chance,
  chanceText,
  explanation,
  verdict: note,
  isShare = true,
}: Headline): Html {
  const percent = (share: number): string => `${(100 * Math.min(1, Math.max(0, share))).toFixed(2)}%`;
  const range = intervalText(interval);
  return html`<div class="card">
    <h3>${name}</h3>
    <p class="value">${metricText(value)}</p>
    <p class="interval">${range ? `95 % interval ${range}` : 'no interval'}</p>
    ${
      isShare &&
      html`<div class="scale" aria-hidden="true">
      ${value !== null && html`<span class="scale-value" style="width:${percent(value)}"></span>`}
      ${interval && html`<span class="scale-interval" style="left:${percent(interval[0])};width:${percent(interval[1] - Math.max(0, interval[0]))}"></span>`}
      ${chance !== null && html`<span class="scale-chance" style="left:${percent(chance)}"></span>`}
    </div>`
    }
    ${chance !== null && html`<p class="chance"><b>${metricText(chance)}</b> ${chanceText}</p>`}
    ${note !== undefined && html`<p class="verdict">${note}</p>`}
    <p class="explanation">${explanation}</p>
  </div>`;
}

/** The intervals from resamples of artists: wider where an artist's songs are alike. */
export function artistNote(
  groups: number,
  intervals: readonly (readonly [string, Interval | null])[],
): Html | null {
  const parts = intervals.flatMap(([name, interval]) =>
    interval ? [`${name} ${intervalText(interval)}`] : [],
  );
  return parts.length === 0
    ? null
    : html`<p class="aside">By artist (${countText(groups, 'artist')} drawn in place of songs): ${parts.join(', ')}.</p>`;
}

/** How the intervals were made. */
export function intervalsSentence({ bootstrap: { samples, groups, unit } }: SplitMetrics): string {
  return samples > 0 && groups > 1
    ? `Intervals: ${countText(samples, 'bootstrap sample')} of ${countText(groups, unit)}${unit === 'clip' ? '' : `; clips of one ${unit} stay together`}.`
    : 'No bootstrap intervals were computed.';
}

/** What an interval from 1 to 1, or another without width, means; null where there is none. */
function widthNote(intervals: readonly (Interval | null)[]): Html | null {
  if (!intervals.some((interval) => interval !== null && interval[0] === interval[1])) return null;
  return html`<p class="aside">An interval without width: all resamples of a score of 1 (or 0) have that score too, so the
    bootstrap cannot say how other examples would be scored. A larger test split can.</p>`;
}

/** The section of headline numbers. */
export function headlineSection({ metrics }: RunReport): Section {
  const { by_artist: own } = metrics;
  const intervals = own && [
    ['ROC-AUC', own.roc_auc] as const,
    ['PR-AUC', own.pr_auc] as const,
    ['accuracy', own.accuracy] as const,
    ['F1', own.f1] as const,
  ];
  const cards = headlines(metrics);
  return {
    id: 'headline',
    title: 'Results',
    html: html`<div class="cards">${cards.map(card)}</div>
      <p class="aside">${intervalsSentence(metrics)} The bars run from 0 to 1; the dark tick marks chance or the majority baseline.</p>
      ${widthNote(cards.map(({ interval }) => interval))}
      ${own && artistNote(own.groups, intervals!)}`,
  };
}
