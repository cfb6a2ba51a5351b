// Multi-index hashing (Norouzi, Punjani and Fleet 2012): codes cut into substrings, a table for each. Two codes that differ in
// few bits differ in fewer still in at least one substring, so that only codes that share nearly a substring are compared.
import { farthest, offer } from './select';

// A table; written by src/catalogue/similar/codes/multi-index.ts in this order, 4 bytes each.
// @ts-ignore: decorator
@unmanaged
class Table {
  // First bit and number of bits of the substring, at most 24.
  from: u32;
  bits: u32;
  // Where each substring's ids begin, and after the last one their number (u32 each).
  starts: usize;
  // Ids in the order of their substrings (u32 each).
  ids: usize;
  // Largest distance of substrings that this search looks at; below 0: none.
  radius: i32;
}

// Fills a table, whose `starts` are zeros, by counting.
export function fillTable(address: usize, codes: usize, count: u32, words: u32): void {
  const table = changetype<Table>(address);
  const starts = table.starts;
  const step = <usize>words << 2;
  for (let id: u32 = 0, code = codes; id < count; id++, code += step) {
    const at = starts + (<usize>substring(code, table) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  const end = starts + (<usize>4 << table.bits);
  let sum: u32 = 0;
  for (let at = starts; at < end; at += 4) {
    sum += load<u32>(at);
    store<u32>(at, sum);
  }
  store<u32>(end, count);
  for (let id = count, code = codes + <usize>count * step; id > 0; ) {
    id--;
    code -= step;
    const at = starts + (<usize>substring(code, table) << 2);
    const place = load<u32>(at) - 1;
    store<u32>(at, place);
    store<u32>(table.ids + (<usize>place << 2), id);
  }
}

// Offers, once, each code that is within its table's radius in at least one of `count` substrings.
export function search(tables: usize, count: u32, codes: usize, words: u32, query: usize, filtered: bool): void {
  for (let t: u32 = 0; t < count; t++) {
    const table = tableAt(tables, t);
    const key = substring(query, table);
    const most = min(table.radius, <i32>table.bits);
    for (let flips: i32 = 0; flips <= most; flips++) {
      const last: u32 = ((1 << flips) - 1) << (table.bits - flips);
      for (let mask: u32 = (1 << flips) - 1; ; mask = nextMask(mask)) {
        offerBucket(tables, t, key ^ mask, codes, words, query, filtered);
        if (mask === last) break;
      }
    }
  }
}

function offerBucket(tables: usize, t: u32, key: u32, codes: usize, words: u32, query: usize, filtered: bool): void {
  const table = tableAt(tables, t);
  const start = table.starts + (<usize>key << 2);
  const end = table.ids + (<usize>load<u32>(start, 4) << 2);
  for (let at = table.ids + (<usize>load<u32>(start) << 2); at < end; at += 4) {
    const id = load<u32>(at);
    const code = codes + <usize>id * (<usize>words << 2);
    const d = words === 2 ? popcnt<u64>(load<u64>(code) ^ load<u64>(query)) : distance(code, query, words);
    // Ids come in no order here: at the same distance a smaller one may be of use.
    if (d <= farthest() && !isFoundBefore(tables, t, code, query)) offer(d, id, filtered);
  }
}

// Whether an earlier table has offered a code.
function isFoundBefore(tables: usize, t: u32, code: usize, query: usize): bool {
  for (let other: u32 = 0; other < t; other++) {
    const table = tableAt(tables, other);
    if (<i32>popcnt<u32>(substring(code, table) ^ substring(query, table)) <= table.radius) return true;
  }
  return false;
}

// @ts-ignore: decorator
@inline
function tableAt(tables: usize, t: u32): Table {
  return changetype<Table>(tables + <usize>t * offsetof<Table>());
}

// Reads up to seven bytes beyond a code.
// @ts-ignore: decorator
@inline
function substring(code: usize, table: Table): u32 {
  const bits = load<u64>(code + (table.from >> 3)) >> (table.from & 7);
  return <u32>bits & ((1 << table.bits) - 1);
}

// The next larger number with as many bits (Gosper).
// @ts-ignore: decorator
@inline
function nextMask(mask: u32): u32 {
  const lowest = mask & -mask;
  const carried = mask + lowest;
  return carried | (((mask ^ carried) >> 2) >> ctz<u32>(lowest));
}

// Bits in which two codes differ.
// @ts-ignore: decorator
@inline
export function distance(a: usize, b: usize, words: u32): u64 {
  let sum: u64 = 0;
  let i: usize = 0;
  const bytes = <usize>words << 2;
  for (; i + 8 <= bytes; i += 8) sum += popcnt<u64>(load<u64>(a + i) ^ load<u64>(b + i));
  if (i < bytes) sum += popcnt<u64>(<u64>(load<u32>(a + i) ^ load<u32>(b + i)));
  return sum;
}
