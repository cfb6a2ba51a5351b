/** Worker threads that extract features, each of one recording at a time. */
import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { BusyWatch, overrunMessage, type SharedSeconds, sharedSeconds } from '../../base/busy-watch.js';
import { Failure, messageOf } from '../../base/errors.js';
import { loadedExtensions } from '../../base/extensions.js';
import { startWorker } from '../../base/package.js';
import type { ExtractReply, ExtractRequest, ExtractWorkerData } from './extract-worker.js';
import type { StoredFeatures } from './kinds.js';

/** A thread, and the seconds of its present recording that it has decoded. */
interface Thread {
  worker: Worker;
  decodedSeconds: SharedSeconds;
}

/** A pool of threads; close it when done. */
export class ExtractPool {
  private readonly idle: Thread[] = [];
  private readonly waiting: ((thread: Thread) => void)[] = [];
  private readonly started = new Set<Thread>();

  /** @param size - threads. Default: as many as the machine has processors. */
  constructor(
    private readonly features: StoredFeatures,
    readonly size: number = availableParallelism(),
  ) {
    for (let i = 0; i < size; i++) this.idle.push(this.start());
  }

  /** Decodes a recording and computes the features named in `wanted`, as soon as a thread is free. */
  async extract(path: string, wanted: readonly string[]): Promise<ExtractReply> {
    const thread = this.idle.pop() ?? (await new Promise<Thread>((resolve) => this.waiting.push(resolve)));
    let next = thread;
    try {
      return await ask(thread, { path, wanted });
    } catch (error) {
      // A decoder that dies on a file takes its thread with it: that file is damaged, the next gets a new thread.
      this.started.delete(thread);
      await thread.worker.terminate();
      next = this.start();
      return { error: messageOf(error) };
    } finally {
      const waiting = this.waiting.shift();
      if (waiting) waiting(next);
      else this.idle.push(next);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.started].map(({ worker }) => worker.terminate()));
  }

  private start(): Thread {
    // The decoder writes a line for every frame that it cannot read; the reason comes back as a message.
    const decodedSeconds = sharedSeconds();
    const data: ExtractWorkerData = {
      features: this.features,
      extensions: loadedExtensions(),
      decodedSeconds,
    };
    const worker = startWorker(import.meta.url, './extract-worker', { data, quiet: true });
    const thread = { worker, decodedSeconds };
    this.started.add(thread);
    return thread;
  }
}

function ask({ worker, decodedSeconds }: Thread, request: ExtractRequest): Promise<ExtractReply> {
  return new Promise((resolve, reject) => {
    const onMessage = (reply: ExtractReply): void => settle(() => resolve(reply));
    const onError = (error: Error): void => settle(() => reject(error));
    const onExit = (code: number): void =>
      settle(() => reject(new Failure(`The worker that decodes ${request.path} ended with code ${code}.`)));
    decodedSeconds[0] = 0;
    const watch = new BusyWatch(
      worker,
      () => decodedSeconds[0],
      (busy) => settle(() => reject(new Failure(overrunMessage(request.path, busy, decodedSeconds[0])))),
    );
    const settle = (action: () => void): void => {
      watch.stop();
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      action();
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(request);
  });
}
