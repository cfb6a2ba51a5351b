/** Compiles nodejieba, the Chinese word segmenter, where a compiler is at hand. */
import { join } from 'node:path';
import { messageOf } from '../base/errors.js';
import { exists, writeWhole } from '../base/files.js';
import { withLock } from '../base/lock.js';
import { optionalFolder, optionalVersion } from '../base/optional-package.js';
import { addonFolder, cacheFolder } from '../base/package.js';
import { type Addon, type AddonOrigin, ensureAddon, NAPI_VERSION } from './addon.js';
import { type RunCommand, runCommand } from './command.js';
import { ensureOptional } from './optional-package.js';
import { platformName, thisPlatform } from './platform.js';
import { probePackage } from './smoke.js';
import { requireToolchain } from './toolchain.js';

/** What `setUpNodejieba` is told. */
export interface NodejiebaOptions {
  /** Told what is being done, a sentence at a time. */
  log: (line: string) => void;
  /** Folder of the package `nodejieba`; default: the one beside polytag, else that in the cache, which is fetched. */
  packageFolder?: string;
  /** The cache folder; default: the user's. */
  cache?: string;
  /** Runs programs. */
  run?: RunCommand;
}

/** What came of `setUpNodejieba`. */
export interface NodejiebaResult {
  /** `ready`: it was in place; `installed`: it was put in place now; `unavailable`: `Intl.Segmenter` is used instead. */
  status: 'ready' | 'installed' | 'unavailable';
  /** A sentence for people. */
  message: string;
  seconds: number;
}

const ADDON_FILE = 'build/Release/nodejieba.node';

/**
 * Puts nodejieba's addon in place. Can be called again: when it has been tested under this Node, nothing is
 * run. Never throws because it cannot be had: the result says why, and `Intl.Segmenter` is used.
 *
 * @param options - where to report
 * @returns what there is now
 */
export async function setUpNodejieba(options: NodejiebaOptions): Promise<NodejiebaResult> {
  const started = Date.now();
  const version = optionalVersion('nodejieba');
  const result = (status: NodejiebaResult['status'], message: string): NodejiebaResult => ({
    status,
    message,
    seconds: (Date.now() - started) / 1000,
  });
  try {
    const { cache = cacheFolder(), run = runCommand, log } = options;
    const folder = options.packageFolder ?? optionalFolder('nodejieba', cache);
    const stamp = join(folder, 'build', `polytag-tested-${process.version}`);
    if ((await exists(stamp)) && (await exists(join(folder, ADDON_FILE)))) {
      return result('ready', `nodejieba ${version} is in place.`);
    }
    const addon = nodejiebaAddon(folder, version, cache, run);
    // Found out before anything is fetched.
    if (!(await exists(join(folder, ADDON_FILE))) && !(await exists(addon.cached)))
      await requireToolchain(run);
    if (!options.packageFolder) await ensureOptional('nodejieba', { cache, run, log });
    const wait = (): void => log('Another process compiles nodejieba; waiting for it.');
    const origin = await withLock(join(cache, 'nodejieba.lock'), wait, () => ensureAddon(addon, run, log));
    await writeWhole(stamp, '');
    return result(origin === 'present' ? 'ready' : 'installed', `nodejieba ${version} ${HOW[origin]}.`);
  } catch (error) {
    const reason = messageOf(error);
    return result('unavailable', `${reason} Chinese lyrics are segmented with Intl.Segmenter instead.`);
  }
}

const HOW: Record<AddonOrigin, string> = {
  present: 'is in place',
  cache: 'is installed (compiled before on this machine)',
  built: 'is installed',
};

function nodejiebaAddon(folder: string, version: string, cache: string, run: RunCommand): Addon {
  const key = `nodejieba-${version}-${platformName(thisPlatform())}-napi${NAPI_VERSION}`;
  return {
    name: 'nodejieba',
    packageFolder: folder,
    file: ADDON_FILE,
    leftovers: ['build/Release/obj.target', 'build/Release/.deps'],
    cached: join(addonFolder(cache), `${key}.node`),
    test: () => probePackage(folder, "it.cut('我爱音乐').join('/') === '我/爱/音乐'", run),
  };
}
