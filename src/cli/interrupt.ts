/** Ctrl-C: the first asks the work to stop at a good place, the second ends the process. */
import { EXIT } from '../base/errors.js';

/**
 * Runs work that can be interrupted.
 *
 * @param work - gets the signal that the first SIGINT or SIGTERM sets
 * @param note - what the first signal is answered with
 * @returns what the work gives
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  note = 'Stopping; what is computed is being kept (press Ctrl-C again to end at once).',
): Promise<T> {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    process.stderr.write(`\n${note}\n`);
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
