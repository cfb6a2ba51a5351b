// What the module of binary codes gives to src/simd/load-codes.ts, and the scan of all codes. A memory holds one set of codes,
// which lie one after the other, `words` words of 32 bits each.
import { distance } from './multi-index';
import { farthest, offer } from './select';

export { fillTable, search } from './multi-index';
export { begin, finish } from './select';

const PAGE: usize = 65536;

let end: usize = __heap_base;

// Room of up to 4 GB, filled with zeros, which is never freed: codes and tables live as long as the module. Gives 0 where
// there is no more. The allocator of AssemblyScript gives 1 GB at most.
export function allocate(bytes: usize): usize {
  const at = (end + 15) & ~15;
  const pages = <i32>((<u64>at + <u64>bytes + <u64>PAGE - 1) / <u64>PAGE) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) return 0;
  end = at + bytes;
  return at;
}

// Offers all codes in the order of their ids.
export function scan(codes: usize, count: u32, words: u32, query: usize, filtered: bool): void {
  if (words === 2) scan64(codes, count, query, filtered);
  else if (words === 4) scan128(codes, count, query, filtered);
  else
    for (let id: u32 = 0, at = codes; id < count; id++, at += <usize>words << 2) {
      const d = distance(at, query, words);
      if (d < farthest()) offer(d, id, filtered);
    }
}

// Eight codes share a branch: hardly any is among the best. A difference is negative where a code is nearer than `bound`.
function scan64(codes: usize, count: u32, query: usize, filtered: bool): void {
  const q = load<u64>(query);
  const whole = count & ~7;
  let bound = farthest();
  let at = codes;
  let id: u32 = 0;
  for (; id < whole; id += 8, at += 64) {
    const d0 = popcnt<u64>(load<u64>(at) ^ q);
    const d1 = popcnt<u64>(load<u64>(at, 8) ^ q);
    const d2 = popcnt<u64>(load<u64>(at, 16) ^ q);
    const d3 = popcnt<u64>(load<u64>(at, 24) ^ q);
    const d4 = popcnt<u64>(load<u64>(at, 32) ^ q);
    const d5 = popcnt<u64>(load<u64>(at, 40) ^ q);
    const d6 = popcnt<u64>(load<u64>(at, 48) ^ q);
    const d7 = popcnt<u64>(load<u64>(at, 56) ^ q);
    const nearer =
      (d0 - bound) | (d1 - bound) | (d2 - bound) | (d3 - bound) |
      (d4 - bound) | (d5 - bound) | (d6 - bound) | (d7 - bound);
    if (<i64>nearer >= 0) continue;
    offer(d0, id, filtered);
    offer(d1, id + 1, filtered);
    offer(d2, id + 2, filtered);
    offer(d3, id + 3, filtered);
    offer(d4, id + 4, filtered);
    offer(d5, id + 5, filtered);
    offer(d6, id + 6, filtered);
    offer(d7, id + 7, filtered);
    bound = farthest();
  }
  for (; id < count; id++, at += 8) offer(popcnt<u64>(load<u64>(at) ^ q), id, filtered);
}

function scan128(codes: usize, count: u32, query: usize, filtered: bool): void {
  const q0 = load<u64>(query);
  const q1 = load<u64>(query, 8);
  let bound = farthest();
  for (let id: u32 = 0, at = codes; id < count; id++, at += 16) {
    const d = popcnt<u64>(load<u64>(at) ^ q0) + popcnt<u64>(load<u64>(at, 8) ^ q1);
    if (d >= bound) continue;
    offer(d, id, filtered);
    bound = farthest();
  }
}
