/** Where polytag keeps what every checkout on a machine shares: the engine's libraries, built addons, models. */
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';

/**
 * The user's cache folder of polytag: what `POLYTAG_CACHE` names, else the system's usual place
 * (`$XDG_CACHE_HOME` or `~/.cache` on Linux, `~/Library/Caches` on macOS, `%LOCALAPPDATA%` on Windows).
 *
 * @param environment - where `POLYTAG_CACHE` is looked up
 * @returns an absolute path; the folder may not exist yet
 */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment.POLYTAG_CACHE;
  return chosen ? resolve(chosen) : envPaths('polytag', { suffix: '' }).cache;
}

/** The part of the cache that holds the engine's libraries, a folder a build of the library. */
export function engineFolder(cache: string = cacheFolder()): string {
  return join(cache, 'engine');
}

/** The part of the cache that holds compiled addons, a folder an addon and platform. */
export function addonFolder(cache: string = cacheFolder()): string {
  return join(cache, 'addons');
}

/** The part of the cache that holds models that were pulled or imported, a folder a model. */
export function modelsFolder(cache: string = cacheFolder()): string {
  return join(cache, 'models');
}
