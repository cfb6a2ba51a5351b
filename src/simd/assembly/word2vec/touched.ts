// Which vectors a worker has moved since the workers last agreed.

// @ts-ignore: decorator
@unmanaged
export class Touched {
  // How often each vector was moved (u32 each).
  counts: usize;
  // The vectors that were, in the order of their first move (u32 each).
  list: usize;
  // How many these are.
  length: u32;
}

// @ts-ignore: decorator
@inline
export function touch(touched: Touched, word: u32): void {
  const at = touched.counts + (<usize>word << 2);
  const count = load<u32>(at);
  store<u32>(at, count + 1);
  if (count > 0) return;
  store<u32>(touched.list + (<usize>touched.length << 2), word);
  touched.length++;
}
