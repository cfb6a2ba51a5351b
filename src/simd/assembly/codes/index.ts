// What the module of binary codes gives to src/simd/load-codes.ts. A memory holds one set of codes.
export { fillTable, search } from './multi-index';
export { scan } from './scan';
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
