/** Compiles a package's native addon, or takes the one that an earlier set-up on this machine compiled. */
import { copyFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Failure } from '../base/errors.js';
import { exists, replaceWhole } from '../base/files.js';
import type { RunCommand } from './command.js';
import { nodeGyp, nodeHeaders, requireToolchain } from './toolchain.js';

/** An addon of an npm package that is built by node-pre-gyp. */
export interface Addon {
  /** Name for people: `nodejieba`. */
  name: string;
  /** The package's folder. */
  packageFolder: string;
  /** The addon's file below the package's folder. */
  file: string;
  /** What node-gyp leaves behind, below the package's folder; removed after the build. */
  leftovers: string[];
  /** The addon's file in the cache; its name holds everything that the binary depends on. */
  cached: string;
  /** Flags for the linker. */
  linkerFlags?: string;
  /** Tries the addon in a process of its own: null when it works, else why it does not. */
  test: () => Promise<string | null>;
}

/** How an addon came to be in place. */
export type AddonOrigin = 'present' | 'cache' | 'built';

/** The interface to Node that addons are built for; the same binary then serves every later Node. */
export const NAPI_VERSION = 8;

/**
 * Puts a working addon in place: the one that is there, else the cached one, else one that is built.
 *
 * @param addon - which one
 * @param run - runs programs
 * @param log - told before the compiler runs
 * @returns where it came from
 * @throws Failure when there is no compiler, the build fails or the result does not work
 */
export async function ensureAddon(
  addon: Addon,
  run: RunCommand,
  log: (line: string) => void,
): Promise<AddonOrigin> {
  const target = join(addon.packageFolder, addon.file);
  if ((await exists(target)) && (await addon.test()) === null) return 'present';
  if (await exists(addon.cached)) {
    await replaceWhole(target, (temporary) => copyFile(addon.cached, temporary));
    if ((await addon.test()) === null) return 'cache';
  }
  await requireToolchain(run);
  log(`Compiling ${addon.name} (some ten seconds).`);
  await buildAddon(addon, run);
  const failure = await addon.test();
  if (failure !== null) throw new Failure(`${addon.name} was compiled but does not start: ${failure}`);
  await replaceWhole(addon.cached, (temporary) => copyFile(target, temporary));
  return 'built';
}

async function buildAddon(addon: Addon, run: RunCommand): Promise<void> {
  const require = createRequire(join(addon.packageFolder, 'package.json'));
  const preGyp = join(dirname(require.resolve('@mapbox/node-pre-gyp/package.json')), 'bin', 'node-pre-gyp');
  const env: NodeJS.ProcessEnv = { ...process.env, npm_config_jobs: 'max' };
  const headers = nodeHeaders();
  if (headers) env.npm_config_nodedir = headers;
  const gyp = nodeGyp();
  if (gyp) env.npm_config_node_gyp = gyp;
  if (addon.linkerFlags) env.LDFLAGS = [process.env.LDFLAGS, addon.linkerFlags].filter(Boolean).join(' ');
  const result = await run(process.execPath, [preGyp, 'install', '--build-from-source'], {
    cwd: addon.packageFolder,
    env,
    timeout: 15 * 60_000,
  });
  if (result.code !== 0) throw new Failure(explainBuild(result.output, addon.name));
  for (const folder of addon.leftovers) {
    await rm(join(addon.packageFolder, folder), { recursive: true, force: true });
  }
}

/**
 * Turns what a failed build said into a sentence with what to do.
 *
 * @param output - node-pre-gyp's output
 * @param name - the addon
 * @returns the sentence
 */
export function explainBuild(output: string, name: string): string {
  if (/Failed to execute 'node-gyp/.test(output)) {
    return `${name} could not be compiled because node-gyp, which comes with npm, was not found; run this through npm ("polytag setup") or name its path in npm_config_node_gyp.`;
  }
  if (/gyp ERR!.*(find Python|Could not find any Python)/i.test(output)) {
    return `${name} could not be compiled because node-gyp found no Python 3; install Python 3, or name its path in the variable PYTHON.`;
  }
  if (/ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ECONNRESET|response downloading/.test(output)) {
    return `${name} could not be compiled because Node's headers are not on this machine and could not be downloaded; install them (Debian and Ubuntu: "apt install libnode-dev") or name the folder that holds include/node in npm_config_nodedir.`;
  }
  if (/No space left on device/.test(output)) {
    return `The disk is full: ${name} could not be compiled; free some space and run the same command again.`;
  }
  const line = output
    .split('\n')
    .find((text) => /\berror\b[: ]/i.test(text) && !/^(node-pre-gyp|gyp) /.test(text));
  return `${name} could not be compiled${line ? ` (${line.trim()})` : ''}; a C++17 compiler is needed: install a newer one, or use the fallback.`;
}
