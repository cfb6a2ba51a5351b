/** Folds: their splits, and the scores of all of them together. */
import { Failure } from '../../base/errors.js';
import { type Dataset, type Example, SPLITS, type Split } from '../../data/dataset.js';
import type { ExamplePredictions } from '../../eval/predictions.js';
import { withTruth } from '../../eval/with-truth.js';
import type { ExampleTask } from '../../models/heads/index.js';

/** The split of each example by id, one map per fold (one where the data set has one split). */
export const foldsOf = ({ folds, examples }: Dataset): readonly ReadonlyMap<string, Split>[] =>
  folds ?? [new Map(examples.map(({ id, split }) => [id, split]))];

/** The examples of each split of a fold, in the data set's order. Throws Failure when a split has none. */
export function partsOf(
  { examples, root }: Dataset,
  parts: ReadonlyMap<string, Split>,
): Record<Split, Example[]> {
  const of = (part: Split): Example[] => examples.filter(({ id }) => parts.get(id) === part);
  const found = { train: of('train'), validation: of('validation'), test: of('test') };
  for (const part of SPLITS)
    if (found[part].length === 0)
      throw new Failure(`No recording of the ${part} split of ${root} could be decoded; check the files.`);
  return found;
}

/** Scores of one fold's split. */
export interface ScoredPart {
  examples: readonly Example[];
  predictions: ExamplePredictions;
}

/** Joins the scores of folds (no example in two of them) with the truth, in the data set's order; the task is no curve's. */
export function pooledPredictions(
  { examples, task, labels }: Dataset,
  parts: readonly ScoredPart[],
): { examples: Example[]; predictions: ExamplePredictions } {
  const width = labels.length;
  const rowOf = new Map<string, Float32Array>();
  for (const { examples: own, predictions } of parts)
    for (const [row, { id }] of own.entries())
      rowOf.set(id, predictions.scores.subarray(row * width, (row + 1) * width));
  const scored = examples.filter(({ id }) => rowOf.has(id));
  const placeOf = new Map(scored.map(({ id }, row) => [id, row]));
  const slices = parts.flatMap(({ examples: own, predictions }) =>
    [...(predictions.slices?.rows ?? [])].map((row, i) => ({
      row: placeOf.get(own[row].id)!,
      scores: predictions.slices!.values.subarray(i * width, (i + 1) * width),
    })),
  );
  const values = new Float32Array(slices.length * width);
  for (const [i, slice] of slices.entries()) values.set(slice.scores, i * width);
  const scores = new Float32Array(scored.length * width);
  for (const [row, { id }] of scored.entries()) scores.set(rowOf.get(id)!, row * width);
  const more = slices.length > 0 && { slices: { rows: Uint32Array.from(slices, ({ row }) => row), values } };
  return {
    examples: scored,
    predictions: withTruth(scored, task as ExampleTask, labels, scores, { ...more }),
  };
}
