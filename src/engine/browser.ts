/** Tensor engines in a browser: WebAssembly, or WebGPU where it is there and faster. */
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { messageOf } from '../base/errors.js';
import { registerWasmKernels } from './wasm/kernels.js';

/** Which back end computes. */
export interface BackendChoice {
  /** A back end by name; by default the fastest of those that start. */
  backend?: 'wasm' | 'webgpu';
  /** Where the `.wasm` files of `@tensorflow/tfjs-backend-wasm` are served: a folder with its slash, or URLs by file name. */
  wasmPaths?: Parameters<typeof setWasmPaths>[0];
}

/** A model that can be timed. */
interface Timed {
  inputs: { list: readonly { name: string; source: string; size: { length: number; width: number } }[] };
  predict(batch: { count: number; values: Record<string, Float32Array | Int32Array> }): unknown;
  dispose(): void;
}

const CANDIDATES = ['wasm', 'webgpu'] as const;

/**
 * Starts the back end that scores one window of a model soonest, and builds the model on it. WebGPU takes part where the
 * page has imported `@tensorflow/tfjs-backend-webgpu`.
 *
 * @param open - builds the model on the back end that is running
 * @throws Error when none starts
 */
export async function startBackend<Model extends Timed>(
  { backend, wasmPaths }: BackendChoice,
  open: () => Model,
): Promise<{ backend: string; predictor: Model }> {
  if (wasmPaths) setWasmPaths(wasmPaths);
  registerWasmKernels();
  const registered = CANDIDATES.filter((name) => tf.findBackendFactory(name) !== null);
  const names = backend ? registered.filter((name) => name === backend) : registered;
  let best: { backend: string; predictor: Model; seconds: number } | null = null;
  const failures: string[] = [];
  for (const name of names) {
    let predictor: Model | null = null;
    try {
      if (!(await tf.setBackend(name))) throw new Error('it did not start');
      predictor = open();
      if (names.length === 1) return { backend: name, predictor };
      const seconds = secondsOfWindow(predictor);
      if (best && best.seconds <= seconds) predictor.dispose();
      else {
        best?.predictor.dispose();
        best = { backend: name, predictor, seconds };
      }
    } catch (error) {
      predictor?.dispose();
      failures.push(`${name}: ${messageOf(error)}`);
    }
  }
  if (!best)
    throw new Error(
      `No back end for tensors starts (${failures.join('; ') || `${backend} is not registered: import @tensorflow/tfjs-backend-${backend}`}).`,
    );
  await tf.setBackend(best.backend);
  return { backend: best.backend, predictor: best.predictor };
}

/** Seconds of one window of silence, after one that compiles. */
function secondsOfWindow(model: Timed): number {
  const silence = (): Record<string, Float32Array | Int32Array> =>
    Object.fromEntries(
      model.inputs.list.map(({ name, source, size }) => [
        name,
        source === 'text' ? new Int32Array(size.length) : new Float32Array(size.length * size.width),
      ]),
    );
  model.predict({ count: 1, values: silence() });
  const begun = performance.now();
  model.predict({ count: 1, values: silence() });
  return (performance.now() - begun) / 1000;
}
