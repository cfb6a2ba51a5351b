/** Folds: their parts, and the scores of all of them together. */
import { Failure } from '../../base/errors.js';
import { type Dataset, type Example, SPLITS, type Split } from '../../data/dataset.js';
import type { Predictions } from '../../eval/predictions.js';
import { withTruth } from '../../eval/with-truth.js';

/**
 * The parts of each fold.
 *
 * @param dataset - with folds, or with one split
 * @returns part by example id, a map a fold
 */
export const foldsOf = ({ folds, examples }: Dataset): readonly ReadonlyMap<string, Split>[] =>
  folds ?? [new Map(examples.map(({ id, split }) => [id, split]))];

/**
 * The parts of one fold.
 *
 * @returns the examples of each part, in the data set's order
 * @throws Failure when a part has none
 */
export function partsOf(
  { examples, root }: Dataset,
  parts: ReadonlyMap<string, Split>,
): Record<Split, Example[]> {
  const of = (part: Split): Example[] => examples.filter(({ id }) => parts.get(id) === part);
  const found = { train: of('train'), validation: of('validation'), test: of('test') };
  for (const part of SPLITS)
    if (found[part].length === 0)
      throw new Failure(`No recording of the ${part} part of ${root} could be decoded; check the files.`);
  return found;
}

/** Scores of one fold's part. */
export interface ScoredPart {
  examples: readonly Example[];
  predictions: Predictions;
}

/**
 * Puts the scores of folds together as those of one part.
 *
 * @param dataset - whose order the examples get
 * @param parts - no example in two of them
 * @returns the examples that have scores, and the scores beside the truth
 */
export function pooledPredictions(
  { examples, task, labels }: Dataset,
  parts: readonly ScoredPart[],
): { examples: Example[]; predictions: Predictions } {
  const width = labels.length;
  const rowOf = new Map<string, Float32Array>();
  for (const { examples: own, predictions } of parts)
    for (const [row, { id }] of own.entries())
      rowOf.set(id, predictions.scores.subarray(row * width, (row + 1) * width));
  const scored = examples.filter(({ id }) => rowOf.has(id));
  const scores = new Float32Array(scored.length * width);
  for (const [row, { id }] of scored.entries()) scores.set(rowOf.get(id)!, row * width);
  return { examples: scored, predictions: withTruth(scored, task, labels, scores) };
}
