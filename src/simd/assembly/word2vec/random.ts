// Random numbers of word2vec.c: a linear congruential generator whose state lies in memory, one a worker.

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
