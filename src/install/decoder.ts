/** Installs the native audio decoder: libsndfile out of the wheel of the Python package soundfile, into the cache. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { differsFrom, libraryPath, NO_KOFFI } from '../audio/native/libsndfile.js';
import { LIBSNDFILE, type LibraryPin, libraryFolder, libraryPin } from '../audio/native/pins.js';
import { Failure, messageOf } from '../base/errors.js';
import { explainWriteError } from '../base/files.js';
import { findKoffi } from '../base/koffi.js';
import { withLock } from '../base/lock.js';
import { cacheFolder, decoderFolder } from '../base/package.js';
import { type RunCommand, runCommand } from './command.js';
import { downloadWheels } from './download.js';
import { type Platform, platformName, thisPlatform } from './platform.js';
import { findPip } from './python.js';
import { probePackage } from './smoke.js';
import { unpack } from './unpack.js';

/** What `setUpDecoder` is told. */
export interface DecoderOptions {
  /** Told what is being done, a sentence at a time. */
  log: (line: string) => void;
  /** The cache folder; default: the user's. */
  cache?: string;
  /** Runs programs. */
  run?: RunCommand;
  /** The machine; default: this one. */
  platform?: Platform;
  /** The library; default: that for the machine. */
  pin?: LibraryPin;
  /** Path of koffi's main module, or null where there is none; default: that beside polytag. */
  koffi?: string | null;
}

/** What came of `setUpDecoder`. */
export interface DecoderResult {
  /** `ready`: it was in place; `installed`: it was put in place now; `skipped`: wasm was asked for; `unavailable`: it cannot be had. */
  status: 'ready' | 'installed' | 'skipped' | 'unavailable';
  /** A sentence for people. */
  message: string;
  seconds: number;
}

const PARTIAL = '.partial-';

/** What is taken out of the wheel beside the library: the licences. */
const LICENCES: Record<string, string> = {
  '_soundfile_data/COPYING': 'COPYING',
  'licensing/license_notes.md': 'license_notes.md',
};

/**
 * Puts libsndfile in place. Can be called again: when the library in the cache is the pinned one, nothing is run. Never
 * throws because it cannot be had: the result says why, and WebAssembly decodes.
 *
 * @param options - where to report
 * @returns what there is now
 */
export async function setUpDecoder(options: DecoderOptions): Promise<DecoderResult> {
  const started = Date.now();
  const { cache = cacheFolder(), run = runCommand, platform = thisPlatform(), koffi = findKoffi() } = options;
  const result = (status: DecoderResult['status'], message: string): DecoderResult => ({
    status,
    message,
    seconds: (Date.now() - started) / 1000,
  });
  if (process.env.POLYTAG_DECODER === 'wasm')
    return result('skipped', 'POLYTAG_DECODER is wasm, so libsndfile is not installed.');
  try {
    const hasWheel = platform.os !== 'linux' || platform.glibc !== null;
    const pin = options.pin ?? (hasWheel ? libraryPin(platform.os, platform.arch) : undefined);
    if (!pin) throw new Failure(`soundfile has no libsndfile for ${platformName(platform)}.`);
    if (koffi === null)
      throw new Failure(`libsndfile is not installed: ${NO_KOFFI} (npm leaves it out with --omit=optional).`);
    const place = { pin, cache, run, koffi, log: options.log };
    if (isInPlace(place)) return result('ready', `${LIBSNDFILE} is in place.`);
    const wait = (): void => options.log('Another process installs libsndfile; waiting for it.');
    await withLock(join(cache, 'decoder.lock'), wait, async () => {
      if (!isInPlace(place)) await install(place);
    });
    return result('installed', `${LIBSNDFILE} is installed.`);
  } catch (error) {
    return result('unavailable', messageOf(error));
  }
}

/** Everything that the steps of an installation share. */
interface Place {
  pin: LibraryPin;
  cache: string;
  run: RunCommand;
  koffi: string;
  log: (line: string) => void;
}

const isInPlace = ({ pin, cache }: Place): boolean => differsFrom(pin, libraryPath(pin, cache)) === null;

/** Fetches, checks and tries the library, then moves it into its place; what an interrupted call left is removed. */
async function install({ pin, cache, run, koffi, log }: Place): Promise<void> {
  const root = decoderFolder(cache);
  const folder = join(root, libraryFolder(pin));
  const partial = join(root, `${PARTIAL}${randomUUID().slice(0, 8)}`);
  const pip = await findPip(run, 'libsndfile');
  try {
    await mkdir(root, { recursive: true });
    for (const name of await readdir(root))
      if (name.startsWith(PARTIAL)) await rm(join(root, name), { recursive: true, force: true });
    log(
      `Downloading ${pin.wheel.requirement} with pip ${pip.version} (${(pin.wheel.bytes / 1e6).toFixed(1)} MB).`,
    );
    const [wheel] = await downloadWheels([pin.wheel], join(partial, 'wheel'), pip, run);
    const whole = join(partial, 'whole');
    const library = `_soundfile_data/${pin.library}`;
    await unpack(wheel, whole, (name) => (name === library ? pin.library : (LICENCES[name] ?? null)));
    const path = join(whole, pin.library);
    const reason = differsFrom(pin, path);
    if (reason !== null)
      throw new Failure(
        `The library in ${pin.wheel.file} is not the one that polytag knows (its SHA-256 differs), so it was not installed; try again, and if it stays so, ask who runs the package index.`,
      );
    const failure = await probeLibrary(koffi, path, run);
    if (failure !== null) throw new Failure(`libsndfile was downloaded but does not start: ${failure}`);
    await rm(folder, { recursive: true, force: true });
    await rename(whole, folder);
  } catch (error) {
    throw explainWriteError(folder, error);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Opens the library in a process of its own and asks for its version: null when it answers, else why it does not. */
function probeLibrary(koffi: string, library: string, run: RunCommand): Promise<string | null> {
  const path = JSON.stringify(library);
  const expression = `it.load(${path}).func('const char *sf_version_string()')().startsWith('libsndfile-')`;
  return probePackage(koffi, expression, run);
}
