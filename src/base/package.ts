/** The toolkit’s own files: version, compiled workers, and what every checkout on a machine shares. */

import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import envPaths from 'env-paths';

/** The user's cache folder: `POLYTAG_CACHE`, else the system's (`~/.cache`, `~/Library/Caches`, …). */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment.POLYTAG_CACHE;
  return chosen ? resolve(chosen) : envPaths('polytag', { suffix: '' }).cache;
}

/** The part of the cache that holds the engine's libraries, one folder per build of the library. */
export function engineFolder(cache: string = cacheFolder()): string {
  return join(cache, 'engine');
}

/** The part of the cache that holds compiled addons, one folder per addon and platform. */
export function addonFolder(cache: string = cacheFolder()): string {
  return join(cache, 'addons');
}

/** The part of the cache that holds the native decoder's library, one folder per build of it. */
export function decoderFolder(cache: string = cacheFolder()): string {
  return join(cache, 'decoder');
}

/** The part of the cache that holds models that were pulled or imported, one folder per model. */
export function modelsFolder(cache: string = cacheFolder()): string {
  return join(cache, 'models');
}

/** Path of a file that comes with polytag: `configs/quickstart.yaml`. */
export function packagePath(file: string): string {
  return join(fileURLToPath(new URL('../../', import.meta.url)), file);
}

/** The version in package.json. */
export async function polytagVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * Starts a thread with a module beside the caller (`import.meta.url`; the module without extension:
 * `./extract-worker`). A worker thread runs JavaScript: a caller in TypeScript sources (the test runner) gets the
 * compiled module. A quiet thread's standard error is dropped.
 */
export function startWorker(
  caller: string,
  module: string,
  { data, quiet = false }: { data?: unknown; quiet?: boolean } = {},
): Worker {
  const base = caller.endsWith('.ts') ? caller.replace('/src/', '/dist/') : caller;
  // Options of this process such as --input-type=module are not the thread's.
  const options = { workerData: data, stderr: quiet, execArgv: [] };
  const worker = new Worker(new URL(`${module}.js`, base), options);
  if (quiet) worker.stderr.resume();
  return worker;
}
