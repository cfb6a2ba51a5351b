/**
 * The two kernels that training needs and `@tensorflow/tfjs-backend-wasm` 4.22 lacks, faster forms of two others,
 * and a correct form of MaxPoolGrad: the package's loses gradients where the size is no multiple of the pool
 * (test/engine/gradients.test.ts).
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

/** A product's attributes. */
interface ProductAttributes {
  transposeA: boolean;
  transposeB: boolean;
}

let registered = false;

/** Registers the kernels under the backend's name, once. Call it before the backend starts. */
export function registerWasmKernels(): void {
  if (registered) return;
  registered = true;
  const register = (kernelName: string, kernelFunc: tf.KernelFunc): void =>
    tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
  register('Conv2DBackpropFilter', filterGradient);
  register('UnsortedSegmentSum', unsortedSegmentSum);
  tf.unregisterKernel('MaxPoolGrad', 'wasm');
  register('MaxPoolGrad', maxPoolGradient);
  replaceWhere('Conv2DBackpropInput', isUnitStride, inputGradient);
  replaceWhere('BatchMatMul', isTransposed, transposedProduct);
}

/** Takes a kernel's place for the calls that `applies` picks; the others go to the package's own. */
function replaceWhere(
  kernelName: string,
  applies: (args: KernelArguments) => boolean,
  kernelFunc: tf.KernelFunc,
): void {
  const packaged = tf.getKernel(kernelName, 'wasm');
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    ...packaged,
    kernelFunc: (args) => (applies(args) ? kernelFunc(args) : packaged.kernelFunc(args)),
  });
}

function isTransposed({ attrs }: KernelArguments): boolean {
  const { transposeA, transposeB } = attrs as unknown as ProductAttributes;
  return transposeA || transposeB;
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
 * dL/dW of a convolution, as a convolution itself: the input with channels in place of the batch is convolved with
 * the output's gradient as one large filter, whose cells lie a stride apart.
 */
function filterGradient({ inputs, backend, attrs }: KernelArguments): tf.TensorInfo {
  const { strides, pad, dimRoundingMode, filterShape } = attrs as unknown as ConvAttributes & {
    filterShape: [number, number, number, number];
  };
  const shape = inputs.x!.shape as [number, number, number, number];
  const info = tf.backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad, dimRoundingMode, false);
  const { strideHeight, strideWidth, inHeight, inWidth } = info;
  const { top, left } = info.padInfo;
  // Rows and columns that the filter reaches; what lies behind them has no part in the gradient.
  const reachHeight = (info.outHeight - 1) * strideHeight + info.filterHeight;
  const reachWidth = (info.outWidth - 1) * strideWidth + info.filterWidth;
  return tf.tidy(() => {
    const padded = tf.pad(tensorOf(backend, inputs.x!), [
      [0, 0],
      [top, Math.max(0, reachHeight - inHeight - top)],
      [left, Math.max(0, reachWidth - inWidth - left)],
      [0, 0],
    ]);
    const reached = tf.slice(
      padded,
      [0, 0, 0, 0],
      [info.batchSize, reachHeight, reachWidth, info.inChannels],
    );
    const image = tf.transpose(reached, [3, 1, 2, 0]) as tf.Tensor4D; // [inputs, height, width, batch]
    const filter = tf.transpose(tensorOf(backend, inputs.dy!), [1, 2, 0, 3]) as tf.Tensor4D; // [height, width, batch, outputs]
    const gradient = tf.conv2d(image, filter, 1, 'valid', 'NHWC', [strideHeight, strideWidth]);
    return tf.transpose(gradient, [1, 2, 0, 3]);
  });
}

/** A product with transposed factors: the package multiplies those slowly, so they are transposed first. */
function transposedProduct({ inputs, backend, attrs }: KernelArguments): tf.TensorInfo {
  const { transposeA, transposeB } = attrs as unknown as ProductAttributes;
  return tf.tidy(() => {
    const factor = (info: tf.TensorInfo, transposed: boolean): tf.Tensor => {
      const tensor = tensorOf(backend, info);
      const last = tensor.rank - 1;
      const order = Array.from({ length: tensor.rank }, (_, i) =>
        i === last ? last - 1 : i === last - 1 ? last : i,
      );
      return transposed ? tf.transpose(tensor, order) : tensor;
    };
    return tf.matMul(factor(inputs.a!, transposeA), factor(inputs.b!, transposeB));
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
