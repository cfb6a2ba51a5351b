/** The WebAssembly engine: part of the install, no set-up, one thread. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { registerWasmKernels } from './kernels.js';
import { registerNormPool } from './norm-pool.js';

/**
 * Makes WebAssembly (SIMD) the backend and adds the kernels that training needs and the package lacks.
 *
 * @returns version and threads
 * @throws Error when the module cannot be compiled
 */
export async function startWasm(): Promise<{ version: string; threads: number; gpu: null; kernels: null }> {
  // Half a megabyte, which the other engine has no use for.
  const { setWasmPaths, version_wasm } = await import('@tensorflow/tfjs-backend-wasm');
  const require = createRequire(import.meta.url);
  // The core's build for Node has no gradients; the package of everything registers them with the one engine.
  require('@tensorflow/tfjs');
  setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  registerWasmKernels();
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly module did not start');
  registerNormPool();
  return { version: `tfjs-backend-wasm ${version_wasm}`, threads: 1, gpu: null, kernels: null };
}
