/** Metrics as a reader wants them. */
import { countText } from '../base/format.js';
import type { Interval, Metrics } from './metrics.js';

/** A metric's value: `0.912`, or a dash where undefined. */
export function metricText(value: number | null, digits = 3): string {
  return value === null ? '–' : value.toFixed(digits);
}

/** An interval: `0.905 to 0.919`, or null. */
export function intervalText(interval: Interval | null): string | null {
  return interval && `${metricText(interval[0])} to ${metricText(interval[1])}`;
}

/** How bootstrap intervals were made, for a caption: `95 % bootstrap intervals, 1000 samples of 27 songs`. */
export function intervalNote({ samples, groups, unit }: Metrics['bootstrap']): string {
  return samples > 0 && groups > 1
    ? `95 % bootstrap intervals, ${samples} samples of ${groups} ${unit}s`
    : 'without intervals';
}

/** A sentence on labels whose rank metrics are undefined; null where all are defined. */
export function undefinedLabelsNote({ undefined_labels: names, labels, split }: Metrics): string | null {
  if (names.length === 0) return null;
  return `${names.length} of ${countText(labels, 'label')} ${names.length === 1 ? 'has' : 'have'} no positive or no negative example in the ${split} split and ${names.length === 1 ? 'is' : 'are'} left out of the mean ROC-AUC and PR-AUC: ${names.join(', ')}.`;
}
