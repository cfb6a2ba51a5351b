/** A control: every clip gets the lyrics of another song, to test whether the words help. */
import { groupBy } from '../base/group-by.js';
import { randomGenerator } from '../base/random.js';
import type { Example } from '../data/dataset.js';
import { hasWords } from '../text/vocabulary.js';

/**
 * Gives each clip that has lyrics those of another clip of its split, of another song where no song has more than half
 * of the clips. Each text stays in use as often as it was, so that only its tie to the sound and the labels is cut.
 * Returns the example whose lyrics each one gets, by id.
 */
export function shuffledLyrics(examples: readonly Example[], seed: number): Map<string, Example> {
  const giver = new Map<string, Example>();
  for (const [part, members] of groupBy(examples, ({ split }) => split)) {
    const random = randomGenerator(seed, 'shuffled lyrics', part);
    const songs = groupBy(members, ({ song, id }) => song ?? id);
    const order = random.shuffle([...songs.values()]).flatMap((clips) => random.shuffle(clips));
    // The clips of a song stand side by side: so many places on, another song begins.
    const shift = Math.max(...[...songs.values()].map(({ length }) => length));
    for (const [i, { id }] of order.entries()) giver.set(id, order[(i + shift) % order.length]);
  }
  return giver;
}

/** Gives each clip that has words those of another song: ids of the lyrics by example id. */
export function withShuffledLyrics(
  tokenIds: ReadonlyMap<string, Int32Array>,
  examples: readonly Example[],
  seed: number,
): Map<string, Int32Array> {
  const giver = shuffledLyrics(
    examples.filter(({ id }) => hasWords(tokenIds.get(id)!)),
    seed,
  );
  return new Map([...tokenIds].map(([id, ids]) => [id, tokenIds.get(giver.get(id)?.id ?? id) ?? ids]));
}
