/** The numbers one quotes of a regression: means over targets, each target's, and those of parts and conditions. */
import { metricText } from '../../../../eval/format.js';
import type { Interval } from '../../../../eval/metrics.js';
import type { RegressionMetrics, ScoresWithIntervals } from '../../../../eval/regression/metrics.js';
import {
  REGRESSION_METRICS,
  type RegressionMetric,
  regressionMetrics,
} from '../../../../eval/regression/scores.js';
import type { RegressionReport } from '../../../../eval/run-report.js';
import { figure } from '../../../charts/figure.js';
import { type Estimated, estimateChart } from '../../../charts/forest.js';
import { type Html, html } from '../../../kit/html.js';
import type { Section } from '../../../kit/sections.js';
import { details, estimate, table } from '../../../kit/text.js';
import { partsSection } from '../breakdown.js';
import { artistNote, card, type Headline, intervalsSentence } from '../headline.js';

const EXPLANATIONS: Record<RegressionMetric, string> = {
  r2: 'Share of the truth’s variance that the predictions explain; 0 for always predicting the mean, below 0 for worse than that.',
  rmse: 'Square root of the mean squared error, in the unit of the targets.',
  pearson: 'Linear correlation of truth and prediction; blind to a wrong scale or offset.',
  ccc: 'Concordance (Lin 1989): correlation, lowered where the predictions’ mean or spread differ from the truth’s.',
};

const titles = REGRESSION_METRICS.map((metric) => regressionMetrics[metric].title);

function headlines(metrics: RegressionMetrics): Headline[] {
  const isMean = metrics.targets > 1;
  return REGRESSION_METRICS.map((metric) => {
    const { macro: value, ci95: interval } = metrics[metric];
    const isShare = metric !== 'rmse';
    return {
      name: `${regressionMetrics[metric].title}${isMean ? ' (mean over targets)' : ''}`,
      ...{ value, interval, isShare },
      chance: isShare ? 0 : metrics.mean_baseline.rmse,
      chanceText: metric === 'pearson' ? 'without any relation' : 'always predicting the mean',
      explanation: EXPLANATIONS[metric],
      ...(metric === 'r2' && interval && { verdict: verdict(interval) }),
    };
  });
}

function verdict([low, high]: Interval): string {
  if (low > 0) return 'better than always predicting the mean';
  if (high < 0) return 'worse than always predicting the mean';
  return 'not distinguishable from always predicting the mean';
}

/** The section of headline numbers, with each target's. */
export function resultsSection({ metrics }: RegressionReport): Section {
  const { by_artist: own } = metrics;
  return {
    id: 'headline',
    title: 'Results',
    html: html`<div class="cards">${headlines(metrics).map(card)}</div>
      ${table({
        head: ['Target', 'Values', 'Missing', 'Mean', 'Deviation', ...titles],
        rows: metrics.per_target.map((one) => [
          ...[one.target, one.values, one.missing, metricText(one.mean), metricText(one.deviation)],
          ...cells(one),
        ]),
      })}
      <p class="aside">${intervalsSentence(metrics)} The bars run from 0 to 1. Mean and deviation are of the truth; the deviation is
        the RMSE of always predicting that mean. A dash: undefined, because the truth or the predictions do not vary.</p>
      ${
        own &&
        artistNote(
          own.groups,
          REGRESSION_METRICS.map((metric) => [regressionMetrics[metric].title, own[metric]] as const),
        )
      }`,
  };
}

const cells = (scores: ScoresWithIntervals): Html[] =>
  REGRESSION_METRICS.map((metric) => estimate({ value: scores[metric], interval: scores[`${metric}_ci95`] }));

/** The parts of a split with numbers. */
export const numberParts = ({ metrics }: RegressionReport): Section | null =>
  partsSection(
    metrics.breakdown,
    titles,
    cells,
    `model; means over targets with 95 % intervals. R², r and CCC are lower where the truth of a part varies less; RMSE does not depend on
      that.`,
  );

/** The section of test conditions. */
export function numberConditions({ conditions, metrics }: RegressionReport): Section | null {
  if (conditions.length === 0) return null;
  const rows: { name: string; metrics: RegressionMetrics | null }[] = [
    { name: 'unchanged', metrics },
    ...conditions,
  ];
  const charts = REGRESSION_METRICS.map((metric) => {
    const { title } = regressionMetrics[metric];
    const shown = rows.map(({ name, metrics: own }, i): Estimated => {
      const { macro: value, ci95: interval } = own?.[metric] ?? { macro: null, ci95: null };
      const hover = `${name}\n${metricText(value)}, ${own?.examples ?? 0} clips`;
      return { name, value, interval, hover, tone: i === 0 ? 1 : 0 };
    });
    const [{ value }] = shown;
    return estimateChart(`${title} by test condition`, title, shown, value === null ? null : { x: value });
  });
  return {
    id: 'conditions',
    title: 'Test conditions',
    link: 'Conditions',
    html: html`${figure({
      name: 'conditions',
      choices: [{ label: 'Show', name: 'condition-metric', options: titles }],
      panels: [{ charts }],
    })}
    <p class="aside">The same weights on the test split with inputs removed or changed, or on a subset of the clips; means over targets. Lines: 95 %
      intervals of each result; dotted: the result on unchanged inputs. The clips are the same, so a difference to it is surer than the
      intervals look: they may overlap.</p>
    ${details(
      'As a table',
      table({
        head: ['Condition', 'Clips', ...titles],
        rows: rows.map(({ name, metrics: own }) => [
          ...[name, own?.examples ?? 0],
          ...REGRESSION_METRICS.map((metric) =>
            estimate({ value: own?.[metric].macro ?? null, interval: own?.[metric].ci95 ?? null }),
          ),
        ]),
      }),
    )}`,
  };
}
