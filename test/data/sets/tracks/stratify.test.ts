import { describe, expect, it } from 'vitest';
import { balanceTracks } from '../../../../src/data/sets/tracks/balance.js';
import { type StratifiedTrack, stratify } from '../../../../src/data/split/stratify.js';
import fc from '../../../fast-check.js';

const names = ['jazz', 'metal', 'pop', 'rock'];
const languages = ['de', 'en', 'fr'];

/** Tracks with a class and a language each, and with groups where they are wanted. */
const tracksOf = (groups: number | null): fc.Arbitrary<StratifiedTrack[]> =>
  fc
    .array(
      fc.record({
        label: fc.constantFrom(...names),
        language: fc.constantFrom(...languages),
        group: groups === null ? fc.constant(null) : fc.integer({ min: 0, max: groups }).map(String),
      }),
      { minLength: 6, maxLength: 60 },
    )
    .map((rows) =>
      rows.map(({ label, language, group }, i) => ({
        id: `t${i}`,
        group,
        labels: [label],
        further: [`${label} ${language}`, language],
      })),
    );

const counts = (
  tracks: StratifiedTrack[],
  partOf: Map<string, number>,
  parts: number,
  label: string,
): number[] =>
  Array.from(
    { length: parts },
    (_, part) => tracks.filter(({ id, labels }) => partOf.get(id) === part && labels.includes(label)).length,
  );

describe('stratify', () => {
  it('gives each part its share of each class to less than one track, and assigns every track', () => {
    const shares = fc.constantFrom([0.2, 0.2, 0.2, 0.2, 0.2], [0.65, 0.15, 0.2], [0.5, 0.5]);
    fc.assert(
      fc.property(tracksOf(null), shares, fc.nat(), (tracks, parts, seed) => {
        const partOf = stratify(tracks, parts, seed);
        expect(partOf.size).toBe(tracks.length);
        for (const label of names) {
          const total = tracks.filter(({ labels }) => labels.includes(label)).length;
          for (const [part, count] of counts(tracks, partOf, parts.length, label).entries())
            expect(Math.abs(count - total * parts[part])).toBeLessThan(1 + 1e-9);
        }
      }),
    );
  });

  it('spreads class and language over folds evenly too', () => {
    fc.assert(
      fc.property(tracksOf(null), fc.integer({ min: 2, max: 6 }), fc.nat(), (tracks, folds, seed) => {
        const partOf = stratify(tracks, new Array<number>(folds).fill(1 / folds), seed);
        for (const cell of new Set(tracks.map(({ further }) => further[0]))) {
          const own = tracks.filter(({ further }) => further[0] === cell);
          const perFold = counts(own, partOf, folds, own[0].labels[0]);
          expect(Math.max(...perFold) - Math.min(...perFold)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('never parts a group, and does not mind the order of the tracks', () => {
    fc.assert(
      fc.property(tracksOf(12), fc.nat(), (tracks, seed) => {
        const shares = [0.6, 0.2, 0.2];
        const partOf = stratify(tracks, shares, seed);
        const partOfGroup = new Map(tracks.map(({ id, group }) => [group, partOf.get(id)]));
        for (const { id, group } of tracks) expect(partOf.get(id)).toBe(partOfGroup.get(group));
        const reversed = stratify([...tracks].reverse(), shares, seed);
        for (const { id } of tracks) expect(reversed.get(id)).toBe(partOf.get(id));
      }),
    );
  });

  it('spreads tags, the rarest first, and tracks without any', () => {
    const tracks = Array.from({ length: 60 }, (_, i) => ({
      id: String(i),
      group: null,
      labels: [...(i % 2 === 0 ? ['often'] : []), ...(i % 20 === 3 ? ['rare'] : [])],
      further: [],
    }));
    const partOf = stratify(tracks, [1 / 3, 1 / 3, 1 / 3], 1);
    expect(counts(tracks, partOf, 3, 'rare')).toEqual([1, 1, 1]);
    expect(counts(tracks, partOf, 3, 'often')).toEqual([10, 10, 10]);
  });

  it('differs from seed to seed', () => {
    const tracks = Array.from({ length: 20 }, (_, i) => ({
      id: `${i}`,
      group: null,
      labels: ['a'],
      further: [],
    }));
    const [first, second] = [1, 2].map((seed) => stratify(tracks, [0.5, 0.5], seed));
    expect([...first].every(([id, part]) => second.get(id) === part)).toBe(false);
  });
});

describe('balanceTracks', () => {
  it('keeps the same number of each value in each class, as many as there can be', () => {
    fc.assert(
      fc.property(tracksOf(null), fc.nat(), (tracks, seed) => {
        const rows = tracks.map(({ id, labels, further }) => ({ id, stratum: labels[0], value: further[1] }));
        const { kept, values, lacking } = balanceTracks(rows, seed);
        for (const stratum of new Set(rows.map((row) => row.stratum))) {
          const number = (value: string, among: (id: string) => boolean): number =>
            rows.filter((row) => row.stratum === stratum && row.value === value && among(row.id)).length;
          const fewest = Math.min(...values.map((value) => number(value, () => true)));
          for (const value of values) expect(number(value, (id) => kept.has(id))).toBe(fewest);
          expect(lacking.includes(stratum)).toBe(fewest === 0);
        }
        const again = balanceTracks([...rows].reverse(), seed);
        expect([...again.kept].sort()).toEqual([...kept].sort());
      }),
    );
  });

  it('leaves out what has no value', () => {
    const rows = ['en', 'fr', ''].map((value, i) => ({ id: `${i}`, value, stratum: 'pop' }));
    expect([...balanceTracks(rows, 1).kept].sort()).toEqual(['0', '1']);
  });
});
