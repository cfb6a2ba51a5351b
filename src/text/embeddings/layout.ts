/** Where everything lies in the memory that the training threads share. */
import { UsageError } from '../../base/errors.js';
import type { EmbeddingSettings } from './settings.js';

const PAGE = 65_536;
const MOST_PAGES = 65_536;

/** Output vectors that the kernel works on together. */
const GROUP = 6;

/** Numbers of the tables of the sigmoid and of its logarithm. */
const SIGMOID_ENTRIES = 2000;

/** What one worker has for itself; addresses in bytes. */
export interface WorkerLayout {
  inputs: number;
  outputs: number;
  random: number;
  targets: number;
  steps: number;
  error: number;
  mean: number;
  /** Ids of a round as read, and those that sub-sampling keeps. */
  ids: number;
  kept: number;
  /** For input and output vectors: counts, list and its length. */
  touched: readonly [number, number];
  counts: readonly [number, number];
  lists: readonly [number, number];
  plan: number;
  /** Sum and number of the losses of each epoch, f64. */
  losses: number;
}

/** The shared memory; addresses in bytes. */
export interface Layout {
  pages: number;
  /** Of a vector, a multiple of 16: what is behind the numbers of `dim` is zero. */
  bytes: number;
  /** Barrier, stop sign and progress: see `barrier.ts`. */
  control: number;
  alias: number;
  keep: number;
  sigmoid: number;
  /** What the workers agreed on last: input and output vectors. One worker alone has none. */
  common: readonly [number, number];
  /** Addresses of the workers' input and output vectors, and of what they touched. */
  copies: readonly [number, number];
  touched: readonly [number, number];
  workers: readonly WorkerLayout[];
}

/** Lays out the memory; throws UsageError when it is more than WebAssembly can address. */
export function layOut(words: number, settings: EmbeddingSettings, roundTokens: number): Layout {
  const { dim, workers, negative, epochs } = settings;
  const bytes = 16 * Math.ceil(dim / 4);
  // The compiled module keeps constants of its own in the first page.
  let end = PAGE;
  const take = (size: number): number => {
    const address = end;
    end += 64 * Math.ceil(size / 64);
    return address;
  };
  const both = (size: number): [number, number] => [take(size), take(size)];
  const layout: Layout = {
    pages: 0,
    bytes,
    control: take(64),
    alias: take(8 * words),
    keep: take(4 * words),
    sigmoid: take(4 * SIGMOID_ENTRIES),
    common: workers > 1 ? both(words * bytes) : [0, 0],
    copies: both(4 * workers),
    touched: both(4 * workers),
    workers: Array.from({ length: workers }, () => ({
      inputs: take(words * bytes),
      outputs: take((words + 1) * bytes),
      random: take(8),
      targets: take(4 * (negative + 1 + GROUP)),
      steps: take(4 * GROUP),
      error: take(bytes),
      mean: take(bytes),
      ids: take(4 * roundTokens),
      kept: take(4 * roundTokens),
      touched: both(12),
      counts: both(4 * words),
      lists: both(4 * words),
      plan: take(64),
      losses: take(16 * epochs),
    })),
  };
  const pages = Math.ceil(end / PAGE);
  if (pages > MOST_PAGES)
    throw new UsageError(
      `${words} words of ${dim} numbers need ${(end / 2 ** 30).toFixed(1)} GiB with ${workers} workers, and 4 GiB can be addressed; give fewer workers, a smaller dim, or a larger min-count.`,
    );
  return { ...layout, pages };
}

/** Places in the control block, each an Int32. */
export const CONTROL = { arrived: 0, generation: 1, stopWanted: 2, stop: 3, rounds: 4 } as const;

/** A thread that waits for less than this asks again and again: sleeping and waking takes longer. */
const SPINS = 2000;

/** Returns when every worker has called it; what each wrote before is then visible to all. `control`: shared. */
export function meet(control: Int32Array, workers: number): void {
  const generation = Atomics.load(control, CONTROL.generation);
  if (Atomics.add(control, CONTROL.arrived, 1) === workers - 1) {
    Atomics.store(control, CONTROL.arrived, 0);
    Atomics.add(control, CONTROL.generation, 1);
    Atomics.notify(control, CONTROL.generation);
    return;
  }
  for (let i = 0; i < SPINS; i++) if (Atomics.load(control, CONTROL.generation) !== generation) return;
  while (Atomics.load(control, CONTROL.generation) === generation)
    Atomics.wait(control, CONTROL.generation, generation);
}
