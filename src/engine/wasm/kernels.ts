/**
 * The two kernels that training needs and `@tensorflow/tfjs-backend-wasm` 4.22 lacks, a faster form of a third,
 * and a correct form of a fourth: the package's MaxPoolGrad loses gradients where the size is no multiple of the
 * pool (test/engine/gradients.test.ts). Runs in Node and in the browser.
 */
import * as tf from '@tensorflow/tfjs-core';

/** The part of the WebAssembly backend that kernels use. */
interface WasmBackend extends tf.KernelBackend {
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(info: tf.TensorInfo): Float32Array | Int32Array;
}

/** A convolution's attributes, as TensorFlow.js hands them to its gradient kernels. */
interface ConvAttributes {
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

let registered = false;

/** Registers the kernels under the backend's name, once. */
export function registerTrainingKernels(): void {
  if (registered) return;
  registered = true;
  tf.registerKernel({ kernelName: 'Conv2DBackpropFilter', backendName: 'wasm', kernelFunc: filterGradient });
  tf.registerKernel({
    kernelName: 'UnsortedSegmentSum',
    backendName: 'wasm',
    kernelFunc: unsortedSegmentSum,
  });
  tf.unregisterKernel('MaxPoolGrad', 'wasm');
  tf.registerKernel({ kernelName: 'MaxPoolGrad', backendName: 'wasm', kernelFunc: maxPoolGradient });
  const packaged = tf.getKernel('Conv2DBackpropInput', 'wasm');
  tf.unregisterKernel('Conv2DBackpropInput', 'wasm');
  tf.registerKernel({
    kernelName: 'Conv2DBackpropInput',
    backendName: 'wasm',
    setupFunc: packaged.setupFunc,
    disposeFunc: packaged.disposeFunc,
    kernelFunc: (args) => (isUnitStride(args) ? inputGradient(args) : packaged.kernelFunc(args)),
  });
}

type KernelArguments = Parameters<tf.KernelFunc>[0];

function isUnitStride({ attrs }: KernelArguments): boolean {
  const { strides } = attrs as unknown as ConvAttributes;
  return Array.isArray(strides) ? strides[0] === 1 && strides[1] === 1 : strides === 1;
}

/** A tensor that shares the kernel's input; disposing of it leaves the input alone. */
function tensorOf(backend: unknown, info: tf.TensorInfo): tf.Tensor {
  (backend as WasmBackend).incRef(info.dataId);
  return tf.engine().makeTensorFromTensorInfo(info);
}

/**
 * dL/dW of a convolution: for each cell of the filter, the shifted input times the output's gradient, as one
 * matrix product over batch and positions.
 */
function filterGradient({ inputs, backend, attrs }: KernelArguments): tf.TensorInfo {
  const { strides, pad, dimRoundingMode, filterShape } = attrs as unknown as ConvAttributes & {
    filterShape: [number, number, number, number];
  };
  const shape = inputs.x!.shape as [number, number, number, number];
  const info = tf.backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad, dimRoundingMode, false);
  const { strideHeight, strideWidth, filterHeight, filterWidth, outHeight, outWidth, batchSize, inChannels } =
    info;
  const { top, left } = info.padInfo;
  const reachHeight = (outHeight - 1) * strideHeight + filterHeight;
  const reachWidth = (outWidth - 1) * strideWidth + filterWidth;
  return tf.tidy(() => {
    const padded = tf.pad(tensorOf(backend, inputs.x!), [
      [0, 0],
      [top, Math.max(0, reachHeight - info.inHeight - top)],
      [left, Math.max(0, reachWidth - info.inWidth - left)],
      [0, 0],
    ]);
    const dy = tf.reshape(tensorOf(backend, inputs.dy!), [-1, info.outChannels]) as tf.Tensor2D;
    const cells: tf.Tensor[] = [];
    for (let row = 0; row < filterHeight; row++) {
      for (let column = 0; column < filterWidth; column++) {
        const end = [
          batchSize,
          row + (outHeight - 1) * strideHeight + 1,
          column + (outWidth - 1) * strideWidth + 1,
          inChannels,
        ];
        const begin = [0, row, column, 0];
        const shifted =
          strideHeight === 1 && strideWidth === 1
            ? tf.slice(padded, begin, [batchSize, outHeight, outWidth, inChannels])
            : tf.stridedSlice(padded, begin, end, [1, strideHeight, strideWidth, 1]);
        cells.push(tf.matMul(tf.reshape(shifted, [-1, inChannels]) as tf.Tensor2D, dy, true, false));
      }
    }
    return tf.reshape(tf.stack(cells), filterShape);
  });
}

/** dL/dx of a convolution of stride 1: a convolution of the output's gradient with the rotated filter. */
function inputGradient({ inputs, backend, attrs }: KernelArguments): tf.TensorInfo {
  const { strides, pad, dimRoundingMode, inputShape } = attrs as unknown as ConvAttributes & {
    inputShape: [number, number, number, number];
  };
  const filterShape = inputs.filter!.shape as [number, number, number, number];
  const info = tf.backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
    false,
  );
  const { top, bottom, left, right } = info.padInfo;
  const { filterHeight, filterWidth } = info;
  return tf.tidy(() => {
    const rotated = tf.transpose(
      tf.reverse(tensorOf(backend, inputs.filter!), [0, 1]),
      [0, 1, 3, 2],
    ) as tf.Tensor4D;
    const dy = tf.pad(tensorOf(backend, inputs.dy!), [
      [0, 0],
      [filterHeight - 1 - top, filterHeight - 1 - bottom],
      [filterWidth - 1 - left, filterWidth - 1 - right],
      [0, 0],
    ]) as tf.Tensor4D;
    return tf.conv2d(dy, rotated, 1, 'valid');
  });
}

/** Sum of rows by segment: the gradient of an embedding look-up. */
function unsortedSegmentSum({ inputs, backend, attrs }: KernelArguments): tf.TensorInfo {
  const wasm = backend as WasmBackend;
  const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo };
  const { numSegments } = attrs as unknown as { numSegments: number };
  const rows = tf.util.sizeFromShape(segmentIds.shape);
  const width = tf.util.sizeFromShape(x.shape) / rows;
  const output = wasm.makeOutput([numSegments, ...x.shape.slice(segmentIds.shape.length)], x.dtype);
  // Views of the heap are taken after the allocation, which may have moved it.
  const sums = wasm.typedArrayFromHeap(output).fill(0);
  const values = wasm.typedArrayFromHeap(x);
  const segments = wasm.typedArrayFromHeap(segmentIds);
  for (let row = 0; row < rows; row++) {
    const target = segments[row] * width;
    if (segments[row] < 0) continue;
    for (let column = 0; column < width; column++) sums[target + column] += values[row * width + column];
  }
  return output;
}

/** dL/dx of max-pooling: each output's gradient goes to the first cell of its window that holds the maximum. */
function maxPoolGradient({ inputs, backend, attrs }: KernelArguments): tf.TensorInfo {
  const wasm = backend as WasmBackend;
  const { dy, input, output } = inputs as { dy: tf.TensorInfo; input: tf.TensorInfo; output: tf.TensorInfo };
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as ConvAttributes & {
    filterSize: [number, number];
  };
  const shape = input.shape as [number, number, number, number];
  const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const { inHeight, inWidth, outHeight, outWidth, inChannels: channels, filterHeight, filterWidth } = info;
  const gradient = wasm.makeOutput(shape, 'float32');
  const dx = wasm.typedArrayFromHeap(gradient).fill(0);
  const [x, y, gradientOut] = [input, output, dy].map((tensor) => wasm.typedArrayFromHeap(tensor));
  const taken = new Uint8Array(channels);
  for (let batch = 0, out = 0; batch < info.batchSize; batch++) {
    for (let row = 0; row < outHeight; row++) {
      const top = row * info.strideHeight - info.padInfo.top;
      for (let column = 0; column < outWidth; column++, out += channels) {
        const left = column * info.strideWidth - info.padInfo.left;
        taken.fill(0);
        for (let r = Math.max(0, top); r < Math.min(inHeight, top + filterHeight); r++) {
          for (let c = Math.max(0, left); c < Math.min(inWidth, left + filterWidth); c++) {
            const cell = ((batch * inHeight + r) * inWidth + c) * channels;
            for (let channel = 0; channel < channels; channel++) {
              if (taken[channel] || x[cell + channel] !== y[out + channel]) continue;
              taken[channel] = 1;
              dx[cell + channel] += gradientOut[out + channel];
            }
          }
        }
      }
    }
  }
  return gradient;
}
