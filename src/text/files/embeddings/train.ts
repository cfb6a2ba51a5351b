/**
 * Trains word vectors by skip-gram or continuous bag of words with negative sampling (Mikolov et al. 2013), in threads
 * that give the same numbers each time: each trains a copy of the vectors on its piece of the corpus, and then all
 * agree, in a fixed order, on the vectors that were moved.
 */
import { Failure } from '../../../base/errors.js';
import { startWorker } from '../../../base/package.js';
import { randomGenerator } from '../../../base/random.js';
import { compileModule } from '../../../simd/compile-module.js';
import { MODULE } from '../../../simd/word2vec.generated.js';
import { CONTROL, type Layout, layOut } from '../../embeddings/layout.js';
import { type EmbeddingSettings, NOISE_EXPONENT } from '../../embeddings/settings.js';
import { aliasTable, keepChances, sigmoidTable } from '../../embeddings/tables.js';
import type { TrainWorkerData } from './train-worker.js';

/**
 * Tokens per worker between two agreements: fewer make the threads nearer to one, but take more time for agreeing. A
 * small vocabulary is agreed on quickly, and its words are moved often.
 */
const ROUND_TOKENS = { least: 1000, most: 10_000, perWord: 1 / 3 };

/** See `agree`: found by measurement. */
const CURVATURE = 0.1;

/** How often progress is reported, in milliseconds. */
const TELL_EVERY = 200;

/** Sentences as ids. */
export interface IdCorpus {
  /** An id below 0 after every sentence; on a SharedArrayBuffer. */
  ids: Int32Array;
  /** How often each word is in them, [words]. */
  counts: Float64Array;
}

/** Progress, and a way to stop. */
export interface TrainOptions {
  signal?: AbortSignal;
  /** Called with the share of the work that is done. */
  onProgress?: (share: number) => void;
}

/** Vectors of words. */
export interface TrainedVectors {
  /** [words × dim] */
  vectors: Float32Array;
  /** Mean loss of a prediction (one word against its noise), by epoch that was begun. */
  losses: number[];
  /** Share of the training that was done: 1 unless it was stopped. */
  done: number;
}

/**
 * Trains; the same corpus and settings (workers included) give the same bytes. The signal stops early and keeps what is
 * trained. Throws UsageError when the memory could not be addressed; Failure when there is not enough, or a thread
 * dies.
 */
export async function trainVectors(
  { ids, counts }: IdCorpus,
  settings: EmbeddingSettings,
  { signal, onProgress }: TrainOptions = {},
): Promise<TrainedVectors> {
  const words = counts.length;
  const roundTokens = roundTokensFor(words, settings.workers);
  const layout = layOut(words, settings, roundTokens);
  const memory = sharedMemory(layout.pages);
  fill(memory, layout, counts, settings);
  const rounds = Math.max(1, Math.ceil(ids.length / (roundTokens * settings.workers)));
  const module = compileModule(MODULE);
  const control = new Int32Array(memory.buffer, layout.control, 16);
  const share = (): number => Atomics.load(control, CONTROL.rounds) / (settings.epochs * rounds);
  const stop = (): void => void Atomics.store(control, CONTROL.stopWanted, 1);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  const ticker = setInterval(() => onProgress?.(share()), TELL_EVERY);
  try {
    await runWorkers(
      layout.workers.map((_, worker) => ({
        worker,
        module,
        memory,
        layout,
        settings,
        ids,
        rounds,
        roundTokens,
        curvature: CURVATURE,
      })),
    );
  } finally {
    clearInterval(ticker);
    signal?.removeEventListener('abort', stop);
  }
  const done = share();
  return {
    vectors: unpad(memory, layout, words, settings.dim),
    losses: meanLosses(memory, layout, Math.ceil(done * settings.epochs)),
    done,
  };
}

function roundTokensFor(words: number, workers: number): number {
  const { least, most, perWord } = ROUND_TOKENS;
  return workers === 1 ? most : Math.min(most, Math.max(least, Math.ceil(words * perWord)));
}

function sharedMemory(pages: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    throw new Failure(
      `There is no memory for the ${((pages * 65_536) / 2 ** 30).toFixed(1)} GiB of the vectors; give fewer workers, a smaller dim, or a larger min-count.`,
    );
  }
}

/** Tables, plans and the vectors to begin with: input vectors uniform in ±1/(2 dim), output vectors zero. */
function fill(
  memory: WebAssembly.Memory,
  layout: Layout,
  counts: Float64Array,
  { dim, window, negative, sample, workers, seed }: EmbeddingSettings,
): void {
  const { buffer } = memory;
  const words = counts.length;
  const u32 = (address: number, values: ArrayLike<number>): void =>
    new Uint32Array(buffer, address, values.length).set(values);
  u32(layout.alias, aliasTable(counts.map((count) => count ** NOISE_EXPONENT)));
  u32(layout.keep, keepChances(counts, sample));
  new Float32Array(buffer, layout.sigmoid, 2000).set(sigmoidTable());
  u32(
    layout.copies[0],
    layout.workers.map(({ inputs }) => inputs),
  );
  u32(
    layout.copies[1],
    layout.workers.map(({ outputs }) => outputs),
  );
  for (const i of [0, 1])
    u32(
      layout.touched[i],
      layout.workers.map(({ touched }) => touched[i]),
    );
  const width = layout.bytes / 4;
  const first = new Float32Array(buffer, layout.workers[0].inputs, words * width);
  const random = randomGenerator(seed, 'embeddings', 'start');
  for (let word = 0; word < words; word++)
    for (let i = 0; i < dim; i++) first[word * width + i] = (random.uniform() - 0.5) / dim;
  if (workers > 1) new Float32Array(buffer, layout.common[0], first.length).set(first);
  for (const [worker, own] of layout.workers.entries()) {
    if (worker > 0) new Float32Array(buffer, own.inputs, first.length).set(first);
    const draw = randomGenerator(seed, 'embeddings', 'worker', worker);
    u32(own.random, [draw.integer(2 ** 32), draw.integer(2 ** 32)]);
    for (const i of [0, 1]) u32(own.touched[i], [own.counts[i], own.lists[i], 0]);
    const { inputs, outputs, random, targets, steps, error, mean, touched, losses } = own;
    const { bytes, alias, sigmoid } = layout;
    const room = [targets, steps, error, mean, touched[0], touched[1], losses];
    u32(own.plan, [inputs, outputs, bytes, words, window, negative, alias, sigmoid, random, ...room]);
  }
}

async function runWorkers(all: TrainWorkerData[]): Promise<void> {
  const threads = all.map((data) => startWorker(import.meta.url, './train-worker', { data }));
  try {
    await Promise.all(
      threads.map(
        (thread) =>
          new Promise<void>((resolve, reject) => {
            thread.once('error', reject);
            thread.once('exit', (code) =>
              code === 0
                ? resolve()
                : reject(new Failure(`A thread that trains word vectors ended with code ${code}.`)),
            );
          }),
      ),
    );
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

function unpad(memory: WebAssembly.Memory, layout: Layout, words: number, dim: number): Float32Array {
  const width = layout.bytes / 4;
  const padded = new Float32Array(memory.buffer, layout.workers[0].inputs, words * width);
  const vectors = new Float32Array(words * dim);
  for (let word = 0; word < words; word++)
    vectors.set(padded.subarray(word * width, word * width + dim), word * dim);
  return vectors;
}

function meanLosses(memory: WebAssembly.Memory, layout: Layout, epochs: number): number[] {
  return Array.from({ length: epochs }, (_, epoch) => {
    let sum = 0;
    let predictions = 0;
    for (const { losses } of layout.workers) {
      const [loss, count] = new Float64Array(memory.buffer, losses + 16 * epoch, 2);
      sum += loss;
      predictions += count;
    }
    return sum / predictions;
  });
}
