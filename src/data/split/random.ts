/** Splits drawn at random: stratified by labels, no group in two splits, the same for the same tracks in any order. */
import { z } from 'zod';
import { UsageError } from '../../base/errors.js';
import { SPLITS, type Split } from '../dataset.js';
import { type StratifiedTrack, stratify } from './stratify.js';

/** `seed` of every random split. */
export const splitSeed = z
  .int()
  .default(1)
  .describe('Decides the splits; the seed of the experiment does not.');

/** `kind: k-fold` of a config's `data.split`. */
export const kFoldOptions = z.strictObject({
  kind: z.literal('k-fold').describe('Stratified folds: one tests, the next one validates, the rest trains.'),
  folds: z.int().min(3).default(5).describe('Number of folds.'),
  fold: z
    .union([z.int().nonnegative(), z.literal('all')])
    .default(0)
    .describe(
      'The fold that tests, from 0; all: one after the other, so that every track is tested once (model.baseline only).',
    ),
  seed: splitSeed,
});

/** `kind: shuffle` of a config's `data.split`. */
export const shuffleOptions = z.strictObject({
  kind: z.literal('shuffle').describe('One stratified split at random.'),
  validation: z.number().positive().lt(1).default(0.15).describe('Share of the tracks.'),
  test: z.number().positive().lt(1).default(0.2).describe('Share of the tracks.'),
  seed: splitSeed,
});

export interface TrackSplits {
  /** One split, or one per fold where all folds are wanted; each by track, null for a track that is left out. */
  splits: (Split | null)[][];
  /** `fold 0 of 5`, `15 % validation and 20 % test at random`. */
  description: string;
  /** Sentences on what was left out. */
  notes: string[];
}

/** Stratified folds. Throws a UsageError when there is no such fold, or there are fewer groups than folds. */
export function kFold(
  tracks: readonly StratifiedTrack[],
  { folds, fold, seed }: z.output<typeof kFoldOptions>,
): TrackSplits {
  if (fold !== 'all' && fold >= folds)
    throw new UsageError(`data.split.fold: with ${folds} folds, the last one is ${folds - 1}, not ${fold}.`);
  const groups = new Set(tracks.map(({ id, group }) => group ?? id)).size;
  if (groups < folds)
    throw new UsageError(
      `data.split.folds: ${groups} tracks or groups cannot be divided into ${folds} folds; give fewer.`,
    );
  const foldOf = stratify(tracks, new Array<number>(folds).fill(1 / folds), seed);
  const splitOf = (testing: number): Split[] =>
    tracks.map(({ id }) => {
      // The fold after the one that tests: as evenly spread, and as free of its groups.
      const distance = (foldOf.get(id)! - testing + folds) % folds;
      return distance === 0 ? 'test' : distance === 1 ? 'validation' : 'train';
    });
  return fold === 'all'
    ? {
        splits: Array.from({ length: folds }, (_, testing) => splitOf(testing)),
        description: `all ${folds} folds, each tested once`,
        notes: [],
      }
    : { splits: [splitOf(fold)], description: `fold ${fold} of ${folds}`, notes: [] };
}

/** One stratified split. Throws a UsageError when the shares leave nothing to train on. */
export function shuffle(
  tracks: readonly StratifiedTrack[],
  { validation, test, seed }: z.output<typeof shuffleOptions>,
): TrackSplits {
  if (validation + test >= 1)
    throw new UsageError(
      `data.split: validation ${validation} and test ${test} leave nothing to train on; give smaller shares.`,
    );
  const shares: Record<Split, number> = { train: 1 - validation - test, validation, test };
  const partOf = stratify(
    tracks,
    SPLITS.map((part) => shares[part]),
    seed,
  );
  const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;
  return {
    splits: [tracks.map(({ id }) => SPLITS[partOf.get(id)!])],
    description: `${percent(validation)} validation and ${percent(test)} test at random`,
    notes: [],
  };
}
