/**
 * Work in a process of its own: the native engine fails in a second thread, a decoder may crash, and a process can be
 * killed whatever it computes.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Failure, Interrupted, UsageError } from '../../../base/errors.js';
import { compiledUrl } from '../../../base/package.js';
import type { WorkName, WorkRequest, WorkResult } from '../work/index.js';
import { MEMORY_MARK, type WorkOrder, type WorkReply } from '../work/protocol.js';

/** What ends the work. */
export interface WorkLimits {
  signal: AbortSignal;
  /** By the clock. */
  seconds: number;
  /** Of the process, arrays and tensors included. */
  megabytes: number;
  /** Threads of the engine. */
  threads: number;
}

/** Characters of the process' messages that are kept. */
const KEPT = 4000;

function startProcess({ megabytes, threads }: WorkLimits): ChildProcess {
  const module = fileURLToPath(new URL('../work/process.js', compiledUrl(import.meta.url)));
  return fork(module, [], {
    // Options of this process such as --input-type=module are not the other's.
    execArgv: [`--max-old-space-size=${Math.max(64, Math.floor(megabytes / 2))}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    env: { ...process.env, TF_NUM_INTRAOP_THREADS: String(threads) },
    // A group of its own, so that Ctrl-C on the terminal reaches it through this process.
    detached: true,
  });
}

/**
 * Does named work in a process, and returns its result.
 *
 * @param tell - receives the step and the share that is done, 0 to 1
 * @throws UsageError and Failure as the work; Failure when a limit is reached or the process dies; Interrupted on the
 *   signal; Error for a bug, with the stack of the process
 */
export async function runWork<Name extends WorkName>(
  name: Name,
  request: WorkRequest<Name>,
  limits: WorkLimits,
  tell: (step: string, done: number) => void,
): Promise<WorkResult<Name>> {
  const { signal, seconds, megabytes } = limits;
  if (signal.aborted) throw new Interrupted('Stopped.');
  const child = startProcess(limits);
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let stop = (): void => {};
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<WorkResult<Name>>((resolve, reject) => {
      stop = () => reject(new Interrupted('Stopped.'));
      signal.addEventListener('abort', stop, { once: true });
      const late = new Failure(`The job takes longer than ${seconds} s; try a shorter recording.`);
      timer = setTimeout(() => reject(late), seconds * 1000);
      let said = '';
      child.stderr!.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-KEPT);
      });
      child.on('message', (reply: WorkReply) => {
        if ('told' in reply) tell(...reply.told);
        else if ('error' in reply) reject(errorOf(reply.error));
        else resolve(reply.result as WorkResult<Name>);
      });
      child.on('error', (error) => reject(new Failure(`The job cannot be started (${error.message}).`)));
      child.on('close', (code, by) => {
        const isFull = said.includes(MEMORY_MARK) || said.includes('heap out of memory');
        reject(
          isFull
            ? new Failure(`The job needs more than ${megabytes} MB of memory; try a shorter recording.`)
            : new Failure(
                `The job ended without a result (${by ?? `code ${code}`}); the recording may be damaged, try another.`,
              ),
        );
      });
      child.send({ name, request, megabytes } satisfies WorkOrder, () => {
        // A process that is gone says so by its end.
      });
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    child.kill('SIGKILL');
    // What it was writing is removed once nobody writes it.
    await gone;
  }
}

function errorOf({ message, stack, kind }: Extract<WorkReply, { error: unknown }>['error']): Error {
  const Kind = kind === 'usage' ? UsageError : kind === 'failure' ? Failure : Error;
  const error = new Kind(message);
  error.stack = stack;
  return error;
}
