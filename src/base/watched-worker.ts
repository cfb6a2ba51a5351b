/** The thread of `runWatched`. */
import { parentPort, workerData } from 'node:worker_threads';
import { Failure } from './errors.js';

/** A function to call. */
export interface WatchedTask {
  /** URL of the compiled module. */
  module: string;
  /** Name of its export, a function of the argument and of `tell`. */
  name: string;
  argument: unknown;
}

/**
 * A message of the function, its result, or its error; no exit code where no user is meant to meet it, and whether the
 * engine threw it at a mistake of the code, a TypeError or RangeError.
 */
export type WatchedReply =
  | { told: string }
  | { result: unknown }
  | { error: { message: string; stack?: string; exitCode: number | null; isOwnMistake: boolean } };

type Work = (argument: unknown, tell: (message: string) => void) => unknown;

const { module, name, argument } = workerData as WatchedTask;
const reply = (message: WatchedReply): void => parentPort!.postMessage(message);
const fail = (thrown: unknown): void => {
  const { message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
  const isOwnMistake = thrown instanceof TypeError || thrown instanceof RangeError;
  reply({
    error: { message, stack, exitCode: thrown instanceof Failure ? thrown.exitCode : null, isOwnMistake },
  });
};

// A second promise of a library that fails unseen would end the thread without a message.
process.on('unhandledRejection', fail);
try {
  const { [name]: work } = (await import(module)) as Record<string, Work>;
  reply({ result: await work(argument, (told) => reply({ told })) });
} catch (error) {
  fail(error);
}
