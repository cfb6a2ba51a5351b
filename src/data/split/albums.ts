/** The album split of artist recognition: what a network learns of an artist must hold on albums that it was not trained on. */
import { z } from 'zod';
import { UsageError } from '../../base/errors.js';
import { countText } from '../../base/format.js';
import { groupBy } from '../../base/group-by.js';
import { randomGenerator } from '../../base/random.js';
import type { Split } from '../dataset.js';
import { splitSeed, type TrackSplits } from './random.js';

/** `kind: album` of a config's `data.split`. */
export const albumOptions = z.strictObject({
  kind: z
    .literal('album')
    .describe(
      'Two albums of each artist are held out at random: one validates, one tests. Artists with fewer than three are left out.',
    ),
  seed: splitSeed,
});

/** A track with what this split needs; null where it is not known. */
export interface AlbumTrack {
  id: string;
  artist: string | null;
  album: string | null;
}

/** Training, validation, and test. */
const LEAST_ALBUMS = 3;
const NAMED = 10;

/**
 * Holds two albums of each artist out, one to validate and one to test. The names alone decide, not the order of the
 * tracks; albums of the same name by two artists are two albums. Throws a UsageError where no artist is left.
 */
export function byAlbum(tracks: readonly AlbumTrack[], { seed }: z.output<typeof albumOptions>): TrackSplits {
  const splitOf = new Map<AlbumTrack, Split>();
  const few: string[] = [];
  const known = tracks.filter(({ artist, album }) => artist !== null && album !== null);
  for (const [artist, own] of groupBy(known, (track) => track.artist!)) {
    const names = [...new Set(own.map(({ album }) => album!))].sort();
    if (names.length < LEAST_ALBUMS) {
      few.push(artist);
      continue;
    }
    const [test, validation] = randomGenerator(seed, 'albums', artist).shuffle(names);
    for (const track of own)
      splitOf.set(track, track.album === test ? 'test' : track.album === validation ? 'validation' : 'train');
  }
  if (splitOf.size === 0)
    throw new UsageError(
      'data.split: no artist has three albums, so that none can be held out; give another data.root, or set data.split.kind to another one.',
    );
  const notes: string[] = [];
  if (few.length > 0) {
    const names = few.sort().slice(0, NAMED).join(', ');
    const more = few.length > NAMED ? ` and ${few.length - NAMED} more` : '';
    notes.push(
      `${countText(few.length, 'artist has', 'artists have')} fewer than three albums and ${few.length === 1 ? 'is' : 'are'} left out: ${names}${more}.`,
    );
  }
  const unknown = tracks.length - known.length;
  if (unknown > 0)
    notes.push(
      `${unknown} of ${tracks.length} tracks have no artist or no album and are left out; the first is ${tracks.find(({ artist, album }) => artist === null || album === null)!.id}.`,
    );
  return {
    splits: [tracks.map((track) => splitOf.get(track) ?? null)],
    description: 'by album: of each artist one album validates and one tests',
    notes,
  };
}
