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
  predict(batch: { count: number; values: Record<string, Float32Array | Int32Array> }): {
    scores: Float32Array;
  };
  dispose(): void;
}

type BackendName = NonNullable<BackendChoice['backend']>;

interface Started<Model> {
  backend: BackendName;
  predictor: Model;
  seconds: number;
  scores: Float32Array;
}

/** Scores of another back end that differ by more are wrong: reading from a GPU gives zeros in some browsers. */
const AGREEMENT = 1e-3;

/**
 * Starts the back end that scores one window of a model soonest, and builds the model on it. WebGPU takes part where the
 * page has imported `@tensorflow/tfjs-backend-webgpu`, the browser has an adapter, and the scores are those of
 * WebAssembly to 1e-3.
 *
 * @param open - builds the model on the back end that is running
 * @throws Error when none starts, or not the one that was asked for
 */
export async function startBackend<Model extends Timed>(
  { backend, ...options }: BackendChoice,
  open: () => Model,
): Promise<{ backend: string; predictor: Model }> {
  prepareWasm(options);
  const failures: string[] = [];
  const attempt = async (name: BackendName): Promise<Started<Model> | null> =>
    start(name, open).catch((error: unknown) => {
      failures.push(`${name}: ${messageOf(error)}`);
      return null;
    });
  const wasm = await attempt('wasm');
  const webgpu = backend !== 'wasm' && (backend || (await hasWebgpu())) ? await attempt('webgpu') : null;
  const agree = wasm === null || webgpu === null || worstDifference(wasm.scores, webgpu.scores) <= AGREEMENT;
  if (!agree) failures.push('webgpu: its scores are not those of WebAssembly in this browser');
  const sound = [wasm, agree ? webgpu : null].filter((started) => started !== null);
  const [best] = sound
    .filter((started) => !backend || started.backend === backend)
    .sort((a, b) => a.seconds - b.seconds);
  for (const started of [wasm, webgpu]) if (started !== best) started?.predictor.dispose();
  if (!best) throw new Error(`No back end for tensors starts (${failures.join('; ')}).`);
  await tf.setBackend(best.backend);
  return best;
}

/** Says how WebAssembly is to start; without effect once it has. */
function prepareWasm({ wasmPaths }: Pick<BackendChoice, 'wasmPaths'>): void {
  if (wasmPaths) setWasmPaths(wasmPaths);
  // The package sends its own source to its threads. Where a bundler has minified it, they fail and the back end never starts.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  registerWasmKernels();
}

/** Starts WebAssembly in a page, for graphs that run on nothing else. Throws an Error when it does not start. */
export async function startWasmBackend(options: Pick<BackendChoice, 'wasmPaths'>): Promise<void> {
  if (tf.getBackend() === 'wasm') return;
  prepareWasm(options);
  if (!(await tf.setBackend('wasm'))) throw new Error('WebAssembly does not start; check wasmPaths.');
}

/** Whether the page has imported the WebGPU back end and the browser has an adapter for it. */
async function hasWebgpu(): Promise<boolean> {
  if (tf.findBackendFactory('webgpu') === null) return false;
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<object | null> } };
  return ((await gpu?.requestAdapter()) ?? null) !== null;
}

/** Starts a back end, builds the model on it and times one window, after one that compiles. */
async function start<Model extends Timed>(name: BackendName, open: () => Model): Promise<Started<Model>> {
  if (tf.findBackendFactory(name) === null)
    throw new Error(`import @tensorflow/tfjs-backend-${name} to have it`);
  if (!(await tf.setBackend(name))) throw new Error('it did not start');
  const predictor = open();
  try {
    const values = Object.fromEntries(
      predictor.inputs.list.map(({ name: input, source, size }) => [
        input,
        source === 'text'
          ? new Int32Array(size.length)
          : Float32Array.from({ length: size.length * size.width }, (_, i) => Math.sin(i * i)),
      ]),
    );
    predictor.predict({ count: 1, values });
    const begun = performance.now();
    const { scores } = predictor.predict({ count: 1, values });
    return { backend: name, predictor, seconds: (performance.now() - begun) / 1000, scores };
  } catch (error) {
    predictor.dispose();
    throw error;
  }
}

function worstDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i])), 0);
}
