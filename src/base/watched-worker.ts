/** The thread of `runWatched`. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from './errors.js';

/** A function to call. */
export interface WatchedTask {
  /** URL of the compiled module. */
  module: string;
  /** Name of its export, a function of one argument. */
  name: string;
  argument: unknown;
}

const { module, name, argument } = workerData as WatchedTask;
const reply = (message: { result: unknown } | { error: string }): void => parentPort!.postMessage(message);

// A second promise of a library that fails unseen would end the thread without a message.
process.on('unhandledRejection', (error) => reply({ error: reasonOf(error) }));
try {
  const { [name]: run } = (await import(module)) as Record<string, (argument: unknown) => unknown>;
  reply({ result: await run(argument) });
} catch (error) {
  reply({ error: reasonOf(error) });
}

/** What a parser's own errors mean; what the engine says of them means nothing to a reader. */
function reasonOf(error: unknown): string {
  const isOfEngine = error instanceof TypeError || error instanceof RangeError;
  return isOfEngine ? 'its structure is damaged' : messageOf(error);
}
