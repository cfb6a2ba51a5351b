/** Metrics as a reader wants them. */
import { countText } from '../base/format.js';
import type { Interval, Metrics, SplitMetrics } from './metrics.js';
import type { PitchMetrics } from './pitch/metrics.js';
import { PITCH_MEASURES, pitchMeasures } from './pitch/scores.js';
import type { RegressionMetrics } from './regression/metrics.js';
import { REGRESSION_METRICS, regressionMetrics } from './regression/scores.js';
import type { AnyMetrics } from './run-report.js';

/** A metric's value: `0.912`, or a dash where undefined. */
export function metricText(value: number | null, digits = 3): string {
  return value === null ? '–' : value.toFixed(digits);
}

/** An interval: `0.905 to 0.919`, or null. */
export function intervalText(interval: Interval | null): string | null {
  return interval && `${metricText(interval[0])} to ${metricText(interval[1])}`;
}

/** How bootstrap intervals were made, for a caption: `95 % bootstrap intervals, 1000 samples of 27 songs`. */
export function intervalNote({ samples, groups, unit }: SplitMetrics['bootstrap']): string {
  return samples > 0 && groups > 1
    ? `95 % bootstrap intervals, ${samples} samples of ${groups} ${unit}s`
    : 'without intervals';
}

/** Sentences on what a reader of a run's metrics must not miss. */
export function metricNotes(metrics: AnyMetrics): string[] {
  const { bootstrap, examples } = metrics;
  const { ungrouped = 0, unit } = bootstrap;
  return [
    ...taskNotes(metrics),
    ungrouped === 0
      ? null
      : ungrouped === examples
        ? `Intervals are drawn by clip, because neither songs nor groups are known: they are too narrow where clips are alike.`
        : `${ungrouped} of ${countText(examples, 'example')} have no known ${unit} and are drawn alone in the intervals.`,
    ...headlineEstimates(metrics).map(([name, value, interval]) => excludedNote(name, value, interval)),
  ].filter((note) => note !== null);
}

function taskNotes(metrics: AnyMetrics): (string | null)[] {
  if (metrics.task === 'pitch') return unvoicedNotes(metrics);
  return metrics.task === 'regression' ? targetNotes(metrics) : [undefinedLabelsNote(metrics)];
}

/** A sentence on recordings without a voiced frame, whose measures of pitch are undefined. */
function unvoicedNotes({ per_recording: recordings, split }: PitchMetrics): string[] {
  const silent = recordings.filter(({ voiced }) => voiced === 0);
  if (silent.length === 0) return [];
  return [
    `${silent.length} of ${countText(recordings.length, 'recording')} of the ${split} split have no voiced frame and are left out of voicing recall, raw pitch and raw chroma accuracy; the first is ${silent[0].recording}.`,
  ];
}

const headlineEstimates = (metrics: AnyMetrics): [string, number | null, Interval | null][] =>
  metrics.task === 'pitch'
    ? PITCH_MEASURES.map((measure) => [
        pitchMeasures[measure].title,
        metrics[measure],
        metrics[`${measure}_ci95`],
      ])
    : metrics.task === 'regression'
      ? numberEstimates(metrics)
      : labelEstimates(metrics);

const numberEstimates = (metrics: RegressionMetrics): [string, number | null, Interval | null][] =>
  REGRESSION_METRICS.map((metric) => [
    `mean ${regressionMetrics[metric].title}`,
    metrics[metric].macro,
    metrics[metric].ci95,
  ]);

const labelEstimates = (metrics: Metrics): [string, number | null, Interval | null][] => [
  ['macro ROC-AUC', metrics.roc_auc.macro, metrics.roc_auc.ci95],
  ['macro PR-AUC', metrics.pr_auc.macro, metrics.pr_auc.ci95],
  ['accuracy', metrics.accuracy, metrics.accuracy_ci95],
  ['macro F1', metrics.f1.macro, metrics.f1.ci95],
];

/** A sentence where a bootstrap interval excludes its own estimate; null where it does not. */
export function excludedNote(name: string, value: number | null, interval: Interval | null): string | null {
  if (value === null || interval === null || (interval[0] <= value && value <= interval[1])) return null;
  return `The interval of ${name}, ${intervalText(interval)}, excludes its own estimate ${metricText(value)}: the test split is too small for the bootstrap; do not quote it.`;
}

/** Sentences on targets with missing values, and on those whose metrics are undefined. */
export function targetNotes({ per_target: targets, split, examples }: RegressionMetrics): string[] {
  return targets.flatMap(({ target, values, missing, r2, pearson }) => [
    ...(missing > 0 && values > 0
      ? [
          `The truth of ${target} is known for ${values} of ${countText(examples, 'example')} of the ${split} split; its metrics are of these.`,
        ]
      : []),
    ...(r2 === null
      ? [
          `The truth of ${target} ${values === 0 ? 'is not known for any example' : 'is the same for all examples'} of the ${split} split, so its ${values === 0 ? 'metrics are' : 'R², Pearson’s r and CCC are'} undefined and left out of the means.`,
        ]
      : pearson === null
        ? [
            `The predictions of ${target} are the same for all examples of the ${split} split, so its Pearson’s r is undefined and left out of the mean.`,
          ]
        : []),
  ]);
}

/** A sentence on labels whose rank metrics are undefined; null where all are defined. */
export function undefinedLabelsNote({ undefined_labels: names, labels, split }: Metrics): string | null {
  if (names.length === 0) return null;
  return `${names.length} of ${countText(labels, 'label')} ${names.length === 1 ? 'has' : 'have'} no positive or no negative example in the ${split} split and ${names.length === 1 ? 'is' : 'are'} left out of the mean ROC-AUC and PR-AUC: ${names.join(', ')}.`;
}
