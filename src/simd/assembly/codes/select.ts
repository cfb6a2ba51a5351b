// The best codes that a search has seen: a heap of keys with the worst on top. A key is a distance in the upper 32 bits and
// an id in the lower, so that of equal distances the smaller id is the better.

let heap: usize = 0;
let capacity: u32 = 0;
let size: u32 = 0;
// Keys below it are of use.
let limit: u64 = 0;

// Whether an id may be found: a function of the caller's, asked only for codes that are near enough.
// @ts-ignore: decorator
@external("codes", "isWanted")
declare function isWanted(id: u32): bool;

// Begins a search for the `count` nearest codes, at least one, up to a distance of `radius`. `room`: for `count` keys (u64).
export function begin(room: usize, count: u32, radius: u32): void {
  heap = room;
  capacity = count;
  size = 0;
  limit = (<u64>radius + 1) << 32;
}

// Codes at that distance or further are of no use, where ids only grow.
// @ts-ignore: decorator
@inline
export function farthest(): u64 {
  return limit >> 32;
}

export function offer(distance: u64, id: u32, filtered: bool): void {
  const key = (distance << 32) | <u64>id;
  if (key >= limit || (filtered && !isWanted(id))) return;
  if (size < capacity) {
    let at = size++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = keyAt(above);
      if (other >= key) break;
      place(at, other);
      at = above;
    }
    place(at, key);
    if (size < capacity) return;
  } else sink(key, size);
  limit = keyAt(0);
}

// Puts the keys in order, the best first, and gives how many there are.
export function finish(): u32 {
  for (let left = size; left > 1; ) {
    left--;
    const key = keyAt(left);
    place(left, keyAt(0));
    sink(key, left);
  }
  return size;
}

// Puts a key in place of the top of the first `count` keys.
function sink(key: u64, count: u32): void {
  let at: u32 = 0;
  for (;;) {
    let below: u32 = 2 * at + 1;
    if (below >= count) break;
    if (below + 1 < count && keyAt(below + 1) > keyAt(below)) below++;
    const other = keyAt(below);
    if (other <= key) break;
    place(at, other);
    at = below;
  }
  place(at, key);
}

// @ts-ignore: decorator
@inline
function keyAt(at: u32): u64 {
  return load<u64>(heap + (<usize>at << 3));
}

// @ts-ignore: decorator
@inline
function place(at: u32, key: u64): void {
  store<u64>(heap + (<usize>at << 3), key);
}
