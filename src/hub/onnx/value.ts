/** Values of a graph while it runs: small ones as numbers, large ones as tensors of the engine. */
import * as tf from '@tensorflow/tfjs-core';
import { elements, type OnnxTensor, type OnnxType } from './read-model.js';

/** Numbers that JavaScript computes with: shapes, indices, constants, scores. Row-major. */
export interface HostValue extends OnnxTensor {
  kind: 'host';
}

/** Numbers that the engine computes with. */
export interface DeviceValue {
  kind: 'device';
  type: OnnxType;
  /** As ONNX sees it: channels before places. */
  shape: number[];
  /** Whether the tensor has its channels last ([N, H, W, C] of the shape [N, C, H, W]), as convolutions want and give them. */
  channelsLast: boolean;
  tensor: tf.Tensor;
}

export type OnnxValue = HostValue | DeviceValue;

/** A host value. */
export const host = (type: OnnxType, shape: number[], values: Float32Array | Float64Array): HostValue => ({
  kind: 'host',
  type,
  shape,
  values,
});

/** A device value in the order of ONNX. */
export const device = (tensor: tf.Tensor): DeviceValue => ({
  kind: 'device',
  type: tensor.dtype === 'float32' ? 'float' : tensor.dtype === 'bool' ? 'bool' : 'int',
  shape: tensor.shape,
  channelsLast: false,
  tensor,
});

const DTYPES = { float: 'float32', int: 'int32', bool: 'bool' } as const;

/** The tensor of a value in the order of ONNX; a new one or the value's own. */
export function toTensor(value: OnnxValue): tf.Tensor {
  if (value.kind === 'host') {
    const { type, shape, values } = value;
    const numbers = type === 'float' ? Float32Array.from(values) : Int32Array.from(values);
    return tf.tensor(type === 'bool' ? Uint8Array.from(values) : numbers, shape, DTYPES[type]);
  }
  return value.channelsLast ? tf.transpose(value.tensor, [0, 3, 1, 2]) : value.tensor;
}

/** The tensor of a value of four dimensions with its channels last. */
export function toChannelsLast(value: OnnxValue): tf.Tensor4D {
  if (value.kind === 'device' && value.channelsLast) return value.tensor as tf.Tensor4D;
  return tf.transpose(toTensor(value), [0, 2, 3, 1]) as tf.Tensor4D;
}

/** The numbers of a value. */
export function toHost(value: OnnxValue): HostValue {
  if (value.kind === 'host') return value;
  const values = toTensor(value).dataSync();
  return host(
    value.type,
    value.shape,
    value.type === 'float' ? Float32Array.from(values) : Float64Array.from(values),
  );
}

/** The numbers of a value in a list: shapes, axes. */
export const integers = (value: OnnxValue): number[] => Array.from(toHost(value).values);

/** Empty numbers for a result: float32 unless the operands are wider. */
export function emptyLike(
  type: OnnxType,
  count: number,
  ...operands: HostValue[]
): Float32Array | Float64Array {
  const isSingle = operands.some(({ values }) => values instanceof Float32Array);
  return type === 'float' && isSingle ? new Float32Array(count) : new Float64Array(count);
}

/** Distances between neighbours along each dimension. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let d = shape.length - 2; d >= 0; d--) strides[d] = strides[d + 1] * shape[d + 1];
  return strides;
}

/** An axis that may count from the end, as an index. Throws an Error for one that is not there. */
export function axisOf(axis: number, rank: number): number {
  const index = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(index) || index < 0 || index >= rank)
    throw new Error(`axis ${axis} of a value of ${rank} dimensions`);
  return index;
}

/** Calls `use` with the indices of every element of a shape, in order; the array is reused. */
export function eachIndex(
  shape: readonly number[],
  use: (index: readonly number[], at: number) => void,
): void {
  const index = new Array<number>(shape.length).fill(0);
  const count = elements(shape);
  for (let at = 0; at < count; at++) {
    use(index, at);
    for (let d = shape.length - 1; d >= 0; d--) {
      if (++index[d] < shape[d]) break;
      index[d] = 0;
    }
  }
}
