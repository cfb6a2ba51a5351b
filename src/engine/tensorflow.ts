/** The native engine: TensorFlow's C library behind `@tensorflow/tfjs-node-gpu`. */
import { availableParallelism } from 'node:os';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { requireOptional } from '../base/optional-package.js';
import { loadKernels } from './kernels.js';
import { withQuietStderr } from './quiet-load.js';

/** The part of the native package's binding that is used here. */
interface NodeBackend {
  isUsingGpuDevice: boolean;
  binding: { TF_Version: string };
}

/**
 * Loads the native addon and makes it the backend.
 *
 * Four things have to be in place before the package is loaded: functions of `util` that it still calls, which Node 22
 * warns about and Node 23 removed (tensorflow/tfjs #8609); quiet native logs; fast convolutions; and growth of GPU memory on
 * demand (#671), with a compilation cache large enough that a new GPU compiles its kernels once.
 *
 * @returns version, threads and GPU; why the kernels of our own are not used, null where they are
 * @throws Error when the addon or its library is missing
 */
export async function startTensorflow(): Promise<{
  version: string;
  threads: number;
  gpu: string | null;
  kernels: string | null;
}> {
  const legacy = util as unknown as Record<string, unknown>;
  legacy.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  legacy.isArray = Array.isArray;
  // A level that the user set shows everything.
  const isQuiet = process.env.TF_CPP_MIN_LOG_LEVEL === undefined;
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  // TensorFlow leaves oneDNN's convolutions out on processors without AVX-512, where they are up to twice as fast too.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
  process.env.CUDA_CACHE_MAXSIZE ??= String(4 * 2 ** 30);
  // The package in the cache comes with a second copy of the core; it shares our registries, and remarks on it.
  tf.env().set('PROD', true);
  const load = (): unknown => requireOptional('@tensorflow/tfjs-node-gpu');
  if (isQuiet) withQuietStderr(load);
  else load();
  tf.env().set('PROD', false);
  if (!(await tf.setBackend('tensorflow'))) throw new Error('the backend did not initialise');
  const backend = tf.backend() as unknown as NodeBackend;
  const threads = Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
  const { isUsingGpuDevice: isGpu } = backend;
  return {
    version: `TensorFlow ${backend.binding.TF_Version}`,
    threads,
    gpu: isGpu ? 'GPU:0' : null,
    kernels: isGpu
      ? 'The kernels are for processors, and a GPU computes.'
      : loadKernels(backend.binding.TF_Version),
  };
}
