/** Changes that ask whether the words help: lyrics of another song, and the clips with or without lyrics alone. */
import { z } from 'zod';
import { groupBy } from '../../base/group-by.js';
import { randomGenerator } from '../../base/random.js';
import type { Example } from '../../data/dataset.js';
import { hasWords } from '../../text/vocabulary.js';
import { conditionChange, isAudio, type ScoredSplit } from './change.js';

/**
 * Gives each clip that has lyrics those of another clip of its split, of another song where no song has more than half
 * of the clips. Each text stays in use as often as it was, so that only its tie to the sound and the labels is cut.
 * Returns the example whose lyrics each one gets, by id.
 */
export function lyricsGivers(examples: readonly Example[], seed: number): Map<string, Example> {
  const giver = new Map<string, Example>();
  for (const [part, members] of groupBy(examples, ({ split }) => split)) {
    const random = randomGenerator(seed, 'shuffled lyrics', part);
    const songs = groupBy(members, ({ song, id }) => song ?? id);
    const order = random.shuffle([...songs.values()]).flatMap((clips) => random.shuffle(clips));
    // The clips of a song are adjacent: this many places on, another song begins.
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
  const giver = lyricsGivers(
    examples.filter(({ id }) => hasWords(tokenIds.get(id)!)),
    seed,
  );
  return new Map([...tokenIds].map(([id, ids]) => [id, tokenIds.get(giver.get(id)?.id ?? id) ?? ids]));
}

/** Replaces the lyrics of each clip that has words. */
export const shuffledLyrics = conditionChange({
  option: z
    .boolean()
    .default(false)
    .describe('Replaces each clip’s lyrics with those of another song of the same split.'),
  words: (isShuffled) => (isShuffled ? 'shuffled lyrics' : null),
  problem: (_, taken) =>
    taken.every(isAudio) ? 'the model takes no lyrics that could be shuffled; remove shuffled_lyrics.' : null,
  lyrics: (_, { tokenIds, examples, seed }) =>
    Object.fromEntries(
      Object.entries(tokenIds).map(([name, ids]) => [name, withShuffledLyrics(ids, examples, seed)]),
    ),
});

/** Whether any of the model's text inputs has a word of the example; for a model without one, whether it has lyrics. */
function hasLyrics({ id, lyrics }: Example, { tokenIds }: ScoredSplit): boolean {
  const texts = Object.values(tokenIds);
  return texts.length > 0 ? texts.some((ids) => hasWords(ids.get(id)!)) : lyrics !== null;
}

/** Scores the clips that have lyrics, or those that have none. */
export const clips = conditionChange({
  option: z
    .enum(['all', 'with-lyrics', 'without-lyrics'])
    .default('all')
    .describe('Which test clips are scored.'),
  words: (which) => (which === 'all' ? null : `clips ${which.replace('-', ' ')}`),
  clips: (which, split) =>
    split.examples.filter((example) => hasLyrics(example, split) === (which === 'with-lyrics')),
});
