/** The engine's C libraries in the cache: fetched once a machine, checked, and linked into each checkout. */
import { randomUUID } from 'node:crypto';
import {
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  statfs,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure, messageOf } from '../base/errors.js';
import { explainWriteError } from '../base/files.js';
import type { RunCommand } from './command.js';
import { downloadWheels, type OnBytes } from './download.js';
import type { EngineBuild } from './pins.js';
import { findPip } from './python.js';
import { type Unpacked, unpack } from './unpack.js';

/** What lies in a build's folder, so that damage is noticed. */
interface Manifest {
  name: string;
  wheels: string[];
  /** Path below the folder and size in bytes. */
  files: Unpacked;
}

const MANIFEST = 'manifest.json';
const PARTIAL = '.partial-';

/** The C headers that the addon's sources include, directly or through one another. */
const HEADERS = new Set([
  'tensorflow/c/c_api.h',
  'tensorflow/c/c_api_macros.h',
  'tensorflow/c/eager/c_api.h',
  'tensorflow/c/tf_attrtype.h',
  'tensorflow/c/tf_buffer.h',
  'tensorflow/c/tf_datatype.h',
  'tensorflow/c/tf_status.h',
  'tensorflow/c/tf_tensor.h',
  'tensorflow/c/tf_tstring.h',
  'tensorflow/core/platform/ctstring.h',
  'tensorflow/core/platform/ctstring_internal.h',
  'tsl/platform/ctstring.h',
  'tsl/platform/ctstring_internal.h',
  'xla/tsl/c/tsl_status.h',
]);

/** The library files, and the further names under which the addon's build and the loader look for them. */
const LIBRARIES: Record<string, string[]> = {
  'libtensorflow_cc.so.2': ['libtensorflow.so', 'libtensorflow.so.2'],
  'libtensorflow_framework.so.2': ['libtensorflow_framework.so'],
  'libtensorflow_cc.2.dylib': ['libtensorflow.dylib', 'libtensorflow.2.dylib'],
  'libtensorflow_framework.2.dylib': ['libtensorflow_framework.dylib'],
};

/**
 * Where a file of a wheel goes in a build's folder: `lib/`, `include/` and `nvidia/`.
 *
 * @param name - its name in the wheel
 * @returns the path below the folder, or null for a file that the engine does not need
 */
export function placeOf(name: string): string | null {
  const library = /^tensorflow\/(libtensorflow[^/]*)$/.exec(name)?.[1];
  if (library) return library in LIBRARIES ? `lib/${library}` : null;
  const header = /^tensorflow\/include\/(.*)$/.exec(name)?.[1];
  if (header) return HEADERS.has(header) ? `include/${header}` : null;
  // CUDA's libraries, and the assembler and device library that kernels are compiled with at run time.
  return /^nvidia\/([^/]+\/lib\/|cuda_nvcc\/(bin|nvvm)\/)(?!.*\.(a|py|h)$)/.test(name) ? name : null;
}

/**
 * Whether a build's folder in the cache is whole: every file of its manifest is there in its size.
 *
 * @param folder - the build's folder
 * @param build - the build that is expected
 * @returns true when it can be used
 */
export async function librariesWhole(folder: string, build: EngineBuild): Promise<boolean> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as Manifest;
    if (manifest.wheels.join() !== build.wheels.map((wheel) => wheel.sha256).join()) return false;
    const checks = Object.entries(manifest.files).map(
      async ([path, size]) => (await stat(join(folder, path))).size === size,
    );
    return checks.length > 0 && (await Promise.all(checks)).every(Boolean);
  } catch {
    return false;
  }
}

/** What `ensureLibraries` is told. */
export interface LibrariesOptions {
  build: EngineBuild;
  /** Folder of all builds; the build's folder is made in it. */
  cache: string;
  run: RunCommand;
  log: (line: string) => void;
  onBytes?: OnBytes;
}

/**
 * Brings a build's libraries into the cache, unless they are there. To be called under the cache's lock: what
 * an interrupted call left is removed.
 *
 * @param options - which build, where, and how
 * @returns the build's folder and whether anything was downloaded
 * @throws Failure when the download, the disk or the archive fails
 */
export async function ensureLibraries(
  options: LibrariesOptions,
): Promise<{ folder: string; downloaded: boolean }> {
  const { build, cache, log } = options;
  const folder = join(cache, build.name);
  if (await librariesWhole(folder, build)) return { folder, downloaded: false };
  const damaged = (await lstat(folder).catch(() => null)) !== null;
  if (damaged) log(`The engine in ${folder} is damaged or of other wheels; it is made again.`);
  const partial = join(cache, `${PARTIAL}${randomUUID().slice(0, 8)}`);
  try {
    await mkdir(cache, { recursive: true });
    for (const name of await readdir(cache)) {
      if (name.startsWith(PARTIAL)) await rm(join(cache, name), { recursive: true, force: true });
    }
    if (damaged) await rm(folder, { recursive: true, force: true });
    await requireSpace(cache, build);
    const files = await fetchAndUnpack(options, partial);
    const manifest: Manifest = { name: build.name, wheels: build.wheels.map((wheel) => wheel.sha256), files };
    await writeFile(join(partial, 'whole', MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`);
    await rename(join(partial, 'whole'), folder);
  } catch (error) {
    throw explainWriteError(folder, error);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return { folder, downloaded: true };
}

async function fetchAndUnpack(options: LibrariesOptions, partial: string): Promise<Unpacked> {
  const { build, run, log } = options;
  const pip = await findPip(run);
  const bytes = build.wheels.reduce((sum, wheel) => sum + wheel.bytes, 0);
  const more = build.wheels.length - 1;
  const what = `${build.wheels[0].requirement}${more > 0 ? ` and ${more} packages of CUDA` : ''}`;
  log(`Downloading ${what} with pip ${pip.version} (${megabytes(bytes)}).`);
  const wheels = await downloadWheels(build.wheels, join(partial, 'wheels'), pip, run, options.onBytes);
  log(`Unpacking the libraries (${megabytes(build.unpackedBytes)}).`);
  const files: Unpacked = {};
  for (const wheel of wheels) {
    Object.assign(files, await unpack(wheel, join(partial, 'whole'), placeOf));
    // Removed one by one: the disk need not hold all wheels and all libraries at once.
    await rm(wheel);
  }
  const names = Object.keys(LIBRARIES).filter((name) => `lib/${name}` in files);
  if (names.length < 2) {
    throw new Failure(
      `${build.wheels[0].file} holds no TensorFlow C library; please report this with your platform.`,
    );
  }
  for (const name of names) {
    for (const alias of LIBRARIES[name]) await makeLink(name, join(partial, 'whole', 'lib', alias));
  }
  return files;
}

async function requireSpace(cache: string, build: EngineBuild): Promise<void> {
  const disk = await statfs(cache);
  const free = disk.bavail * disk.bsize;
  const needed = build.unpackedBytes + build.wheels.reduce((sum, wheel) => sum + wheel.bytes, 0);
  if (free < needed) {
    throw new Failure(
      `The engine needs ${megabytes(needed)} in ${cache} while it is installed and ${megabytes(free)} are free; free some space or set POLYTAG_CACHE to a folder on another disk.`,
    );
  }
}

/**
 * Links a build's folders into a checkout's `@tensorflow/tfjs-node-gpu/deps`, in place of what was there.
 *
 * @param folder - the build's folder in the cache
 * @param deps - the package's `deps` folder; made when missing
 * @throws Failure when links are not permitted
 */
export async function linkLibraries(folder: string, deps: string): Promise<void> {
  try {
    await mkdir(deps, { recursive: true });
    for (const part of ['lib', 'include', 'nvidia']) {
      const link = join(deps, part);
      await rm(link, { recursive: true, force: true });
      if (await stat(join(folder, part)).catch(() => null)) await makeLink(join(folder, part), link);
    }
  } catch (error) {
    throw explainWriteError(deps, error);
  }
}

/**
 * The build that a checkout's `deps/lib` is linked to.
 *
 * @param deps - the package's `deps` folder
 * @returns the build's folder, or null when `lib` is no link
 */
export async function linkedFolder(deps: string): Promise<string | null> {
  const target = await readlink(join(deps, 'lib')).catch(() => null);
  return target === null ? null : dirname(target);
}

async function makeLink(target: string, link: string): Promise<void> {
  await symlink(target, link).catch((error) => {
    throw new Failure(
      `${link} may not be made a link (${messageOf(error)}); put the checkout and POLYTAG_CACHE on a file system that allows symbolic links.`,
    );
  });
}

/**
 * A size for people.
 *
 * @param bytes - how many
 * @returns `274 MB`, `5.8 GB`
 */
export function megabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
