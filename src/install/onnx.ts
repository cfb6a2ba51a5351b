/** Fetches ONNX Runtime, which runs imported graphs: the package onnxruntime-node, without its install script. */
import { Failure, messageOf } from '../base/errors.js';
import { findOptional, optionalVersion } from '../base/optional-package.js';
import { cacheFolder } from '../base/package.js';
import { type RunCommand, runCommand } from './command.js';
import { ensureOptional } from './optional-package.js';
import { probePackage } from './smoke.js';

/** What `setUpOnnx` is told. */
export interface OnnxOptions {
  /** Told what is being done, a sentence at a time. */
  log: (line: string) => void;
  /** The cache folder; default: the user's. */
  cache?: string;
  /** Runs programs. */
  run?: RunCommand;
}

const PACKAGE = 'onnxruntime-node';

/**
 * Puts ONNX Runtime in place; it is left alone where it is there and starts. The package has its library for the CPU
 * inside; its install script, which is not run, would fetch CUDA's.
 *
 * @param options - where to report
 * @returns what there is now, and the seconds that it took
 * @throws Failure when it cannot be fetched, or does not start on this machine
 */
export async function setUpOnnx({
  log,
  cache = cacheFolder(),
  run = runCommand,
}: OnnxOptions): Promise<{ message: string; seconds: number }> {
  const started = Date.now();
  const was = findOptional(PACKAGE, cache);
  const folder = was ?? (await ensureOptional(PACKAGE, { cache, run, log }));
  const failure = await probePackage(folder, "typeof it.InferenceSession.create === 'function'", run).catch(
    messageOf,
  );
  if (failure !== null)
    throw new Failure(
      `ONNX Runtime is in ${folder} and does not start on this machine (${failure}); graphs run on polytag's own engine.`,
    );
  const state = was === null ? 'is installed' : 'is in place';
  return {
    message: `ONNX Runtime ${optionalVersion(PACKAGE)} ${state}.`,
    seconds: (Date.now() - started) / 1000,
  };
}
