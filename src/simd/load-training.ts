/** The kernels of training, compiled from `assembly/training/`. */
import { compileModule } from './compile-module.js';
import { MODULE } from './training.generated.js';

/** Addresses are in bytes. Each is documented in `assembly/training/`. */
export interface TrainingKernels {
  /** Says of which map the calls are that follow; `bias` is 0 for none. */
  setMap(
    examples: number,
    height: number,
    width: number,
    channels: number,
    poolHeight: number,
    poolWidth: number,
    strideHeight: number,
    strideWidth: number,
    bias: number,
    relu: boolean,
  ): void;
  normPool(
    x: number,
    gamma: number,
    beta: number,
    epsilon: number,
    y: number,
    extreme: number,
    mean: number,
    variance: number,
    scratch: number,
  ): void;
  normPoolGrad(
    dy: number,
    x: number,
    gamma: number,
    beta: number,
    epsilon: number,
    extreme: number,
    mean: number,
    variance: number,
    dx: number,
    dbias: number,
    dgamma: number,
    dbeta: number,
    scratch: number,
  ): void;
}

/**
 * Kernels that work on another module's memory, which may grow.
 *
 * @throws Error for a memory that is shared between threads
 */
export const loadTrainingKernels = (memory: WebAssembly.Memory): TrainingKernels =>
  new WebAssembly.Instance(compileModule(MODULE), { env: { memory } }).exports as unknown as TrainingKernels;
