/** What is removed from examples, and whose lyrics they read. */

import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../src/base/random.js';
import type { Example, Split } from '../../src/data/dataset.js';
import { hasWords, wordless } from '../../src/text/vocabulary.js';
import { droppedModalities } from '../../src/training/batches.js';
import { lyricsGivers, withShuffledLyrics } from '../../src/training/conditions/lyrics.js';
import fc from '../fast-check.js';

const made = (id: string, split: Split, song: string | null): Example => ({
  id,
  audio: `${id}.mp3`,
  lyrics: `${id}.txt`,
  split,
  song,
  artist: null,
  title: id,
  targets: new Uint8Array(1),
});

const corpora = fc
  .array(
    fc.record({
      split: fc.constantFrom<Split>('train', 'test'),
      song: fc.option(fc.integer({ max: 5, min: 0 })),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((clips) =>
    clips.map(({ split, song }, i) => made(`${i}`, split, song === null ? null : `${split} ${song}`)),
  );

describe('modality dropout', () => {
  const names = ['mel', 'waveform', 'lyrics'] as const;

  it('always leaves one modality that is there', () => {
    fc.assert(
      fc.property(
        fc.subarray([...names], { minLength: 1 }),
        fc.double({ min: 0, max: 0.99 }),
        fc.integer(),
        (present, rate, seed) => {
          const dropped = droppedModalities(present, rate, randomGenerator(seed));
          expect(dropped.length).toBeLessThan(present.length);
          for (const name of dropped) expect(present).toContain(name);
        },
      ),
    );
  });

  it('drops each modality at the configured rate', () => {
    const random = randomGenerator(1);
    const draws = 20_000;
    const counts = new Map<string, number>();
    for (let i = 0; i < draws; i++)
      for (const name of droppedModalities(names, 0.3, random)) counts.set(name, (counts.get(name) ?? 0) + 1);
    // All three at once come with probability 0.027, and one of them is then kept.
    const expected = 0.3 - 0.027 / 3;
    for (const name of names) expect(counts.get(name)! / draws).toBeCloseTo(expected, 1.7);
  });
});

describe('shuffled lyrics', () => {
  it('gives every clip those of another song of its split, each as often as before', () => {
    fc.assert(
      fc.property(corpora, fc.integer(), (examples, seed) => {
        const giver = lyricsGivers(examples, seed);
        expect([...giver.keys()].sort()).toEqual(examples.map(({ id }) => id).sort());
        expect([...giver.values()].map(({ id }) => id).sort()).toEqual(examples.map(({ id }) => id).sort());
        for (const split of ['train', 'test']) {
          const part = examples.filter((example) => example.split === split);
          const songOf = ({ song, id }: Example): string => song ?? id;
          const sizes = new Map<string, number>();
          for (const example of part) sizes.set(songOf(example), (sizes.get(songOf(example)) ?? 0) + 1);
          for (const example of part) {
            const other = giver.get(example.id)!;
            expect(other.split).toBe(split);
            if (Math.max(...sizes.values()) <= part.length / 2)
              expect(songOf(other)).not.toBe(songOf(example));
          }
        }
      }),
    );
  });

  it('leaves instrumentals without words', () => {
    const examples = ['a', 'b', 'c', 'd'].map((id) => made(id, 'train', null));
    const ids = new Map(
      examples.map(({ id }, i) => [id, i === 2 ? wordless(4) : Int32Array.of(2, i + 3, 0, 0)]),
    );
    const shuffled = withShuffledLyrics(ids, examples, 1);
    expect(hasWords(shuffled.get('c')!)).toBe(false);
    for (const id of ['a', 'b', 'd']) {
      expect(hasWords(shuffled.get(id)!)).toBe(true);
      expect(shuffled.get(id)).not.toEqual(ids.get(id));
    }
  });
});
