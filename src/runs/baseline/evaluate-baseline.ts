/** A fitted baseline, evaluated again on a part of a data set. */
import { UsageError } from '../../base/errors.js';
import type { Config } from '../../config/schema.js';
import type { Dataset, Split } from '../../data/dataset.js';
import type { Predictions } from '../../eval/predictions.js';
import type { BaselineSpec } from '../../models/baselines/spec.js';
import { breathing } from '../../training/baseline/breathing.js';
import { loadFeatures } from '../../training/baseline/features.js';
import { scoreBaseline } from '../../training/baseline/fit.js';
import { foldsOf, pooledPredictions, type ScoredPart } from '../../training/baseline/folds.js';
import { foldFolder, loadBaseline } from '../../training/baseline/stored-baseline.js';
import { runPath } from '../layout.js';

/** What is evaluated. */
export interface BaselineEvaluation {
  /** Folder of a finished run. */
  run: string;
  config: Config;
  spec: BaselineSpec;
  dataset: Dataset;
  split: Split;
  /** Refuses labels that are not the model's. */
  requireLabels: (labels: string[]) => void;
  signal?: AbortSignal;
  log: (line: string) => void;
}

/**
 * Scores a part of a data set with a run's baseline; of a run over all folds, each fold with the fit that did not see it.
 *
 * @param evaluation - run, data set, part
 * @returns the scores, and the thresholds that the run chose
 * @throws UsageError when the run has no model, the labels are others, or the folds are not those of the run
 */
export async function scoreStoredBaseline({
  run,
  config,
  spec,
  dataset,
  split,
  requireLabels,
  signal,
  log,
}: BaselineEvaluation): Promise<{ predictions: Predictions; thresholds: number[] | null }> {
  const folder = runPath(run, 'model');
  const folds = dataset.folds?.length ?? 1;
  if (folds > 1 && split === 'train')
    throw new UsageError(
      'With all folds, every track is in several training parts; evaluate the test or the validation part.',
    );
  const first = await loadBaseline(foldFolder(folder, folds > 1 ? 0 : null));
  const { inputs, dictionary, trained_on } = first.description;
  if (folds > 1 && trained_on.fingerprint !== dataset.fingerprint)
    throw new UsageError(
      `The folds are not those that ${run} was fitted to, so that tracks would be scored by fits that saw them; evaluate one fold of other data in a run of its own.`,
    );
  requireLabels(first.description.labels);
  const breathe = breathing(signal);
  const source = await loadFeatures(spec.features, { ...config, inputs }, dataset, {
    onNote: log,
    signal,
    breathe,
    dictionary,
  });
  const { task, labels, examples } = source.dataset;
  const context = { spec, source, task, labels };
  const parts: ScoredPart[] = [];
  for (const [fold, partOf] of foldsOf(source.dataset).entries()) {
    await breathe();
    const fitted = fold === 0 ? first : await loadBaseline(foldFolder(folder, fold));
    const own = examples.filter(({ id }) => partOf.get(id) === split);
    parts.push({ examples: own, predictions: scoreBaseline(context, fitted, own) });
  }
  const { predictions } = pooledPredictions(source.dataset, parts);
  return { predictions, thresholds: first.description.thresholds };
}
