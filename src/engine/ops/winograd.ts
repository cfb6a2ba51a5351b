/** Convolutions by kernels of 3×3 and 1×3 with a quarter and a half of the multiplications, by kernels of our own. */
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

/** Zeros on each side of the map. */
const zerosOf = ({ padding }: ConvolutionSizes): number => (padding === 'same' ? 1 : 0);

/**
 * Whether Winograd's algorithm computes a convolution, and is faster than oneDNN: strides of 1, kernels of 3×3 or 1×3, channels in
 * multiples of 32 (16 without AVX-512), and a map that is not so small that transforming the kernel costs more than it saves.
 *
 * @param sizes - the convolution's
 */
export function winogradPays(sizes: ConvolutionSizes): boolean {
  const { map, kernel, strides } = sizes;
  const panel = hasKernels() ? channelPanel() : 0;
  if (!panel || strides[0] !== 1 || strides[1] !== 1) return false;
  const [height, width, inputs, outputs] = kernel;
  if ((height !== 1 && height !== 3) || width !== 3 || inputs % panel || outputs % panel) return false;
  const lost = 2 - 2 * zerosOf(sizes);
  const [rows, columns] = [height === 3 ? map[1] - lost : map[1], map[2] - lost];
  if (rows < 1 || columns < 1) return false;
  const tiles = map[0] * (height === 3 ? Math.ceil(rows / 4) : rows) * Math.ceil(columns / 4);
  const [products, usual] = height === 3 ? [36, 9] : [6, 3];
  return products * (tiles + KERNEL_TILES) < COST * usual * map[0] * rows * columns;
}

const attributes = (sizes: ConvolutionSizes, zeros: number, transposed: number): Record<string, number> => ({
  zeros,
  plane: sizes.kernel[0] === 3 ? 1 : 0,
  transposed,
});

/** The convolution, where `winogradPays`; outside the gradient tape like the two below. */
export const winograd = (x: tf.Tensor, kernel: tf.Tensor, sizes: ConvolutionSizes): tf.Tensor =>
  runOwn('PolytagWinograd', attributes(sizes, zerosOf(sizes), 0), [x, kernel], 1)[0];

/** The gradient of its input, from that of its output. */
export const winogradInput = (dy: tf.Tensor, kernel: tf.Tensor, sizes: ConvolutionSizes): tf.Tensor =>
  runOwn('PolytagWinograd', attributes(sizes, 2 - zerosOf(sizes), 1), [dy, kernel], 1)[0];

/** The gradient of its kernel. */
export const winogradFilter = (x: tf.Tensor, dy: tf.Tensor, sizes: ConvolutionSizes): tf.Tensor =>
  runOwn('PolytagWinogradFilter', attributes(sizes, zerosOf(sizes), 0), [x, dy], 1)[0];
