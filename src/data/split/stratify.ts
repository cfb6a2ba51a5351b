/**
 * Tracks to splits or folds, so that every one has its share of each label: iterative stratification (Sechidis, Tsoumakas and
 * Vlahavas 2011), with groups that stay together and further levels that decide between equals.
 */
import { randomGenerator } from '../../base/random.js';

export interface StratifiedTrack {
  id: string;
  /** Tracks with the same group go to the same split; null for a group of its own. */
  group: string | null;
  /** Labels to spread evenly: its class, or its tags. */
  labels: string[];
  /** Further levels that break ties, most important first: class and language, language. */
  further: string[];
}

/** Tracks that go to one split. */
interface Unit {
  ids: string[];
  labels: Map<string, number>;
  further: Map<string, number>[];
}

/**
 * Assigns tracks to splits and returns the split of each by id. Without groups and with one label each, every split has
 * its share of each label to less than one track. The order of the tracks has no effect.
 *
 * @param tracks - at least one
 * @param shares - of the splits, summing to 1
 * @param seed - decides between equals
 */
export function stratify(
  tracks: readonly StratifiedTrack[],
  shares: readonly number[],
  seed: number,
): Map<string, number> {
  const units = unitsOf(tracks, seed);
  const missing = desired(tracks, shares);
  const partOf = new Map<string, number>();
  const waiting = new Set(units);
  while (waiting.size > 0) {
    const label = rarestLabel(waiting);
    const chosen = label === null ? [...waiting] : [...waiting].filter((unit) => unit.labels.has(label));
    for (const unit of chosen) {
      const part = neediest(missing, unit, label);
      for (const id of unit.ids) partOf.set(id, part);
      give(missing[part], unit);
      waiting.delete(unit);
    }
  }
  return partOf;
}

/**
 * The largest first, since small ones can level what large ones leave; then those of one further level together, since
 * tracks that are dealt out one after the other spread evenly; else in random order.
 */
function unitsOf(tracks: readonly StratifiedTrack[], seed: number): Unit[] {
  const byGroup = new Map<string, StratifiedTrack[]>();
  for (const track of tracks) {
    const key = track.group === null ? `track ${track.id}` : `group ${track.group}`;
    const own = byGroup.get(key);
    if (own) own.push(track);
    else byGroup.set(key, [track]);
  }
  const keys = randomGenerator(seed, 'stratify').shuffle([...byGroup.keys()].sort());
  return keys
    .map((key) => {
      const own = byGroup.get(key)!;
      return {
        ids: own.map(({ id }) => id),
        labels: countOf(own.flatMap(({ labels }) => labels)),
        further: own[0].further.map((_, level) => countOf(own.map(({ further }) => further[level]))),
      };
    })
    .sort((a, b) => b.ids.length - a.ids.length || byName(firstFurther(a), firstFurther(b)));
}

const firstFurther = ({ further }: Unit): string => [...(further[0]?.keys() ?? [])].sort()[0] ?? '';

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function countOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** What a split still lacks. */
interface Missing {
  labels: Map<string, number>;
  further: Map<string, number>[];
  tracks: number;
}

function desired(tracks: readonly StratifiedTrack[], shares: readonly number[]): Missing[] {
  const labels = countOf(tracks.flatMap((track) => track.labels));
  const further = tracks[0].further.map((_, level) => countOf(tracks.map((track) => track.further[level])));
  const scaled = (counts: Map<string, number>, share: number): Map<string, number> =>
    new Map([...counts].map(([name, count]) => [name, count * share]));
  return shares.map((share) => ({
    labels: scaled(labels, share),
    further: further.map((counts) => scaled(counts, share)),
    tracks: tracks.length * share,
  }));
}

/** The label that the fewest waiting tracks have; null when none has any. Ties by name. */
function rarestLabel(waiting: ReadonlySet<Unit>): string | null {
  const counts = new Map<string, number>();
  for (const { labels } of waiting)
    for (const [label, count] of labels) counts.set(label, (counts.get(label) ?? 0) + count);
  let rarest: string | null = null;
  for (const [label, count] of counts) {
    const least = rarest === null ? Infinity : counts.get(rarest)!;
    if (count < least || (count === least && label < rarest!)) rarest = label;
  }
  return rarest;
}

/** The split that lacks most of the label; among equals, of the further levels in turn, then of tracks. */
function neediest(missing: readonly Missing[], unit: Unit, label: string | null): number {
  const needs = missing.map((part) => [
    ...(label === null ? [] : [part.labels.get(label)!]),
    ...unit.further.map((counts, level) => {
      let need = 0;
      for (const [name, count] of counts) need += count * part.further[level].get(name)!;
      return need;
    }),
    part.tracks,
  ]);
  let best = 0;
  for (let part = 1; part < needs.length; part++) {
    const level = needs[part].findIndex((need, i) => Math.abs(need - needs[best][i]) > 1e-9);
    if (level >= 0 && needs[part][level] > needs[best][level]) best = part;
  }
  return best;
}

function give(missing: Missing, { ids, labels, further }: Unit): void {
  const take = (from: Map<string, number>, counts: Map<string, number>): void => {
    for (const [name, count] of counts) from.set(name, from.get(name)! - count);
  };
  take(missing.labels, labels);
  for (const [level, counts] of further.entries()) take(missing.further[level], counts);
  missing.tracks -= ids.length;
}
