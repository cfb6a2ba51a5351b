/** Worker threads that decode recordings while the model computes, or have copies of it. */
import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { BUSY_LIMIT, BusyWatch, overrunMessage, sharedSeconds } from '../../base/busy-watch.js';
import { Failure, messageOf, UsageError } from '../../base/errors.js';
import { startWorker } from '../../base/package.js';
import type { LyricsTokens } from './window-scorer.js';
import type {
  CutRequest,
  ModelFailure,
  WindowReply,
  WindowRequest,
  WindowWorkerData,
} from './window-worker.js';

/** Event of a recording: its windows or their scores in order, then its end or why it cannot be decoded. */
export type RecordingEvent = { track: number } & WindowReply;

/** A thread, with what it says of its present recording. */
interface Thread extends WindowWorkerData {
  worker: Worker;
}

function startThread(): Thread {
  const data: WindowWorkerData = { decodedSeconds: sharedSeconds(), scoringSeconds: sharedSeconds() };
  return { worker: startWorker(import.meta.url, './window-worker', { data, quiet: true }), ...data };
}

/** Decodes recordings in several threads, in bounded memory. */
export class WindowPool {
  private readonly threads: Thread[];
  private isClosed = false;

  /** @param most - of the threads, which start at once, one a processor; no more recordings than these are decoded at a time */
  constructor(most = Infinity) {
    this.threads = Array.from({ length: Math.max(1, Math.min(availableParallelism(), most)) }, startThread);
  }

  /**
   * Decodes recordings, interleaved; `track` counts the paths. Each thread has one at a time and waits until its
   * windows are taken. Throws UsageError or Failure where the model of `cut` cannot be used.
   *
   * @param lyricsOf - what the model of `cut` takes beside a track's sound. Default: nothing
   */
  async *decode(
    paths: AsyncIterable<string>,
    cut: CutRequest,
    lyricsOf: (track: number) => LyricsTokens = () => ({}),
  ): AsyncGenerator<RecordingEvent, void> {
    const iterator = paths[Symbol.asyncIterator]();
    const ready: { event: RecordingEvent; taken: () => void }[] = [];
    let signal: (() => void) | null = null;
    let failure: { error: unknown } | null = null;
    const announce = (): void => {
      signal?.();
      signal = null;
    };
    let next = 0;
    let stopped = false;
    const serve = async (slot: number): Promise<void> => {
      for (;;) {
        if (stopped) return;
        const track = next++;
        const { value: path, done } = await iterator.next();
        if (done) return;
        await new Promise<void>((resolve, reject) => {
          const { worker, decodedSeconds, scoringSeconds } = this.threads[slot];
          decodedSeconds[0] = scoringSeconds[0] = 0;
          const put = (reply: WindowReply, taken: () => void): void => {
            ready.push({ event: { track, ...reply }, taken });
            announce();
          };
          const onMessage = (reply: WindowReply | ModelFailure): void => {
            if ('windows' in reply) put(reply, () => worker.postMessage('more' satisfies WindowRequest));
            else if ('scored' in reply) put(reply, () => {});
            else if ('failure' in reply) {
              watch.stop();
              reject(reply.isUsage ? new UsageError(reply.failure) : new Failure(reply.failure));
            } else settle(reply);
          };
          const onDeath = (reason: unknown): void => {
            // A decoder that dies on a file takes its thread with it; the next recording gets a new one.
            if (!this.isClosed) this.threads[slot] = startThread();
            settle({ error: `${path} cannot be decoded: ${messageOf(reason)}` });
          };
          const settle = (reply: WindowReply): void => {
            watch.stop();
            worker.off('message', onMessage).off('error', onDeath).off('exit', onDeath);
            put(reply, () => {});
            resolve();
          };
          const watch = new BusyWatch(
            worker,
            () => decodedSeconds[0],
            (busy) => {
              if (!this.isClosed) this.threads[slot] = startThread();
              settle({ error: overrunMessage(path, busy, decodedSeconds[0]) });
              void worker.terminate();
            },
            BUSY_LIMIT,
            () => scoringSeconds[0],
          );
          worker.on('message', onMessage).on('error', onDeath).on('exit', onDeath);
          worker.postMessage({ path, cut, lyrics: cut.model ? lyricsOf(track) : {} } satisfies WindowRequest);
        });
      }
    };
    let serving = this.threads.length;
    for (let slot = 0; slot < this.threads.length; slot++) {
      serve(slot)
        .catch((error) => {
          failure = { error };
        })
        .finally(() => {
          serving--;
          announce();
        });
    }
    try {
      for (;;) {
        const entry = ready.shift();
        if (entry) {
          entry.taken();
          yield entry.event;
        } else if (failure) throw (failure as { error: unknown }).error;
        else if (serving === 0) return;
        else
          await new Promise<void>((resolve) => {
            signal = resolve;
          });
      }
    } finally {
      stopped = true;
    }
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all(this.threads.map(({ worker }) => worker.terminate()));
  }
}
