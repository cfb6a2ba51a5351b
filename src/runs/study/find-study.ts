/** Studies by name or file. */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, UsageError } from '../../base/errors.js';
import { exists } from '../../base/files.js';
import { packagePath } from '../../base/package.js';
import { nearestName } from '../../config/nearest.js';
import { defineStudy, type Study } from './study.js';

/** Target of the compiled experiments/. */
const compiled = packagePath('dist/experiments');

/** Sorted names of the studies that come with polytag; none where the set-up has not compiled them. */
export async function studyNames(): Promise<string[]> {
  const files = await readdir(compiled).catch((): string[] => []);
  return files
    .filter((file) => file.endsWith('.js'))
    .map((file) => file.slice(0, -3))
    .sort();
}

/**
 * Loads a study and the path of its base config, by the name of one that comes with polytag or the path of a JavaScript
 * module whose default export is one. Throws a UsageError when there is no such study, or the module exports something
 * else.
 */
export async function findStudy(name: string): Promise<{ study: Study; config: string }> {
  const isFile = /\.m?js$/.test(name);
  const path = isFile ? resolve(name) : join(compiled, `${name}.js`);
  const names = await studyNames();
  if (isFile ? !(await exists(path)) : !names.includes(name)) {
    const near = isFile || names.length === 0 ? null : nearestName(name, names);
    throw new UsageError(
      `There is no study "${name}"; ${near ? `did you mean "${near}"? ` : ''}there are ${names.join(', ') || 'none: run "npm run setup"'}, or give the path of a module.`,
    );
  }
  const loaded = (await import(pathToFileURL(path).href).catch((error: unknown) => {
    throw new UsageError(`The study ${path} cannot be loaded: ${messageOf(error)}`);
  })) as { default?: Study };
  const study = loaded.default;
  if (!study?.groups || !study.panels || typeof study.config !== 'string')
    throw new UsageError(
      `${path} has no study as its default export; write "export default defineStudy({ … })".`,
    );
  defineStudy(study);
  return { study, config: isFile ? resolve(study.config) : packagePath(study.config) };
}
