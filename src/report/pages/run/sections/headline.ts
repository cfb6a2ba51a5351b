/** The numbers one quotes, with their intervals, and accuracy beside what it would be without listening. */

import { countText } from '../../../../base/format.js';
import { intervalText, metricText } from '../../../../eval/format.js';
import type { Interval, Metrics } from '../../../../eval/metrics.js';
import { type Html, html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

interface Headline {
  name: string;
  value: number | null;
  interval: Interval | null;
  /** What a model that knows nothing reaches, and in words. */
  chance: number | null;
  chanceText: string;
  explanation: string;
}

function headlines(metrics: Metrics): Headline[] {
  const classes = metrics.task === 'classification';
  const labels = classes ? 'classes' : 'tags';
  const defined = metrics.per_label.filter((label) => label.pr_auc !== null);
  const prevalence =
    defined.length === 0
      ? null
      : defined.reduce((sum, label) => sum + label.positives, 0) / defined.length / metrics.examples;
  const rank: Headline[] = [
    {
      name: 'ROC-AUC (macro)',
      value: metrics.roc_auc.macro,
      interval: metrics.roc_auc.ci95,
      chance: 0.5,
      chanceText: 'by chance',
      explanation: `How often an example with a ${classes ? 'class' : 'tag'} is scored above one without; mean over ${labels}. Micro ${metricText(metrics.roc_auc.micro)}.`,
    },
    {
      name: 'PR-AUC (macro)',
      value: metrics.pr_auc.macro,
      interval: metrics.pr_auc.ci95,
      chance: prevalence,
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
      explanation: classes
        ? 'Share of examples whose class is right. The baseline always names the most frequent class.'
        : 'Share of right yes-or-no decisions over all tags. The baseline says of each tag whatever is more frequent.',
    },
    {
      name: 'F1 (macro)',
      value: metrics.f1.macro,
      interval: metrics.f1.ci95,
      chance: null,
      chanceText: '',
      explanation: `Balance of precision and recall; mean over ${labels}. Micro ${metricText(metrics.f1.micro)}, weighted ${metricText(metrics.f1.weighted)}.`,
    },
  ];
  return classes ? [...decided, ...rank] : [...rank, ...decided];
}

/** How accuracy compares with its baseline, the interval counted. */
function verdict({ accuracy, accuracy_ci95, majority_baseline }: Metrics): string {
  const [low, high] = accuracy_ci95 ?? [accuracy, accuracy];
  if (low > majority_baseline.accuracy) return 'above the majority baseline';
  if (high < majority_baseline.accuracy) return 'below the majority baseline';
  return 'not distinguishable from the majority baseline';
}

function card(headline: Headline, note: string | null): Html {
  const interval = intervalText(headline.interval);
  const percent = (value: number): string => `${(100 * Math.min(1, Math.max(0, value))).toFixed(2)}%`;
  const [low, high] = headline.interval ?? [headline.value ?? 0, headline.value ?? 0];
  return html`<div class="card">
    <h3>${headline.name}</h3>
    <p class="value">${metricText(headline.value)}</p>
    <p class="interval">${interval ? `95 % interval ${interval}` : 'no interval'}</p>
    <div class="scale" aria-hidden="true">
      ${headline.value !== null && html`<span class="scale-value" style="width:${percent(headline.value)}"></span>`}
      ${headline.interval && html`<span class="scale-interval" style="left:${percent(low)};width:${percent(high - low)}"></span>`}
      ${headline.chance !== null && html`<span class="scale-chance" style="left:${percent(headline.chance)}"></span>`}
    </div>
    ${headline.chance !== null && html`<p class="chance"><b>${metricText(headline.chance)}</b> ${headline.chanceText}</p>`}
    ${note && html`<p class="verdict">${note}</p>`}
    <p class="explanation">${headline.explanation}</p>
  </div>`;
}

/** Makes the section of headline numbers. */
export const headline = defineSection<Metrics>({
  id: 'headline',
  title: 'Results',
  data: (report) => report.metrics,
  html: (metrics) => {
    const { bootstrap, undefined_labels } = metrics;
    const unit = bootstrap.unit === 'song' ? 'song' : 'clip';
    return html`<div class="cards">
        ${headlines(metrics).map((item) => card(item, item.name === 'Accuracy' ? verdict(metrics) : null))}
      </div>
      <p class="aside">${
        bootstrap.samples > 0 && bootstrap.groups > 1
          ? `Intervals: ${countText(bootstrap.samples, 'bootstrap sample')} of ${countText(bootstrap.groups, unit)}, drawn whole.`
          : 'No bootstrap intervals were computed.'
      }
      The bars run from 0 to 1; the dark tick is what a model reaches that never listens.
      ${
        undefined_labels.length > 0 &&
        html`${countText(undefined_labels.length, 'label')} without a positive or a negative example
          ${undefined_labels.length === 1 ? 'is' : 'are'} left out of the means of ROC-AUC and PR-AUC:
          ${undefined_labels.slice(0, 20).join(', ')}${undefined_labels.length > 20 && ', …'}.`
      }</p>`;
  },
  draw: [],
});
