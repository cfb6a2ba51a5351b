/**
 * Work in a thread that can be ended whatever it computes: on a signal, or because a library that reads a damaged file
 * runs in circles or fills the memory.
 */
import { EXIT, Failure, Interrupted, systemCode, UsageError } from './errors.js';
import { removeParts } from './files.js';
import { startWorker } from './package.js';
import type { WatchedReply, WatchedTask } from './watched-worker.js';

/** Time from one look at the clock and the memory to the next, in ms. */
const LOOK = 50;

/** How much longer than its time a thread may take by the clock, whatever it has computed. */
const PATIENCE = 15;

/** What ends the work. Default: only its own end. */
export interface WatchLimits {
  /** Of computing: of the clock on an idle machine, longer where other processes leave this one little of the processor. */
  seconds?: number;
  /** Of the thread's heap, and what the memory of the process may grow by meanwhile, arrays outside the heap among it. */
  megabytes?: number;
  signal?: AbortSignal;
  /** A file that the work writes; what is left under its temporary names is removed where the work does not end well. */
  out?: string;
}

/**
 * Calls `task.name`, an exported function of a module, in a thread, and returns what it returns; argument and result are
 * copied. The function's second argument is `onTell`.
 *
 * @throws UsageError and Failure as the function; Interrupted on the signal; Error in a few words when a limit is reached
 */
export async function runWatched<Result>(
  task: WatchedTask,
  { seconds, megabytes, signal, out }: WatchLimits,
  onTell: (message: string) => void = () => {},
): Promise<Result> {
  const worker = startWorker(import.meta.url, './watched-worker', { data: task, quiet: true, megabytes });
  let timer: NodeJS.Timeout | undefined;
  let stop = (): void => {};
  try {
    return await new Promise<Result>((resolve, reject) => {
      const isOver = seconds === undefined ? () => false : clockOf(seconds);
      const isFull = megabytes === undefined ? () => false : memoryOf(megabytes);
      const tooLarge = new Error(`reading it takes more than ${megabytes} MB of memory`);
      timer = setInterval(() => {
        if (isOver()) reject(new Error(`it could not be read within ${seconds} s`));
        else if (isFull()) reject(tooLarge);
      }, LOOK);
      stop = (): void => reject(new Interrupted('Stopped; nothing was written.'));
      signal?.addEventListener('abort', stop, { once: true });
      worker.on('message', (reply: WatchedReply) => {
        if ('told' in reply) onTell(reply.told);
        else if ('error' in reply) reject(errorOf(reply.error));
        else resolve(reply.result as Result);
      });
      worker.on('error', (error) =>
        reject(systemCode(error) === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge : new Error(error.message)),
      );
      worker.on('exit', () => reject(new Error('it could not be read')));
    });
  } catch (error) {
    await worker.terminate();
    if (out !== undefined) await removeParts(out);
    throw error;
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

/**
 * Whether a time has passed, both by the clock and by what this process has computed in it: a process that shares its
 * processor with many others would find that sound files take too long. A thread that waits for ever ends by the clock.
 */
function clockOf(seconds: number): () => boolean {
  const begin = performance.now();
  const { user, system } = process.cpuUsage();
  return () => {
    const passed = (performance.now() - begin) / 1000;
    const now = process.cpuUsage();
    const computed = (now.user + now.system - user - system) / 1e6;
    return passed >= seconds && (computed >= seconds || passed >= PATIENCE * seconds);
  };
}

/** Whether the memory of the process has grown by so many megabytes. */
function memoryOf(megabytes: number): () => boolean {
  const begin = process.memoryUsage.rss();
  return () => process.memoryUsage.rss() - begin > megabytes * 2 ** 20;
}

/** An error of the thread, of its class as far as exit code and `readerError` go, with its stack. */
function errorOf({
  message,
  stack,
  exitCode,
  isOwnMistake,
}: Extract<WatchedReply, { error: unknown }>['error']): Error {
  const Kind = exitCode === null ? Error : exitCode === EXIT.wrongUse ? UsageError : Failure;
  const error = isOwnMistake ? new TypeError(message) : new Kind(message);
  error.stack = stack;
  return error;
}
