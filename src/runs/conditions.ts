/** The test split scored again under changed conditions. */
import type { Example } from '../data/dataset.js';
import type { AnyPredictions } from '../eval/predictions.js';
import type { AnyMetrics, ConditionResult } from '../eval/run-report.js';
import type { Batches, BatchOptions, TokenIds } from '../training/batches.js';
import { changesOf, conditionName, type TestCondition } from '../training/conditions/index.js';
import type { Prepared } from '../training/prepare.js';

/** Scores examples with the batches of a condition. */
export type Score = (batches: Batches, examples: Example[], progressLabel: string) => Promise<AnyPredictions>;

/** The batches and examples of a split under a condition. */
function changedSplit(
  condition: TestCondition,
  { batches, texts }: Prepared,
  examples: Example[],
  seed: number,
): { batches: Batches; examples: Example[] } {
  const split = {
    tokenIds: Object.fromEntries(Object.entries(texts).map(([name, { tokenIds }]) => [name, tokenIds])),
    examples,
    seed,
  };
  let tokenIds: TokenIds = split.tokenIds;
  let options: BatchOptions = { absent: [], augment: null, augmentsRecordings: false };
  for (const { change, value } of changesOf(condition)) {
    tokenIds = change.lyrics?.(value, split) ?? tokenIds;
    const own = change.batches?.(value);
    const augment = own?.augment ? { ...options.augment, ...own.augment } : options.augment;
    options = { ...options, ...own, augment };
    split.examples = change.clips?.(value, split) ?? split.examples;
  }
  return { batches: batches.with(options, seed, tokenIds), examples: split.examples };
}

/**
 * Scores the test split under each condition of a config; metrics are null where no clip is left. The seed decides
 * noise and shuffled lyrics. Throws Interrupted when stopped.
 */
export async function scoreConditions(
  conditions: readonly TestCondition[],
  prepared: Prepared,
  examples: Example[],
  {
    seed,
    score,
    evaluate,
  }: { seed: number; score: Score; evaluate: (predictions: AnyPredictions) => AnyMetrics },
): Promise<ConditionResult<AnyMetrics>[]> {
  const results: ConditionResult<AnyMetrics>[] = [];
  for (const condition of conditions) {
    const name = conditionName(condition);
    const changed = changedSplit(condition, prepared, examples, seed);
    const metrics =
      changed.examples.length === 0 ? null : evaluate(await score(changed.batches, changed.examples, name));
    results.push({ name, condition, metrics });
  }
  return results;
}
