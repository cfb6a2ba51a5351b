/** The toolkit’s own files: version, compiled workers, and what every checkout on a machine shares. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
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
  let folder = dirname(fileURLToPath(import.meta.url));
  // The folder that holds package.json: two above src/base and dist/base, more above where benchmarks are compiled to.
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, file);
}

/** The version in package.json. */
export async function polytagVersion(): Promise<string> {
  const text = await readFile(packagePath('package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * URL of the compiled form of a module (`import.meta.url`): a worker thread runs JavaScript, also where the caller is
 * TypeScript (the test runner).
 */
export const compiledUrl = (module: string): string =>
  module.endsWith('.ts') ? module.replace('/src/', '/dist/').replace(/\.ts$/, '.js') : module;

/**
 * Starts a thread with a module beside the caller (`import.meta.url`; the module without extension:
 * `./extract-worker`). A quiet thread's standard error is dropped; `megabytes` limits its heap.
 */
export function startWorker(
  caller: string,
  module: string,
  { data, quiet = false, megabytes }: { data?: unknown; quiet?: boolean; megabytes?: number } = {},
): Worker {
  // Options of this process such as --input-type=module are not the thread's.
  const options = {
    ...{ workerData: data, stderr: quiet, execArgv: [] },
    ...(megabytes !== undefined && { resourceLimits: { maxOldGenerationSizeMb: megabytes } }),
  };
  const worker = new Worker(new URL(`${module}.js`, compiledUrl(caller)), options);
  if (quiet) worker.stderr.resume();
  return worker;
}
