// What is trained on: tokens that sub-sampling keeps, and words of the noise distribution.

// Random numbers of word2vec.c: a linear congruential generator whose state lies in memory, one per worker.

// @ts-ignore: decorator
@inline
export function nextRandom(state: usize): u32 {
  const next = load<u64>(state) * 25214903917 + 11;
  store<u64>(state, next);
  return <u32>(next >> 32);
}

// A whole number in [0, n).
// @ts-ignore: decorator
@inline
export function randomBelow(state: usize, n: u32): u32 {
  return <u32>((<u64>nextRandom(state) * <u64>n) >> 32);
}

// Leaves frequent words out by chance. `keep`: for each word, the chance to stay times 2^32 − 1 (u32). Ids below 0 end a
// sentence and stay. Gives how many ids are at `kept`.
export function subsample(ids: usize, count: i32, keep: usize, random: usize, kept: usize): i32 {
  let n: i32 = 0;
  for (let i = 0; i < count; i++) {
    const id = load<i32>(ids + (<usize>i << 2));
    if (id >= 0) {
      const chance = load<u32>(keep + (<usize>id << 2));
      if (chance !== u32.MAX_VALUE && nextRandom(random) > chance) continue;
    }
    store<i32>(kept + (<usize>n << 2), id);
    n++;
  }
  return n;
}

// A word of the noise distribution by the alias method (Walker 1977): for each word the chance of itself times 2^32 − 1
// (u32), then the word that stands for it else (i32), 8 bytes.
// @ts-ignore: decorator
@inline
export function noiseWord(alias: usize, words: u32, random: usize): u32 {
  const word = randomBelow(random, words);
  const at = alias + (<usize>word << 3);
  return nextRandom(random) <= load<u32>(at) ? word : load<u32>(at, 4);
}
