/** Fetches packages that polytag names without bringing them, with npm and without running their install scripts. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../base/errors.js';
import { withLock } from '../base/lock.js';
import {
  findOptional,
  type OptionalPackage,
  optionalPrefix,
  optionalVersion,
} from '../base/optional-package.js';
import type { RunCommand } from './command.js';

/** How a package is fetched. */
export interface FetchOptions {
  cache: string;
  run: RunCommand;
  log: (line: string) => void;
}

/**
 * The package's folder; what is neither beside polytag nor in the cache is fetched into the cache.
 *
 * @throws Failure when npm cannot fetch it
 */
export async function ensureOptional(name: OptionalPackage, options: FetchOptions): Promise<string> {
  const { cache, log } = options;
  const there = findOptional(name, cache);
  if (there !== null) return there;
  const wait = (): void => log(`Another process fetches ${name}; waiting for it.`);
  return withLock(join(cache, 'packages.lock'), wait, async () => {
    if (findOptional(name, cache) === null) await fetchOptional(name, options);
    const fetched = findOptional(name, cache);
    if (fetched === null) throw new Failure(`npm installed ${name}, but it is not in ${cache}.`);
    return fetched;
  });
}

async function fetchOptional(name: OptionalPackage, { cache, run, log }: FetchOptions): Promise<void> {
  const prefix = optionalPrefix(name, cache);
  const partial = `${prefix}.partial`;
  const wanted = `${name}@${optionalVersion(name)}`;
  log(`Fetching ${wanted} with npm.`);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-global', '--prefix', partial];
  const result = await run('npm', ['install', ...flags, wanted], { cwd: partial, timeout: 15 * 60_000 });
  if (result.code !== 0) {
    await rm(partial, { recursive: true, force: true });
    throw new Failure(`${wanted} could not be fetched (${reasonOf(result.output, result.absent)}).`);
  }
  await mkdir(dirname(prefix), { recursive: true });
  await rm(prefix, { recursive: true, force: true });
  await rename(partial, prefix);
}

function reasonOf(output: string, absent: boolean): string {
  if (absent) return 'npm was not found';
  const lines = [...output.matchAll(/^npm (?:error|ERR!) (?!code|errno|syscall|A complete log)(.+)$/gm)];
  return lines[0]?.[1].trim().replace(/\.$/, '') ?? 'npm failed';
}
