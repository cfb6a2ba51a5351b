/** A fitted baseline, evaluated again on a part of a data set. */
import { join } from 'node:path';
import { WrongUse } from '../../base/errors.js';
import type { Config } from '../../config/schema.js';
import type { Dataset, Example, Split } from '../../data/dataset.js';
import type { Predictions } from '../../eval/predictions.js';
import { withTruth } from '../../eval/with-truth.js';
import type { BaselineSpec } from '../../models/baselines/spec.js';
import { loadFeatures } from './features.js';
import { scoreBaseline } from './fit.js';
import { breathing } from './run-baseline.js';
import { foldFolder, loadBaseline } from './stored-baseline.js';

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
 * @throws WrongUse when the run has no model, the labels are others, or the folds are not those of the run
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
  const folder = join(run, 'model');
  const folds = dataset.folds?.length ?? 1;
  if (folds > 1 && split === 'train')
    throw new WrongUse(
      'With all folds, every track is in several training parts; evaluate the test or the validation part.',
    );
  const first = await loadBaseline(foldFolder(folder, folds > 1 ? 0 : null));
  const { inputs, dictionary, trained_on } = first.description;
  if (folds > 1 && trained_on.fingerprint !== dataset.fingerprint)
    throw new WrongUse(
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
  const rowOf = new Map<string, Float32Array>();
  for (let fold = 0; fold < folds; fold++) {
    await breathe();
    const fitted = fold === 0 ? first : await loadBaseline(foldFolder(folder, fold));
    const own = examples.filter(
      (example) => (dataset.folds?.[fold].get(example.id) ?? example.split) === split,
    );
    const { scores } = scoreBaseline(context, fitted, own);
    for (const [row, { id }] of own.entries())
      rowOf.set(id, scores.subarray(row * labels.length, (row + 1) * labels.length));
  }
  const scored: Example[] = examples.filter(({ id }) => rowOf.has(id));
  const scores = new Float32Array(scored.length * labels.length);
  for (const [row, { id }] of scored.entries()) scores.set(rowOf.get(id)!, row * labels.length);
  return {
    predictions: withTruth(scored, task, labels, scores),
    thresholds: first.description.thresholds,
  };
}
