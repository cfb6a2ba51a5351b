/** Where polytag keeps what every checkout on a machine shares: the engine's libraries, built addons, models. */
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';

/**
 * The user's cache folder: `POLYTAG_CACHE`, else the system's usual place (`~/.cache`, `~/Library/Caches`,
 * `%LOCALAPPDATA%`).
 */
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

/** The part of the cache that holds models that were pulled or imported, one folder per model. */
export function modelsFolder(cache: string = cacheFolder()): string {
  return join(cache, 'models');
}
