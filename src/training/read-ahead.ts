/** Batches that are read and augmented while the engine computes the step before. */
import type { Worker } from 'node:worker_threads';
import { Failure } from '../base/errors.js';
import { loadedExtensions } from '../base/extensions.js';
import { startWorker } from '../base/package.js';
import type { WindowBatch } from '../inputs/window.js';
import type { AudioChunk, AudioContents, AudioValues } from './audio-windows.js';
import type { BatchReply, BatchWorkerData } from './batch-worker.js';
import type { Batches, Chunk } from './batches.js';

/**
 * When a thread is started: after so many seconds of reading, as short trainings end before its modules are loaded, if they are
 * this share of the time, as a thread takes a part of the processors from the engine.
 */
const THREAD = { after: 1.5, share: 0.05 };

/** Batches that are read ahead. */
const AHEAD = 2;

/** A thread that answers in the order of the requests. */
class BatchThread {
  private readonly worker: Worker;
  private readonly waiting: { resolve(values: AudioValues): void; reject(error: Error): void }[] = [];
  private failure: Error | null = null;

  constructor(contents: AudioContents) {
    const data: BatchWorkerData = { contents, extensions: loadedExtensions() };
    this.worker = startWorker(import.meta.url, './batch-worker', { data });
    this.worker.on('message', (reply: BatchReply) => {
      const next = this.waiting.shift();
      if ('values' in reply) next?.resolve(reply.values);
      else next?.reject(new Failure(reply.error));
    });
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', (code) =>
      this.fail(new Failure(`The thread that reads batches ended with code ${code}.`)),
    );
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }

  read(chunks: readonly Chunk[]): Promise<AudioValues> {
    const asked = chunks.map(
      ({ example: { id }, start, epoch, draw }): AudioChunk => ({
        ...{ example: { id }, start },
        ...(epoch !== undefined && { epoch }),
        ...(draw !== undefined && { draw }),
      }),
    );
    const values = new Promise<AudioValues>((resolve, reject) => {
      if (this.failure) reject(this.failure);
      else this.waiting.push({ resolve, reject });
    });
    // Whoever takes the batch gets the error; nobody does where training stops before.
    values.catch(() => undefined);
    this.worker.postMessage(asked);
    return values;
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}

/**
 * Reads the batches of an epoch in order: at first where they are asked for, and by a thread ahead of that once reading has
 * taken more than a second and a half, and a twentieth of the time. The values are the same, to the bit. Close it when done.
 */
export class ReadAhead {
  private thread: BatchThread | null = null;
  private seconds = 0;
  private begun: number | null = null;
  private left: (readonly Chunk[])[] = [];
  private coming: { chunks: readonly Chunk[]; audio: Promise<AudioValues> }[] = [];

  /** @param when - seconds of reading, and their share of the time, above which the thread is started. Default: 1.5 and 0.05. */
  constructor(
    private readonly batches: Batches,
    private readonly when: { after: number; share: number } = THREAD,
  ) {}

  /** Sets what `next` reads, in order; what was not yet taken of an earlier plan is dropped. */
  plan(lists: readonly (readonly Chunk[])[]): void {
    this.left = [...lists];
    this.coming = [];
    this.ask();
  }

  /**
   * The windows of the next chunks of the plan.
   *
   * @throws Failure when the store is damaged; RangeError at the plan's end
   */
  async next(): Promise<WindowBatch> {
    const first = this.coming.shift();
    if (first) {
      this.ask();
      return this.batches.windows(first.chunks, await first.audio);
    }
    const chunks = this.left.shift();
    if (!chunks) throw new RangeError('All batches of the plan have been read.');
    const begin = performance.now();
    this.begun ??= begin;
    const windows = this.batches.windows(chunks);
    const end = performance.now();
    this.seconds += (end - begin) / 1000;
    const share = (1000 * this.seconds) / (end - this.begun);
    const { contents } = this.batches;
    if (contents && this.seconds > this.when.after && share > this.when.share) {
      this.thread = new BatchThread(contents);
      this.ask();
    }
    return windows;
  }

  private ask(): void {
    while (this.thread && this.coming.length < AHEAD && this.left.length > 0) {
      const chunks = this.left.shift()!;
      this.coming.push({ chunks, audio: this.thread.read(chunks) });
    }
  }

  async close(): Promise<void> {
    [this.left, this.coming] = [[], []];
    await this.thread?.close();
    this.thread = null;
  }
}
