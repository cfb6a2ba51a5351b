/**
 * Installs the native engine: TensorFlow's C library in the user's cache, linked into the package
 * `@tensorflow/tfjs-node-gpu`, and the package's addon compiled against it.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure, messageOf } from '../base/errors.js';
import { exists, writeWhole } from '../base/files.js';
import { withLock } from '../base/lock.js';
import { optionalFolder, optionalVersion } from '../base/optional-package.js';
import { addonFolder, cacheFolder, engineFolder } from '../base/package.js';
import { type Addon, ensureAddon, NAPI_VERSION } from './addon.js';
import { type RunCommand, runCommand } from './command.js';
import type { OnBytes } from './download.js';
import { ensureLibraries, librariesWhole, linkedFolder, linkLibraries } from './libraries.js';
import { ensureOptional } from './optional-package.js';
import { type EngineBuild, engineBuild, TENSORFLOW_VERSION } from './pins.js';
import { type Platform, platformName, thisPlatform } from './platform.js';
import { findPip } from './python.js';
import { type EngineProbe, probeEngine } from './smoke.js';
import { requireToolchain } from './toolchain.js';

/** What `installEngine` is told. */
export interface InstallOptions {
  /** Whether the engine is to compute on NVIDIA GPUs (it computes on the CPU where there is none). */
  gpu: boolean;
  /** Told what is being done, a sentence at a time. */
  log: (line: string) => void;
  /** Told how far the download is. */
  onBytes?: OnBytes;
  /** Leaves an engine in place that works, also one of the other kind; what the set-up asks for. */
  keep?: boolean;
  /** Folder of `@tensorflow/tfjs-node-gpu`; default: the one beside polytag, else that in the cache, which is fetched. */
  packageFolder?: string;
  /** The cache folder; default: the user's. */
  cache?: string;
  /** Runs programs. */
  run?: RunCommand;
  /** The machine; default: this one. */
  platform?: Platform;
}

/** What came of `installEngine`. */
export interface EngineInstallResult {
  /** `ready`: it was in place; `installed`: it was put in place now; `skipped`: wasm was asked for; `unavailable`: it cannot be had. */
  status: 'ready' | 'installed' | 'skipped' | 'unavailable';
  /** A sentence for people: what there is now, or why not and what to do. */
  message: string;
  /** Version of the C library; null when there is none. */
  version: string | null;
  /** Whether the installed build can use a GPU. */
  gpu: boolean;
  /** Whether anything was downloaded or compiled. */
  downloaded: boolean;
  compiled: boolean;
  seconds: number;
}

/** Written beside the links when the engine has passed its test. */
interface Stamp {
  build: string;
  version: string;
  /** Node versions that the addon was tested with. */
  nodes: string[];
}

const NATIVE_PACKAGE = '@tensorflow/tfjs-node-gpu';

const ADDON_FILE = `lib/napi-v${NAPI_VERSION}/tfjs_binding.node`;

/**
 * Puts the native engine in place. Can be called again: when everything is there, nothing is run. Never throws
 * because the engine cannot be had: the result says why, and the wasm engine goes on working.
 *
 * @param options - CPU or GPU, and where to report
 * @returns what there is now
 */
export async function installEngine(options: InstallOptions): Promise<EngineInstallResult> {
  const started = Date.now();
  const result = (part: Partial<EngineInstallResult> & Pick<EngineInstallResult, 'status' | 'message'>) => ({
    version: null,
    gpu: false,
    downloaded: false,
    compiled: false,
    seconds: (Date.now() - started) / 1000,
    ...part,
  });
  if (process.env.POLYTAG_ENGINE === 'wasm') {
    return result({
      status: 'skipped',
      message: 'POLYTAG_ENGINE is wasm, so the native engine is not installed.',
    });
  }
  try {
    const place = placeOfInstall(options);
    const ready = (await readyBuild(place, options)) ?? (await foreignEngine(place, options.gpu));
    if (ready) {
      const message = `TensorFlow ${ready.version} (${ready.gpu ? 'GPU' : 'CPU'}) is in place.`;
      return result({ status: 'ready', message, version: ready.version, gpu: ready.gpu });
    }
    const wait = (): void => options.log('Another process installs the engine; waiting for it.');
    const done = await withLock(join(place.cache, 'engine.lock'), wait, () => install(place, options));
    const kind = done.build.gpu ? 'GPU' : 'CPU';
    const seen = done.build.gpu && !done.probe.gpu ? '; it sees no GPU here and computes on the CPU' : '';
    return result({
      status: 'installed',
      message: `TensorFlow ${done.probe.version} (${kind}) is installed${seen}.`,
      version: done.probe.version,
      gpu: done.build.gpu,
      downloaded: done.downloaded,
      compiled: done.compiled,
    });
  } catch (error) {
    return result({ status: 'unavailable', message: messageOf(error) });
  }
}

/** Everything that the steps of an installation share. */
interface Place {
  packageFolder: string;
  deps: string;
  cache: string;
  platform: Platform;
  run: RunCommand;
}

function placeOfInstall(options: InstallOptions): Place {
  const { cache = cacheFolder(), platform = thisPlatform(), run = runCommand } = options;
  const packageFolder = options.packageFolder ?? optionalFolder(NATIVE_PACKAGE, cache);
  return { packageFolder, deps: join(packageFolder, 'deps'), cache, platform, run };
}

function wantedBuild(place: Place, gpu: boolean): EngineBuild {
  const build = engineBuild(place.platform, gpu);
  if (typeof build === 'string') throw new Failure(build);
  return build;
}

/** The build that is in place, sound, and has passed its test under this Node; null when something is to do. */
async function readyBuild(
  place: Place,
  options: InstallOptions,
): Promise<{ version: string; gpu: boolean } | null> {
  const stamp = await readStamp(place.deps);
  const folder = await linkedFolder(place.deps);
  if (!stamp || !folder || basename(folder) !== stamp.build || !stamp.nodes.includes(process.version))
    return null;
  for (const gpu of options.keep ? [false, true] : [options.gpu]) {
    const build = engineBuild(place.platform, gpu);
    if (typeof build === 'string' || build.name !== stamp.build) continue;
    if (dirname(folder) !== engineFolder(place.cache) || !(await librariesWhole(folder, build))) return null;
    return (await exists(join(place.packageFolder, ADDON_FILE))) ? { version: stamp.version, gpu } : null;
  }
  return null;
}

/** An engine that the package's own installer put in place where we have no build. */
async function foreignEngine(place: Place, gpu: boolean): Promise<{ version: string; gpu: boolean } | null> {
  const haveBuild = typeof engineBuild(place.platform, gpu) !== 'string';
  if (haveBuild || !(await exists(join(place.packageFolder, ADDON_FILE)))) return null;
  return probeEngine(place.packageFolder, place.run).catch(() => null);
}

async function install(
  place: Place,
  options: InstallOptions,
): Promise<{ build: EngineBuild; probe: EngineProbe; downloaded: boolean; compiled: boolean }> {
  const { log } = options;
  const linked = await linkedFolder(place.deps);
  const keepGpu = options.keep === true && linked !== null && basename(linked) === buildName(place, true);
  const build = wantedBuild(place, options.gpu || keepGpu);
  const addon = engineAddon(place);
  await requirePrerequisites(place, build, addon);
  if (!options.packageFolder) await ensureOptional(NATIVE_PACKAGE, { ...place, log });
  const { folder, downloaded } = await ensureLibraries({
    build,
    cache: engineFolder(place.cache),
    run: place.run,
    log,
    onBytes: options.onBytes,
  });
  await linkLibraries(folder, place.deps);
  const origin = await ensureAddon(addon, place.run, log);
  const probe = await probeEngine(place.packageFolder, place.run);
  const earlier = await readStamp(place.deps);
  const nodes = earlier?.build === build.name ? earlier.nodes : [];
  const stamp: Stamp = {
    build: build.name,
    version: probe.version,
    nodes: [...new Set([...nodes, process.version])],
  };
  await writeWhole(join(place.deps, 'polytag-engine.json'), `${JSON.stringify(stamp)}\n`);
  return { build, probe, downloaded, compiled: origin === 'built' };
}

/** Finds out what is missing before hundreds of megabytes are fetched. */
async function requirePrerequisites(place: Place, build: EngineBuild, addon: Addon): Promise<void> {
  const haveLibraries = await librariesWhole(join(engineFolder(place.cache), build.name), build);
  if (!haveLibraries) await findPip(place.run);
  const here = join(place.packageFolder, addon.file);
  if (!(await exists(addon.cached)) && !(await exists(here))) await requireToolchain(place.run);
}

function buildName(place: Place, gpu: boolean): string | null {
  const build = engineBuild(place.platform, gpu);
  return typeof build === 'string' ? null : build.name;
}

function engineAddon(place: Place): Addon {
  const version = optionalVersion(NATIVE_PACKAGE);
  const key = `tfjs_binding-${version}-tensorflow-${TENSORFLOW_VERSION}-${platformName(place.platform)}-napi${NAPI_VERSION}`;
  return {
    name: "the engine's addon",
    packageFolder: place.packageFolder,
    file: ADDON_FILE,
    leftovers: ['build-tmp-napi-v8', 'build'],
    cached: join(addonFolder(place.cache), `${key}.node`),
    // The wheel's libraries carry names below @rpath, which the package's build does not set on macOS.
    linkerFlags: place.platform.os === 'darwin' ? '-Wl,-rpath,@loader_path/../../deps/lib' : undefined,
    test: () => probeEngine(place.packageFolder, place.run).then(() => null, messageOf),
  };
}

async function readStamp(deps: string): Promise<Stamp | null> {
  try {
    return JSON.parse(await readFile(join(deps, 'polytag-engine.json'), 'utf8')) as Stamp;
  } catch {
    return null;
  }
}
