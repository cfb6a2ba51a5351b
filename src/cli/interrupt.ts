/** Ctrl-C: the first asks the work to stop at a good place, the second ends the process. */
import { EXIT } from '../base/errors.js';

/** What stops the work, and what is said then. */
export interface InterruptOptions {
  /** Process signals. Default: SIGINT and SIGTERM. */
  signals?: NodeJS.Signals[];
  /** What the first signal is answered with. */
  note?: string;
}

/** Runs work with a signal that the first process signal aborts; the second ends the process. */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  {
    signals = ['SIGINT', 'SIGTERM'],
    note = 'Stopping; what is computed is being kept (press Ctrl-C again to end at once).',
  }: InterruptOptions = {},
): Promise<T> {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    process.stderr.write(`\n${note}\n`);
    controller.abort();
  };
  for (const name of signals) process.on(name, onSignal);
  // The process that started this one, and holds a channel to it, has died: nobody waits for the work any more.
  process.on('disconnect', onSignal);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of signals) process.off(name, onSignal);
    process.off('disconnect', onSignal);
  }
}
