/** The kernels of binary codes, compiled from `assembly/codes/`. */

import { MODULE } from './codes.generated.js';
import { compileModule } from './compile-module.js';

/** Addresses and lengths of rooms are in bytes. Each is documented in `assembly/codes/`. */
export interface CodeKernels {
  memory: WebAssembly.Memory;
  allocate(bytes: number): number;
  begin(room: number, count: number, radius: number): void;
  finish(): number;
  scan(codes: number, count: number, words: number, query: number, filtered: boolean): void;
  fillTable(table: number, codes: number, count: number, words: number): void;
  search(tables: number, count: number, codes: number, words: number, query: number, filtered: boolean): void;
}

let compiled: WebAssembly.Module | null = null;

/**
 * Kernels with a memory of their own, which goes when the last reference to them does.
 *
 * @param isWanted - whether an id may be found, asked in searches that are filtered
 */
export function loadCodeKernels(isWanted: (id: number) => boolean): CodeKernels {
  compiled ??= compileModule(MODULE);
  // WebAssembly hands an id over as a signed number.
  const imports = { codes: { isWanted: (id: number) => isWanted(id >>> 0) } };
  return new WebAssembly.Instance(compiled, imports).exports as unknown as CodeKernels;
}
