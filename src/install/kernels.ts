/** Compiles the kernels (`engine/native/`) against the engine's library, once a machine. */
import { join } from 'node:path';
import { Failure, messageOf } from '../base/errors.js';
import { exists, replaceWhole } from '../base/files.js';
import { findOptional } from '../base/optional-package.js';
import { cacheFolder } from '../base/package.js';
import { kernelsAreOff, kernelsFile, kernelsSource } from '../engine/kernels.js';
import { type RunCommand, runCommand } from './command.js';
import { linkedFolder } from './libraries.js';
import { TENSORFLOW_VERSION } from './pins.js';
import { findCompiler } from './toolchain.js';

/** The library that defines TensorFlow's C interface for operations; the running engine has it loaded by this name. */
const FRAMEWORK = 'libtensorflow_framework.so.2';

/** Optimisation without what would change a number: square roots need not set errno, comparisons need not trap. */
const FLAGS = [
  '-std=c++17',
  '-O3',
  '-fno-math-errno',
  '-fno-trapping-math',
  '-fvisibility=hidden',
  '-pthread',
];

/** What `setUpKernels` is told. */
export interface KernelsOptions {
  /** Told what is being done, a sentence at a time. */
  log: (line: string) => void;
  /** Folder of the engine's libraries; default: that of the installed engine. */
  libraries?: string;
  /** The cache folder; default: the user's. */
  cache?: string;
  /** Runs programs. */
  run?: RunCommand;
}

/** What came of `setUpKernels`. */
export interface KernelsResult {
  /** `unavailable`: the engine composes them of TensorFlow's own operations. */
  status: 'ready' | 'installed' | 'unavailable';
  /** A sentence for people: what there is now, or why not. */
  message: string;
  seconds: number;
}

/** Puts the kernels into the cache, where the engine finds them. Never throws because they cannot be had. */
export async function setUpKernels(options: KernelsOptions): Promise<KernelsResult> {
  const { log, cache = cacheFolder(), run = runCommand } = options;
  const started = Date.now();
  const result = (status: KernelsResult['status'], message: string): KernelsResult => ({
    status,
    message,
    seconds: (Date.now() - started) / 1000,
  });
  try {
    const libraries = options.libraries ?? (await installedLibraries());
    if (libraries === null)
      return result('unavailable', 'The native engine, which they belong to, is not installed.');
    if (process.platform !== 'linux') return result('unavailable', 'They are compiled on Linux only.');
    const file = kernelsFile(TENSORFLOW_VERSION, cache);
    if ((await exists(file)) && (await loads(file, run))) return result('ready', 'The kernels are in place.');
    const compiler = await findCompiler(run);
    if (!compiler) return result('unavailable', 'No C++ compiler was found.');
    log('Compiling the kernels (some ten seconds).');
    const [program, ...own] = compiler.program.split(' ');
    await replaceWhole(file, async (temporary) => {
      const sources = [kernelsSource(), join(libraries, FRAMEWORK)];
      const found = `-Wl,-rpath,${libraries}`;
      const args = [...own, ...FLAGS, found, '-shared', '-fPIC', '-o', temporary, ...sources];
      const { code, output } = await run(program, args, { timeout: 5 * 60_000 });
      if (code !== 0)
        throw new Failure(`The compiler failed: ${output.trim().split('\n').at(-1) || `code ${code}`}`);
    });
    return result('installed', 'The kernels are compiled.');
  } catch (error) {
    return result('unavailable', messageOf(error));
  }
}

/**
 * Why this machine computes without the kernels, and what to do: a sentence, or null where they are compiled and load. Never throws.
 *
 * @param run - runs programs
 * @param cache - the cache folder; default: the user's
 */
export async function missingKernels(
  run: RunCommand = runCommand,
  cache: string = cacheFolder(),
): Promise<string | null> {
  if (process.platform !== 'linux') return 'They are compiled on Linux only.';
  if (kernelsAreOff()) return 'They are left out, since POLYTAG_KERNELS is 0; unset it to use them.';
  try {
    const file = kernelsFile(TENSORFLOW_VERSION, cache);
    if (!(await exists(file))) return 'They are not compiled; run "polytag setup".';
    return (await loads(file, run))
      ? null
      : 'What is compiled does not load on this machine; run "polytag setup", which compiles it again.';
  } catch (error) {
    return messageOf(error);
  }
}

/** Whether a compiled library is whole and fits this machine, tried in a process of its own. */
async function loads(file: string, run: RunCommand): Promise<boolean> {
  const load = 'process.dlopen({ exports: {} }, process.argv[1])';
  return (await run(process.execPath, ['-e', load, file], { timeout: 60_000 })).code === 0;
}

/** Folder of the installed engine's libraries; null where there is none of ours. */
async function installedLibraries(): Promise<string | null> {
  const packageFolder = findOptional('@tensorflow/tfjs-node-gpu');
  const folder = packageFolder && (await linkedFolder(join(packageFolder, 'deps')));
  return folder ? join(folder, 'lib') : null;
}
