/** Which tensor engine runs: a plain registry of engines, and the choice between them. */
import * as tf from '@tensorflow/tfjs-core';
import { messageOf, UsageError } from '../base/errors.js';
import { startTensorflow } from './tensorflow.js';
import { startWasm } from './wasm/start.js';

/** What runs the tensors, as it goes into a run's record. */
export interface Engine {
  name: EngineName;
  /** Version of the library that computes. */
  version: string;
  /** Threads that one operation may use; part of what decides the bits of a result. */
  threads: number;
  /** Name of the accelerator in use, or null. */
  gpu: string | null;
  /** Why TensorFlow's operations stand in for the kernels of our own; null where those are used, and with WebAssembly. */
  kernels: string | null;
  /** A sentence when this engine was taken because a better one could not be had. */
  note: string | null;
}

/** Starts one engine, makes it the backend of TensorFlow.js, and says what it is. */
type StartEngine = () => Promise<Omit<Engine, 'name' | 'note'>>;

/** Every engine, best first. */
export const engines = { tensorflow: startTensorflow, wasm: startWasm } satisfies Record<string, StartEngine>;

/** Name of an engine. */
export type EngineName = keyof typeof engines;

let started: Engine | null = null;

/**
 * Starts the engine that `POLYTAG_ENGINE` names, or the best one that is installed, once per process.
 *
 * @param choice - `tensorflow`, `wasm`, or undefined for the best one; default: the environment's `POLYTAG_ENGINE`
 * @returns the running engine; its `note` says why a better one is not used
 * @throws UsageError when the name is unknown, or the engine that was asked for by name does not start
 */
export async function loadEngine(
  choice: string | undefined = process.env.POLYTAG_ENGINE || undefined,
): Promise<Engine> {
  if (started && (!choice || choice === started.name)) return started;
  if (choice && !(choice in engines)) {
    throw new UsageError(
      `POLYTAG_ENGINE: there is no engine "${choice}"; choose one of ${Object.keys(engines).join(', ')}.`,
    );
  }
  const names = (choice ? [choice] : Object.keys(engines)) as EngineName[];
  const failures: string[] = [];
  for (const name of names) {
    try {
      const running = await engines[name]();
      await tf.ready();
      started = {
        name,
        ...running,
        note: failures.length ? `${failures.join(' ')} Engine ${name} is used instead.` : null,
      };
      return started;
    } catch (error) {
      failures.push(`Engine ${name} does not start (${messageOf(error).split('\n')[0].trim()}).`);
    }
  }
  throw new UsageError(
    `${failures.join(' ')} Run "polytag engine install", or choose another with POLYTAG_ENGINE.`,
  );
}

/**
 * The engine that `loadEngine` started.
 *
 * @returns the running engine
 * @throws Error when none was started: a programming mistake
 */
export function currentEngine(): Engine {
  if (!started) throw new Error('No engine has been started: call loadEngine() first.');
  return started;
}
