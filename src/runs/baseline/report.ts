/** A baseline's section of the report. */
import { readFile } from 'node:fs/promises';
import { mediaTypeOf } from '../../audio/media-types.js';
import type { Config } from '../../config/schema.js';
import type { Example } from '../../data/dataset.js';
import type { ExamplePredictions } from '../../eval/predictions.js';
import type { BaselineReport, ExampleView } from '../../eval/run-report.js';
import type { GridPoint } from '../../models/baselines/grid.js';
import { type BaselineSpec, describeBaseline } from '../../models/baselines/spec.js';
import { type FitContext, type FittedBaseline, sizesOf } from '../../training/baseline/fit.js';
import { topTermsPerLabel } from '../../training/baseline/top-terms.js';
import { type Metric, scoreOf, validationTitle } from '../../training/validation-metric.js';
import { lyricsTextOf, spreadRows } from '../example-views.js';

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

/** Examples for the report, from the best predicted to the worst; `examples` is in the order of the predictions. */
export function baselineViews(
  config: Config,
  examples: readonly Example[],
  predictions: ExamplePredictions,
): Promise<ExampleView[]> {
  return Promise.all(
    spreadRows(predictions, config.evaluation.examples).map(async (row) => {
      const { id, title, artist, audio, lyrics } = examples[row];
      return {
        id,
        title,
        artist: artist ?? '',
        audio: audio === null ? null : await readFile(audio).catch(() => null),
        mediaType: mediaTypeOf(audio ?? '') ?? 'audio/mpeg',
        seconds: 0,
        mel: null,
        attention: [],
        lyrics: lyrics === null ? null : await lyricsTextOf(lyrics, config),
        row,
      };
    }),
  );
}
