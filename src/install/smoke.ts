/** Tries native parts in a process of their own, because a library that does not fit may end its process. */
import { Failure } from '../base/errors.js';
import type { RunCommand } from './command.js';

/** What the native engine said of itself. */
export interface EngineProbe {
  /** Version of the C library: `2.21.0`. */
  version: string;
  /** Whether it computes on a GPU. */
  gpu: boolean;
}

/** CommonJS, for `node --eval`; the first argument is the package's folder. */
const ENGINE_SCRIPT = `
const util = require('node:util');
// Removed in Node 23, and the package still calls them.
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;
process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
const tf = require(process.argv[1]);
const [two] = tf.add(tf.tensor1d([1]), tf.tensor1d([1])).dataSync();
if (tf.getBackend() !== 'tensorflow') throw new Error('the backend is ' + tf.getBackend());
if (two !== 2) throw new Error('1 + 1 gave ' + two);
const { binding, isUsingGpuDevice } = tf.backend();
console.log('probe:' + JSON.stringify({ version: binding.TF_Version, gpu: isUsingGpuDevice }));
`;

/** A GPU of a kind that the kernels were not compiled for takes minutes at its first start. */
const PROBE_MS = 10 * 60_000;

/**
 * Loads the native engine in a child process and adds one and one.
 *
 * @param packageFolder - folder of `@tensorflow/tfjs-node-gpu`
 * @param run - runs programs
 * @returns what the engine said of itself
 * @throws Failure with the reason when it does not start
 */
export async function probeEngine(packageFolder: string, run: RunCommand): Promise<EngineProbe> {
  const result = await run(process.execPath, ['--eval', ENGINE_SCRIPT, packageFolder], { timeout: PROBE_MS });
  const answer = /^probe:(.*)$/m.exec(result.stdout)?.[1];
  if (result.code === 0 && answer) return JSON.parse(answer) as EngineProbe;
  throw new Failure(reasonOf(result.output, result.code));
}

/**
 * Loads a package in a child process and evaluates an expression on it.
 *
 * @param packageFolder - the package's folder
 * @param expression - JavaScript in which `it` is the package; has to be true
 * @param run - runs programs
 * @returns null when it holds, else the reason
 */
export async function probePackage(
  packageFolder: string,
  expression: string,
  run: RunCommand,
): Promise<string | null> {
  const script = `const it = require(process.argv[1]); if (!(${expression})) throw new Error('it gives wrong results');`;
  const result = await run(process.execPath, ['--eval', script, packageFolder], { timeout: 60_000 });
  return result.code === 0 ? null : reasonOf(result.output, result.code);
}

function reasonOf(output: string, code: number | null): string {
  const error = /^(?:\w*Error): (.*)$/m.exec(output)?.[1];
  const reason = error ?? (code === null ? 'its process was ended' : `its process ended with code ${code}`);
  return `${reason.trim().replace(/\.$/, '')}.`;
}
