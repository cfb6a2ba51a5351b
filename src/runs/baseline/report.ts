/** A baseline's section of the report. */
import type { BaselineReport } from '../../eval/run-report.js';
import type { GridPoint } from '../../models/baselines/grid.js';
import { type BaselineSpec, describeBaseline } from '../../models/baselines/spec.js';
import { type FitContext, type FittedBaseline, sizesOf } from '../../training/baseline/fit.js';
import { topTermsPerLabel } from '../../training/baseline/top-terms.js';
import { type Metric, scoreOf, validationTitle } from '../../training/validation-metric.js';

const settingText = (point: GridPoint): string =>
  Object.entries(point)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** Description of a selection criterion. */
const metricTitle = (metric: Metric): string =>
  metric === 'roc_auc'
    ? 'ROC-AUC (macro)'
    : `${scoreOf(metric, 1) < 0 ? 'negative ' : ''}${validationTitle(metric)}`;

/** A baseline as the page shows it. */
export function baselineReport(
  spec: BaselineSpec,
  fits: readonly FittedBaseline[],
  { task, labels }: FitContext,
): BaselineReport {
  return {
    title: describeBaseline(spec),
    metric: metricTitle(fits[0].metric),
    folds: fits.map(({ tried, point }) => ({
      tried: tried.map((one) => ({
        setting: settingText(one.point),
        score: one.score,
        chosen: one.point === point,
      })),
    })),
    terms: topTermsPerLabel(spec, fits, labels, sizesOf(task, labels)),
  };
}
