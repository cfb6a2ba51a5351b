/** Convolutions by kernels of 3×3 with a quarter of the multiplications, and of 1×3 to 1×5 with about half, by kernels of our own. */
import type * as tf from '@tensorflow/tfjs-core';
import { channelPanel, hasKernels, runOwn } from './native.js';

/** What transforming the convolution's own kernel costs, in tiles; measured with 128 to 512 channels. */
const KERNEL_TILES = 48;

/** What a product of these kernels may cost beside one of oneDNN's, with the transforms around it. */
const COST = 0.8;

/** A convolution's sizes. */
export interface ConvolutionSizes {
  /** The map's, [batch, height, width, inputs]. */
  map: readonly number[];
  /** The kernel's, [height, width, inputs, outputs]. */
  kernel: readonly number[];
  /** `same` adds zeros on all sides, `valid` none. */
  padding: 'same' | 'valid';
  /** Over height and width. */
  strides: readonly [number, number];
}

/** Zeros left and right of the map, and above and below it where the kernel is 3×3. */
const zerosOf = ({ padding, kernel }: ConvolutionSizes): [number, number] => {
  const zeros = padding === 'same' ? kernel[1] - 1 : 0;
  return [Math.floor(zeros / 2), Math.ceil(zeros / 2)];
};

/**
 * Whether Winograd's algorithm computes a convolution, and is faster than oneDNN: strides of 1, kernels of 3×3 or of one row with
 * 3 to 5 taps, channels in multiples of 32 (16 without AVX-512), and a map that is not so small that transforming the kernel
 * costs more than it saves.
 *
 * @param sizes - the convolution's
 */
export function winogradPays(sizes: ConvolutionSizes): boolean {
  const { map, kernel, strides } = sizes;
  const panel = hasKernels() ? channelPanel() : 0;
  if (!panel || strides[0] !== 1 || strides[1] !== 1) return false;
  const [height, taps, inputs, outputs] = kernel;
  const isKnown = height === 1 ? taps >= 3 && taps <= 5 : height === 3 && taps === 3;
  if (!isKnown || inputs % panel || outputs % panel) return false;
  const [before, after] = zerosOf(sizes);
  const lost = taps - 1 - before - after;
  const [rows, columns] = [height === 1 ? map[1] : map[1] - lost, map[2] - lost];
  if (rows < 1 || columns < 1) return false;
  const step = 7 - taps;
  const tiles = map[0] * (height === 1 ? rows : Math.ceil(rows / step)) * Math.ceil(columns / step);
  const products = height === 1 ? 6 : 36;
  return products * (tiles + KERNEL_TILES) < COST * height * taps * map[0] * rows * columns;
}

function attributes(
  { kernel: [height, taps] }: ConvolutionSizes,
  [before, after]: [number, number],
  transposed: boolean,
): Record<string, number> {
  return { before, after, plane: height === 1 ? 0 : 1, taps, transposed: transposed ? 1 : 0 };
}

/** The convolution, where `winogradPays`; outside the gradient tape like the two below. */
export const winograd = (x: tf.Tensor, kernel: tf.Tensor, sizes: ConvolutionSizes): tf.Tensor =>
  runOwn('PolytagWinograd', attributes(sizes, zerosOf(sizes), false), [x, kernel], 1)[0];

/** The gradient of its input, from that of its output. */
export function winogradInput(dy: tf.Tensor, kernel: tf.Tensor, sizes: ConvolutionSizes): tf.Tensor {
  const [before, after] = zerosOf(sizes);
  const last = sizes.kernel[1] - 1;
  return runOwn(
    'PolytagWinograd',
    attributes(sizes, [last - before, last - after], true),
    [dy, kernel],
    1,
  )[0];
}

/** The gradient of its kernel. */
export const winogradFilter = (x: tf.Tensor, dy: tf.Tensor, sizes: ConvolutionSizes): tf.Tensor =>
  runOwn('PolytagWinogradFilter', attributes(sizes, zerosOf(sizes), false), [x, dy], 1)[0];
