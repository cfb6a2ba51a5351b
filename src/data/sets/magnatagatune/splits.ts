/** Splits of MagnaTagATune. */
import { createHash } from 'node:crypto';
import { randomGenerator } from '../../../base/random.js';
import type { Split } from '../../dataset.js';
import { SPLITS } from '../../dataset.js';
import { ARTISTS } from './artist-disjoint.js';
import type { MtatClip } from './table.js';

/** Shares of the official split: 18,709, 1,825 and 5,329 of 25,863 clips. */
const OFFICIAL_SHARES: Record<Split, number> = {
  train: 18_709 / 25_863,
  validation: 1825 / 25_863,
  test: 5329 / 25_863,
};

/** Candidate assignments that the artist-disjoint split is chosen from. */
const CANDIDATES = 64;

/**
 * The literature's split by folder, of each clip by position: 0 to b train, c validation, d to f test. No song or album
 * crosses it; 45 of its 75 test artists are also in training.
 */
export function officialSplit(clips: readonly MtatClip[]): Split[] {
  return clips.map(({ folder }) => (folder < 'c' ? 'train' : folder === 'c' ? 'validation' : 'test'));
}

/** The split of each artist of MagnaTagATune. */
const WRITTEN = new Map(
  SPLITS.flatMap((split) =>
    ARTISTS[split]
      .trim()
      .split(/\s+/)
      .map((artist) => [artist, split] as const),
  ),
);

/**
 * The split that no artist crosses: the one that is written down where all artists are MagnaTagATune's, else (a corpus
 * in its layout) one that is computed from the clips. `splitHash` identifies it.
 */
export function artistDisjointSplit(clips: readonly MtatClip[], tagCount: number): Split[] {
  const written = clips.map(({ artistKey }) => WRITTEN.get(artistKey));
  return written.every((split) => split !== undefined) ? written : computeArtistSplit(clips, tagCount);
}

/**
 * A split that no artist crosses, of sizes near the official ones: artists in random order, each to the split that is
 * furthest below its share; of several such assignments, the one whose tags (positions below `tagCount`) are spread
 * most evenly. It depends on the clips alone, so that everybody gets the same one.
 */
export function computeArtistSplit(clips: readonly MtatClip[], tagCount: number): Split[] {
  const byArtist = new Map<string, number>();
  for (const { artistKey } of clips) byArtist.set(artistKey, (byArtist.get(artistKey) ?? 0) + 1);
  const artists = [...byArtist.keys()].sort();
  let best: { cost: number; split: Map<string, Split> } | null = null;
  for (let candidate = 0; candidate < CANDIDATES; candidate++) {
    const split = assignArtists(
      randomGenerator(0, 'artist-disjoint', candidate).shuffle(artists),
      byArtist,
      clips.length,
    );
    const cost = unevenness(clips, split, tagCount);
    if (!best || cost < best.cost) best = { cost, split };
  }
  return clips.map(({ artistKey }) => best!.split.get(artistKey)!);
}

function assignArtists(order: string[], clipsOf: Map<string, number>, total: number): Map<string, Split> {
  const filled: Record<Split, number> = { train: 0, validation: 0, test: 0 };
  const split = new Map<string, Split>();
  // Large artists first, so that the small ones can level the sizes; the sort is stable on the random order.
  const bySize = [...order].sort((a, b) => clipsOf.get(b)! - clipsOf.get(a)!);
  for (const artist of bySize) {
    const missing = (part: Split): number => 1 - filled[part] / (OFFICIAL_SHARES[part] * total);
    const part = [...SPLITS].sort((a, b) => missing(b) - missing(a))[0];
    split.set(artist, part);
    filled[part] += clipsOf.get(artist)!;
  }
  return split;
}

/** Sum over tags and splits of the difference between a tag's share and the split's size. */
function unevenness(clips: readonly MtatClip[], split: Map<string, Split>, tagCount: number): number {
  const counts = Object.fromEntries(SPLITS.map((part) => [part, new Float64Array(tagCount)])) as Record<
    Split,
    Float64Array
  >;
  const totals = new Float64Array(tagCount);
  for (const clip of clips) {
    const part = split.get(clip.artistKey)!;
    for (const tag of clip.tags) {
      if (tag >= tagCount) continue;
      counts[part][tag]++;
      totals[tag]++;
    }
  }
  let cost = 0;
  for (let tag = 0; tag < tagCount; tag++) {
    if (totals[tag] === 0) continue;
    for (const part of SPLITS)
      cost += Math.abs(counts[part][tag] / totals[tag] - OFFICIAL_SHARES[part]) / OFFICIAL_SHARES[part];
  }
  return cost;
}

/**
 * 16 hexadecimal digits of SHA-256 over the sorted lines `id split`: equal where two splits put the same clips into the
 * same splits.
 */
export function splitHash(clips: readonly MtatClip[], split: readonly Split[]): string {
  const lines = clips.map(({ id }, i) => `${id} ${split[i]}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}
