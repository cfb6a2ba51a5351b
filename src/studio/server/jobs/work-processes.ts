/**
 * Work in processes of its own: the native engine fails in a second thread, a decoder may crash, and a process can be
 * killed whatever it computes. One waits with its modules loaded, which saves a second of each job.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DiskFull, Failure, Interrupted, UsageError } from '../../../base/errors.js';
import { compiledUrl } from '../../../base/package.js';
import type { WorkName, WorkRequest, WorkResult } from '../work/index.js';
import { MEMORY_MARK, type Tell, type WorkOrder, type WorkReply } from '../work/protocol.js';

/** What ends work. */
export interface WorkLimits {
  /** By the clock. */
  seconds: number;
  /** Of a process, arrays and tensors included. */
  megabytes: number;
  /** Threads of the engine. */
  threads: number;
}

/** Characters of a process' messages that are kept. */
const KEPT = 4000;

/** A process that has been given nothing yet. */
interface IdleProcess {
  child: ChildProcess;
  gone: Promise<unknown>;
}

/** Processes that work for a server. */
export class WorkProcesses {
  private spare: IdleProcess | null = null;
  private isClosed = false;

  constructor(private readonly limits: WorkLimits) {
    this.refill();
  }

  /**
   * Does named work in a process, and returns its result.
   *
   * @param tell - receives the step and the share that is done, 0 to 1
   * @throws UsageError and Failure as the work; Failure when a limit is reached or the process dies; Interrupted on the
   *   signal; Error for a bug, with the stack of the process
   */
  async run<Name extends WorkName>(
    name: Name,
    request: WorkRequest<Name>,
    signal: AbortSignal,
    tell: Tell,
  ): Promise<WorkResult<Name>> {
    if (signal.aborted) throw new Interrupted('Stopped.');
    const { child, gone } = this.spare ?? this.start();
    this.spare = null;
    // The next one loads its modules while this one works.
    this.refill();
    let stop = (): void => {};
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<WorkResult<Name>>((resolve, reject) => {
        const { seconds, megabytes } = this.limits;
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
        void gone.then(() => reject(this.deathOf(child, said)));
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

  /** Ends the process that waits; no other is started in its place. */
  async close(): Promise<void> {
    this.isClosed = true;
    const { spare } = this;
    this.spare = null;
    spare?.child.kill('SIGKILL');
    await spare?.gone;
  }

  private refill(): void {
    if (this.isClosed || this.spare !== null) return;
    const idle = this.start();
    this.spare = idle;
    void idle.gone.then(() => {
      if (this.spare === idle) this.spare = null;
    });
  }

  private start(): IdleProcess {
    const { megabytes, threads } = this.limits;
    const module = fileURLToPath(new URL('../work/process.js', compiledUrl(import.meta.url)));
    const child = fork(module, [], {
      // Options of this process such as --input-type=module are not the other's.
      execArgv: [`--max-old-space-size=${Math.max(64, Math.floor(megabytes / 2))}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
      env: { ...process.env, TF_NUM_INTRAOP_THREADS: String(threads) },
      // A group of its own, so that Ctrl-C on the terminal reaches it through this process.
      detached: true,
    });
    // One that cannot be started has no end but its error.
    const gone = Promise.race([once(child, 'close'), once(child, 'error')]).catch(() => undefined);
    return { child, gone };
  }

  private deathOf({ exitCode, signalCode }: ChildProcess, said: string): Failure {
    if (said.includes(MEMORY_MARK) || said.includes('heap out of memory'))
      return new Failure(
        `The job needs more than ${this.limits.megabytes} MB of memory; try a shorter recording.`,
      );
    return new Failure(
      `The job ended without a result (${signalCode ?? `code ${exitCode}`}); the recording may be damaged, try another.`,
    );
  }
}

function errorOf({ message, stack, kind }: Extract<WorkReply, { error: unknown }>['error']): Error {
  const Kind = { usage: UsageError, failure: Failure, full: DiskFull, bug: Error }[kind];
  const error = new Kind(message);
  error.stack = stack;
  return error;
}
