/**
 * Work that may never end, in a thread that is ended then: libraries that read damaged files can run in circles, or fill
 * the memory.
 */
import { startWorker } from './package.js';
import type { WatchedTask } from './watched-worker.js';

/** Limits of one piece of work. */
export interface WatchLimits {
  /** Wall-clock time. */
  seconds: number;
  /** Of the thread's heap. Default: 2048. */
  megabytes?: number;
}

/**
 * Calls `task.name`, an exported function of a module, in a thread, and returns what it returns; argument and result are
 * copied. Throws Error with the function's message, or in a few words when a limit is reached.
 */
export async function runWatched<Result>(task: WatchedTask, limits: WatchLimits): Promise<Result> {
  const worker = startWorker(import.meta.url, './watched-worker', {
    data: task,
    quiet: true,
    megabytes: limits.megabytes ?? 2048,
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Result>((resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`it could not be read within ${limits.seconds} s`)),
        limits.seconds * 1000,
      );
      worker.on('message', (reply: { result: Result } | { error: string }) =>
        'error' in reply ? reject(new Error(reply.error)) : resolve(reply.result),
      );
      worker.on('error', ({ message }) => reject(new Error(message)));
      worker.on('exit', () => reject(new Error('it could not be read')));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
