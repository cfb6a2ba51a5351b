/** A thread that trains word vectors on its part of a corpus. */
import { workerData } from 'node:worker_threads';
import { CONTROL, type Layout, meet, type WorkerLayout } from '../../embeddings/layout.js';
import type { EmbeddingSettings } from '../../embeddings/settings.js';

/** The compiled kernels, documented in src/simd/assembly/word2vec. */
interface Word2vecKernels {
  subsample(ids: number, count: number, keep: number, random: number, kept: number): number;
  skipGram(plan: number, ids: number, count: number, rate: number): void;
  continuousBag(plan: number, ids: number, count: number, rate: number): void;
  agree(
    worker: number,
    workers: number,
    common: number,
    copies: number,
    touched: number,
    bytes: number,
    curvature: number,
  ): void;
  forget(touched: number): void;
}

/** What a thread is given. */
export interface TrainWorkerData {
  worker: number;
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  layout: Layout;
  settings: EmbeddingSettings;
  /** Ids of the corpus, an id below 0 behind every sentence; shared. */
  ids: Int32Array;
  /** Rounds of an epoch, and tokens of a round. */
  rounds: number;
  roundTokens: number;
  /** Share of the way to its place that one move of a vector takes it, by learning rate; see `agree`. */
  curvature: number;
}

train(workerData as TrainWorkerData);

/** Trains until the end of all epochs, or until a stop is wanted. */
function train(data: TrainWorkerData): void {
  const { worker, module, memory, layout, settings, rounds } = data;
  const { workers, epochs, rate } = settings;
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Word2vecKernels;
  const own = layout.workers[worker];
  const control = new Int32Array(memory.buffer, layout.control, 16);
  const plan = new Uint32Array(memory.buffer, own.plan, 16);
  for (let epoch = 0; epoch < epochs; epoch++) {
    plan[15] = own.losses + 16 * epoch;
    for (let round = 0; round < rounds; round++) {
      const done = (epoch * rounds + round) / (epochs * rounds);
      const current = rate[0] + (rate[1] - rate[0]) * done;
      trainRound(kernels, data, own, round, current);
      if (workers > 1) {
        meet(control, workers);
        settleAll(kernels, data, current);
      }
      if (worker === 0) {
        Atomics.add(control, CONTROL.rounds, 1);
        Atomics.store(control, CONTROL.stop, Atomics.load(control, CONTROL.stopWanted));
      }
      if (workers > 1) meet(control, workers);
      if (Atomics.load(control, CONTROL.stop) !== 0) return;
      for (const touched of own.touched) kernels.forget(touched);
    }
  }
}

/** This thread's piece of the round; at the end of the corpus there may be none. */
function trainRound(
  kernels: Word2vecKernels,
  { worker, memory, layout, settings, ids, roundTokens }: TrainWorkerData,
  own: WorkerLayout,
  round: number,
  rate: number,
): void {
  const begin = (round * settings.workers + worker) * roundTokens;
  const piece = ids.subarray(begin, begin + roundTokens);
  new Int32Array(memory.buffer, own.ids, piece.length).set(piece);
  const kept = kernels.subsample(own.ids, piece.length, layout.keep, own.random, own.kept);
  if (settings.algorithm === 'cbow') kernels.continuousBag(own.plan, own.kept, kept, rate);
  else kernels.skipGram(own.plan, own.kept, kept, rate);
}

function settleAll(
  kernels: Word2vecKernels,
  { worker, layout, settings, curvature }: TrainWorkerData,
  rate: number,
): void {
  for (const i of [0, 1])
    kernels.agree(
      worker,
      settings.workers,
      layout.common[i],
      layout.copies[i],
      layout.touched[i],
      layout.bytes,
      curvature * rate,
    );
}
