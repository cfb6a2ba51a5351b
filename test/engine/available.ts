/** Which engines this machine can start, for tests that run on each. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { type EngineName, loadEngine } from '../../src/engine/engine.js';

const packageFolder = dirname(
  createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json'),
);

/** True when the native addon was built here. */
export const nativeInstalled = existsSync(join(packageFolder, 'lib', 'napi-v8', 'tfjs_binding.node'));

/** The engines to test on. */
export const availableEngines: EngineName[] = nativeInstalled ? ['tensorflow', 'wasm'] : ['wasm'];

if (!nativeInstalled) {
  process.stderr.write(
    'Tests on the native engine are skipped: it is not installed (polytag engine install).\n',
  );
}

/** Goes back to the engine that is taken where none is chosen, if another has been started: files share a process. */
export async function startUsualEngine(): Promise<void> {
  const usual = process.env.POLYTAG_ENGINE || availableEngines[0];
  const running = tf.engine().backendName;
  if (running && running !== usual) await loadEngine(usual);
}
