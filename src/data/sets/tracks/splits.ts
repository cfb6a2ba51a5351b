/** The parts of a table's tracks. */
import { UsageError } from '../../../base/errors.js';
import { SPLITS, type Split } from '../../dataset.js';
import { type StratifiedTrack, stratify } from '../../split/stratify.js';
import type { TracksOptions } from './options.js';

/** A track with what a split respects. */
export interface SplitTrack extends StratifiedTrack {
  /** What the table says of its part; null where the config names no such column. */
  given: string | null;
}

/** How tracks are split. */
export interface TrackSplits {
  /** One split, or one a fold where all folds are wanted; each the part of every track, by position, null for none. */
  splits: (Split | null)[][];
  /** `fold 0 of 5`, `20 % test, 15 % validation`, `split by the column "split"`. */
  description: string;
  /** What was left out, in sentences. */
  notes: string[];
}

const GIVEN: Record<string, Split> = {
  train: 'train',
  training: 'train',
  validation: 'validation',
  valid: 'validation',
  val: 'validation',
  dev: 'validation',
  test: 'test',
};

type Options<Kind extends TracksOptions['split']['kind']> = Extract<TracksOptions['split'], { kind: Kind }>;

/** Every kind of split by its name in a config. */
const kinds: {
  [Kind in TracksOptions['split']['kind']]: (
    tracks: readonly SplitTrack[],
    options: Options<Kind>,
  ) => TrackSplits;
} = { 'k-fold': kFold, shuffle, column: givenSplit };

/**
 * Splits tracks as a config says: at random, stratified by their labels, no group in two parts, the same for the same
 * tracks in any order; or as their table says.
 *
 * @param tracks - at least one
 * @param options - the config's `data.split`
 * @returns the part of each track
 * @throws UsageError when there is no such fold, the shares leave no training part, or a group is in two given parts
 */
export function splitTracks(tracks: readonly SplitTrack[], options: TracksOptions['split']): TrackSplits {
  const split = kinds[options.kind] as (
    tracks: readonly SplitTrack[],
    options: TracksOptions['split'],
  ) => TrackSplits;
  return split(tracks, options);
}

function kFold(tracks: readonly SplitTrack[], { folds, fold, seed }: Options<'k-fold'>): TrackSplits {
  if (fold !== 'all' && fold >= folds)
    throw new UsageError(
      `data.split.fold: with ${folds} folds, the last one is ${folds - 1}; ${fold} is none.`,
    );
  const groups = new Set(tracks.map(({ id, group }) => group ?? id)).size;
  if (groups < folds)
    throw new UsageError(
      `data.split.folds: ${groups} tracks or groups cannot be parted into ${folds} folds; give fewer.`,
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

function shuffle(tracks: readonly SplitTrack[], { validation, test, seed }: Options<'shuffle'>): TrackSplits {
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

function givenSplit(tracks: readonly SplitTrack[], { column }: Options<'column'>): TrackSplits {
  const split = tracks.map(({ given }) => GIVEN[(given ?? '').toLowerCase()] ?? null);
  const partOf = new Map<string, Split>();
  for (const [i, { id, group }] of tracks.entries()) {
    const part = split[i];
    if (group === null || part === null) continue;
    const other = partOf.get(group) ?? part;
    if (other !== part)
      throw new UsageError(
        `data.group: "${group}" has tracks in the ${other} and the ${part} part of the column "${column}" (${id}); take data.group away, or split at random.`,
      );
    partOf.set(group, part);
  }
  const without = tracks.flatMap(({ id, given }, i) => (split[i] === null ? [`${id}: "${given}"`] : []));
  return {
    splits: [split],
    description: `split by the column "${column}"`,
    notes:
      without.length > 0
        ? [
            `${without.length} of ${tracks.length} tracks have no part that is known in the column "${column}" and are left out; the first is ${without[0]}.`,
          ]
        : [],
  };
}
