/**
 * The operations of `native/` for the native engine's CPU, which the set-up compiles: where they lie, and how
 * they are loaded. Without them the same mathematics is composed of TensorFlow's own operations, several times slower.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../base/errors.js';
import { addonFolder, packagePath } from '../base/package.js';
import { useKernels } from './ops/native.js';

/** Folder of the sources, below the package's. */
const SOURCES = 'src/engine/native';

/** Path of the source that includes the others. */
export const kernelsSource = (): string => packagePath(join(SOURCES, 'kernels.cc'));

/**
 * The compiled library in the cache. Its name holds all that the binary depends on: the sources, the engine's version and
 * the machine.
 */
export function kernelsFile(tensorflow: string, cache?: string): string {
  const hash = createHash('sha256');
  const folder = packagePath(SOURCES);
  for (const source of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, source)));
  const name = `kernels-${hash.digest('hex').slice(0, 12)}-tensorflow-${tensorflow}-${process.platform}-${process.arch}.node`;
  return join(addonFolder(cache), name);
}

/** What the library gives beside its operations. */
interface Library {
  /** Freed memory stays in the process: a training step asks for the same hundreds of megabytes again. */
  keepMemory(): void;
  /** Freed memory goes back to the system again. */
  releaseMemory(): void;
  /** Whether the processor has AVX-512. */
  wideVectors: boolean;
  /** Of how many channels the convolutions of `winograd.h` take a multiple; 0 where this processor has none. */
  channelPanel: number;
}

let library: Library | null = null;

/** Whether `POLYTAG_KERNELS=0` leaves the kernels out. */
export const kernelsAreOff = (): boolean => process.env.POLYTAG_KERNELS === '0';

/**
 * Registers the operations with the running engine, once. `POLYTAG_KERNELS=0` leaves them out.
 *
 * @param tensorflow - version of the engine
 * @returns null, or a sentence that says why they are not used
 */
export function loadKernels(tensorflow: string): string | null {
  if (kernelsAreOff()) return 'The kernels are left out, since POLYTAG_KERNELS is 0.';
  try {
    const file = kernelsFile(tensorflow);
    if (!existsSync(file))
      return 'The kernels are not compiled, so that training and tagging are slower; run "npx polytag setup".';
    const module = { exports: {} as Library };
    process.dlopen(module, file, constants.dlopen.RTLD_NOW);
    library = module.exports;
    useKernels(true, !library.wideVectors, library.channelPanel);
    return null;
  } catch (error) {
    return `The kernels do not load (${messageOf(error).split('\n')[0]}), so that training and tagging are slower; run "npx polytag setup", which compiles them.`;
  }
}

/** Runs a piece of work in which what the engine frees is kept for its next request, which saves the system's work. */
export async function keepingMemory<T>(work: () => Promise<T>): Promise<T> {
  library?.keepMemory();
  try {
    return await work();
  } finally {
    library?.releaseMemory();
  }
}
