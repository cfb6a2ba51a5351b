/** Studies by name or file. */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { messageOf, UsageError } from '../../base/errors.js';
import { exists } from '../../base/files.js';
import { nearestName } from '../../base/nearest-name.js';
import { packagePath } from '../../base/package.js';
import type { StudyInput } from './schema.js';
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
  const loaded = (await import(pathToFileURL(path).href).catch(async (error: unknown) => {
    throw new UsageError(await loadProblem(path, error));
  })) as { default?: StudyInput };
  if (typeof loaded.default !== 'object' || loaded.default === null)
    throw new UsageError(
      `${path} has no study as its default export; write "export default { name: …, config: …, panels: […], groups: […] }".`,
    );
  const study = defineStudy(loaded.default, path);
  return { study, config: isFile ? await configOf(study, path) : packagePath(study.config) };
}

/** Path of a study's base config: relative to the working directory, else to its module, else one of polytag's own. */
async function configOf({ config }: Study, module: string): Promise<string> {
  for (const path of [resolve(config), resolve(dirname(module), config)]) if (await exists(path)) return path;
  return config;
}

/** Why a module cannot be loaded, in a sentence with the file, and the line where it is known. */
async function loadProblem(path: string, error: unknown): Promise<string> {
  if (error instanceof UsageError) return `${path}: ${error.message}`;
  const reason = messageOf(error).split('\n')[0].replace(/\.$/, '');
  const isModuleSyntax =
    error instanceof SyntaxError && /import statement|import\.meta|Unexpected token 'export'/.test(reason);
  if (isModuleSyntax && path.endsWith('.js'))
    return `${path} is an ES module, which Node takes for CommonJS; name it ${basename(path, '.js')}.mjs, or write "type": "module" in the package.json beside it.`;
  const trace =
    error instanceof SyntaxError ? await syntaxTrace(path) : ((error as Error | null)?.stack ?? '');
  const [, after = ''] = trace.split(basename(path));
  const line = /^:(\d+)/.exec(after)?.[1];
  return `The study ${path}${line === undefined ? '' : `, line ${line},`} cannot be loaded: ${reason}.`;
}

/** What Node says of a module that it cannot parse: an error of its own has no line. */
async function syntaxTrace(path: string): Promise<string> {
  const found = await promisify(execFile)(process.execPath, ['--check', path]).catch(
    (error: unknown) => error,
  );
  return String((found as { stderr?: unknown }).stderr ?? '');
}
