/** What is known of the installed native engine. */
import { basename, join } from 'node:path';
import { messageOf } from '../base/errors.js';
import { exists } from '../base/files.js';
import { findOptional } from '../base/optional-package.js';
import { type RunCommand, runCommand } from './command.js';
import { missingKernels } from './kernels.js';
import { linkedFolder } from './libraries.js';
import { probeEngine } from './smoke.js';

/** The state of the native engine. */
export interface EngineInfo {
  /** Whether it starts and computes, tried in a process of its own. */
  works: boolean;
  /** Version of the C library; null when it does not start. */
  version: string | null;
  /** Name of the build in the cache (`tensorflow-cpu-2.21.0-linux-x64`); null when it was not put there by us. */
  build: string | null;
  /** Folder of the libraries; null when they are not linked to a cache. */
  folder: string | null;
  /** Whether the build can use a GPU. */
  gpuBuild: boolean;
  /** Whether it found a GPU when it was started. */
  gpuSeen: boolean;
  /** Why the kernels of our own are not used, and what to do, a sentence; null where they are, or the engine does not start. */
  kernels: string | null;
  /** Why it does not start; null when it does. */
  reason: string | null;
}

/**
 * Looks at the native engine and tries it.
 *
 * @param run - runs programs
 * @returns its state; never throws
 */
export async function engineInfo(run: RunCommand = runCommand): Promise<EngineInfo> {
  const info: EngineInfo = {
    works: false,
    version: null,
    build: null,
    folder: null,
    gpuBuild: false,
    gpuSeen: false,
    kernels: null,
    reason: null,
  };
  try {
    const packageFolder = findOptional('@tensorflow/tfjs-node-gpu');
    if (packageFolder === null) return { ...info, reason: 'It is not installed.' };
    const deps = join(packageFolder, 'deps');
    info.folder = await linkedFolder(deps);
    info.build = info.folder && basename(info.folder);
    info.gpuBuild = info.build?.startsWith('tensorflow-gpu') ?? false;
    if (!(await exists(join(deps, 'lib')))) return { ...info, reason: 'It is not installed.' };
    const probe = await probeEngine(packageFolder, run);
    const kernels = await missingKernels(run);
    return { ...info, works: true, version: probe.version, gpuSeen: probe.gpu, kernels };
  } catch (error) {
    return { ...info, reason: messageOf(error) };
  }
}
