/** Batch normalisation and max-pooling in training on the WebAssembly back end, under the names of the native kernels. */
import * as tf from '@tensorflow/tfjs-core';
import { loadTrainingKernels, type TrainingKernels } from '../../simd/load-training.js';

/** The part of the WebAssembly back end that these kernels use. */
interface Backend extends tf.KernelBackend {
  wasm: { asm?: { memory?: WebAssembly.Memory } };
  dataIdMap: { get(id: object): { memoryOffset: number } };
  makeOutput(shape: number[], dtype: 'float32'): tf.TensorInfo;
}

/** As `ops/norm-pool-kernel.ts` hands them over. */
interface NormPoolAttributes {
  pool_h: number;
  pool_w: number;
  stride_h: number;
  stride_w: number;
  relu: number;
  rectified: number;
  epsilon: number;
}

/** Inputs by their number. */
type Inputs = Record<string, tf.TensorInfo>;

/**
 * Registers both kernels for the WebAssembly back end, which must be running; does nothing where its memory is shared
 * between threads, or the package does not show it.
 */
export function registerNormPool(): void {
  const memory = (tf.backend() as Backend).wasm.asm?.memory;
  if (!(memory instanceof WebAssembly.Memory) || !(memory.buffer instanceof ArrayBuffer)) return;
  const kernels = loadTrainingKernels(memory);
  const register = (kernelName: string, compute: typeof normPool): void => {
    // A back end that is started again has another memory.
    if (tf.getKernel(kernelName, 'wasm')) tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs, backend }) =>
        compute(kernels, backend as Backend, inputs as Inputs, attrs as unknown as NormPoolAttributes),
    });
  };
  register('PolytagNormPool', normPool);
  register('PolytagNormPoolGrad', normPoolGrad);
}

const addressIn =
  (backend: Backend) =>
  ({ dataId }: tf.TensorInfo): number =>
    backend.dataIdMap.get(dataId).memoryOffset;

/** Runs `compute` with the address of some bytes. */
function withScratch(backend: Backend, bytes: number, compute: (scratch: number) => void): void {
  const scratch = backend.makeOutput([bytes / 4], 'float32');
  compute(addressIn(backend)(scratch));
  backend.disposeData(scratch.dataId);
}

function setMap(
  kernels: TrainingKernels,
  [batch, height, width, channels]: number[],
  bias: number,
  attributes: NormPoolAttributes,
): void {
  const { pool_h, pool_w, stride_h, stride_w, relu } = attributes;
  kernels.setMap(
    ...([batch, height, width, channels] as const),
    ...([pool_h, pool_w, stride_h, stride_w] as const),
    ...([attributes.rectified ? bias : 0, relu === 1] as const),
  );
}

const isWhole = ({ pool_h, pool_w, stride_h, stride_w }: NormPoolAttributes): boolean =>
  pool_h * pool_w * stride_h * stride_w === 1;

/** Inputs: x, bias, γ, β; outputs: y, the extremes (none where each position is a window), mean, variance. */
function normPool(
  kernels: TrainingKernels,
  backend: Backend,
  inputs: Inputs,
  attributes: NormPoolAttributes,
): tf.TensorInfo[] {
  const { pool_h, pool_w, stride_h, stride_w, epsilon } = attributes;
  const [batch, height, width, channels] = inputs[0].shape;
  const rows = Math.floor((height - pool_h) / stride_h) + 1;
  const columns = Math.floor((width - pool_w) / stride_w) + 1;
  const shapes = [
    [batch, rows, columns, channels],
    isWhole(attributes) ? [0] : [batch, rows, columns, channels],
    [channels],
    [channels],
  ];
  const outputs = shapes.map((shape) => backend.makeOutput(shape, 'float32'));
  withScratch(backend, 32 * channels, (scratch) => {
    const address = addressIn(backend);
    const [x, bias, gamma, beta] = [0, 1, 2, 3].map((i) => address(inputs[i]));
    const [y, extreme, mean, variance] = outputs.map(address);
    setMap(kernels, inputs[0].shape, bias, attributes);
    kernels.normPool(x, gamma, beta, epsilon, y, extreme, mean, variance, scratch);
  });
  return outputs;
}

/** Inputs: dy, x, bias, γ, β, extremes, mean, variance; outputs: the gradients of x, bias, γ and β. */
function normPoolGrad(
  kernels: TrainingKernels,
  backend: Backend,
  inputs: Inputs,
  attributes: NormPoolAttributes,
): tf.TensorInfo[] {
  const { shape } = inputs[1];
  const channels = shape[3];
  const shapes = [shape, [attributes.rectified ? channels : 0], [channels], [channels]];
  const outputs = shapes.map((size) => backend.makeOutput(size, 'float32'));
  withScratch(backend, 40 * channels, (scratch) => {
    const address = addressIn(backend);
    const [dy, x, bias, gamma, beta, extreme, mean, variance] = Array.from({ length: 8 }, (_, i) =>
      address(inputs[i]),
    );
    const [dx, dbias, dgamma, dbeta] = outputs.map(address);
    setMap(kernels, shape, bias, attributes);
    kernels.normPoolGrad(
      ...([dy, x, gamma, beta, attributes.epsilon, extreme, mean, variance] as const),
      ...([dx, dbias, dgamma, dbeta, scratch] as const),
    );
  });
  return outputs;
}
