/** The splits of a table's tracks. */
import { UsageError } from '../../../base/errors.js';
import { type Split, splitNamed } from '../../dataset.js';
import { type AlbumTrack, byAlbum } from '../../split/albums.js';
import { kFold, shuffle, type TrackSplits } from '../../split/random.js';
import type { StratifiedTrack } from '../../split/stratify.js';
import type { TracksOptions } from './options.js';

export interface SplitTrack extends StratifiedTrack, AlbumTrack {
  /** The split that the table gives; null where the config names no such column. */
  given: string | null;
}

type Options<Kind extends TracksOptions['split']['kind']> = Extract<TracksOptions['split'], { kind: Kind }>;

/** Kinds of split by their names in a config. */
const kinds: {
  [Kind in TracksOptions['split']['kind']]: (
    tracks: readonly SplitTrack[],
    options: Options<Kind>,
  ) => TrackSplits;
} = { 'k-fold': kFold, shuffle, album: byAlbum, column: givenSplit };

/**
 * Splits at least one track as a config says: at random, stratified by labels, no group in two splits, the same for the
 * same tracks in any order; by album; or as their table says. Throws a UsageError when there is no such fold, the shares
 * leave nothing to train on, no artist has three albums, or a group is in two given splits.
 */
export function splitTracks(tracks: readonly SplitTrack[], options: TracksOptions['split']): TrackSplits {
  const split = kinds[options.kind] as (
    tracks: readonly SplitTrack[],
    options: TracksOptions['split'],
  ) => TrackSplits;
  return split(tracks, options);
}

function givenSplit(tracks: readonly SplitTrack[], { column }: Options<'column'>): TrackSplits {
  const split = tracks.map(({ given }) => splitNamed(given ?? ''));
  const splitOf = new Map<string, Split>();
  for (const [i, { id, group }] of tracks.entries()) {
    const part = split[i];
    if (group === null || part === null) continue;
    const other = splitOf.get(group) ?? part;
    if (other !== part)
      throw new UsageError(
        `data.group: "${group}" has tracks in the ${other} and the ${part} split of the column "${column}" (${id}); remove data.group, or split at random.`,
      );
    splitOf.set(group, part);
  }
  const without = tracks.flatMap(({ id, given }, i) => (split[i] === null ? [`${id}: "${given}"`] : []));
  return {
    splits: [split],
    description: `split by the column "${column}"`,
    notes:
      without.length > 0
        ? [
            `${without.length} of ${tracks.length} tracks have no known split in the column "${column}" and are left out; the first is ${without[0]}.`,
          ]
        : [],
  };
}
