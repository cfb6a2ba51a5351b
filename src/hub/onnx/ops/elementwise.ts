/** Operations on each element, with NumPy's broadcasting. */
import * as tf from '@tensorflow/tfjs-core';
import { elements, type OnnxType, onnxType } from '../read-model.js';
import {
  type DeviceValue,
  device,
  eachIndex,
  emptyLike,
  type HostValue,
  host,
  type OnnxValue,
  stridesOf,
  toHost,
  toTensor,
} from '../value.js';
import { given, type OnnxOp } from './op.js';

/** The shape that operands have together. Throws an Error where they have none. */
export function broadcastShape(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, d) => {
    const sizes = shapes.map((shape) => shape[d - rank + shape.length] ?? 1);
    const size = sizes.find((own) => own !== 1) ?? 1;
    if (!sizes.every((own) => own === 1 || own === size))
      throw new Error(
        `shapes that do not fit: ${shapes.map((shape) => `[${shape.join(', ')}]`).join(' and ')}`,
      );
    return size;
  });
}

/** Applies a function to the elements of host values. */
function onHost(
  type: OnnxType,
  operands: readonly HostValue[],
  compute: (...values: number[]) => number,
): HostValue {
  const shape = broadcastShape(...operands.map((operand) => operand.shape));
  const values = emptyLike(type, elements(shape), ...operands);
  const strides = operands.map((operand) => {
    const own = stridesOf(operand.shape);
    return shape.map((_, d) => {
      const axis = d - shape.length + operand.shape.length;
      return axis >= 0 && operand.shape[axis] !== 1 ? own[axis] : 0;
    });
  });
  const arguments_ = new Array<number>(operands.length);
  eachIndex(shape, (index, at) => {
    for (let i = 0; i < operands.length; i++) {
      let place = 0;
      for (let d = 0; d < index.length; d++) place += index[d] * strides[i][d];
      arguments_[i] = operands[i].values[place];
    }
    values[at] = compute(...arguments_);
  });
  return host(type, shape, values);
}

/** How an operation computes an element from others, for integers and for floats. */
interface Elementwise {
  compute(...values: number[]): number;
  /** For integers, where that is another function. */
  ofIntegers?(...values: number[]): number;
  /** On the engine; operations without it are computed here, whatever holds the operands. */
  tensors?(...tensors: tf.Tensor[]): tf.Tensor;
  /** Type of the result. Default: that of the operands. */
  result?: OnnxType;
}

const sameLayout = (values: readonly OnnxValue[]): values is DeviceValue[] =>
  values.every(
    (value) => value.kind === 'device' && value.channelsLast && value.shape.join() === values[0].shape.join(),
  );

function elementwise({ compute, ofIntegers = compute, tensors, result }: Elementwise): OnnxOp {
  return (inputs) => {
    const operands = inputs.map((_, i) => given(inputs, i));
    const [{ type }] = operands;
    if (tensors && type === 'float' && operands.some(({ kind }) => kind === 'device')) {
      if (sameLayout(operands))
        return { ...operands[0], tensor: tensors(...operands.map(({ tensor }) => tensor)) };
      return device(tensors(...operands.map(toTensor)));
    }
    return onHost(result ?? type, operands.map(toHost), type === 'int' ? ofIntegers : compute);
  };
}

const reduced =
  (tensors: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) =>
  (first: tf.Tensor, ...others: tf.Tensor[]): tf.Tensor =>
    others.reduce(tensors, first);

/** `Cast`: integers are cut, not rounded; floats of any width stay what they are, as far as the numbers go. */
const cast: OnnxOp = (inputs, attributes) => {
  const to = attributes.number('to', 1);
  const type = onnxType(to);
  const { shape, values } = toHost(given(inputs, 0));
  const numbers = to === 1 ? new Float32Array(values.length) : new Float64Array(values.length);
  for (let i = 0; i < values.length; i++)
    numbers[i] =
      type === 'int' ? Math.trunc(values[i]) : type === 'bool' ? Number(values[i] !== 0) : values[i];
  return host(type, shape, numbers);
};

/** `Clip`, whose bounds may be left out. */
const clip: OnnxOp = (inputs) => {
  const value = toHost(given(inputs, 0));
  const [least, most] = [1, 2].map((i) => {
    const bound = inputs[i];
    return bound === undefined ? undefined : toHost(bound).values[0];
  });
  return onHost(value.type, [value], (x) => Math.min(most ?? Infinity, Math.max(least ?? -Infinity, x)));
};

/** The tensor that a condition picks for every element, where it has the shape of the result. */
function chosenSide({ shape, values }: HostValue, yes: OnnxValue, no: OnnxValue): DeviceValue | null {
  if (values.length === 0 || values.some((value) => value !== values[0])) return null;
  const chosen = values[0] !== 0 ? yes : no;
  const isWhole = chosen.shape.join() === broadcastShape(shape, yes.shape, no.shape).join();
  return chosen.kind === 'device' && isWhole ? chosen : null;
}

/** `Where`: of two values' elements one each, by a condition. */
const where: OnnxOp = (inputs) => {
  const [condition, yes, no] = [0, 1, 2].map((i) => given(inputs, i));
  const chosen = condition.kind === 'host' ? chosenSide(condition, yes, no) : null;
  if (chosen) return { ...chosen, tensor: tf.clone(chosen.tensor) };
  if (yes.type === 'float' && [yes, no].some(({ kind }) => kind === 'device'))
    return device(tf.where(toTensor(condition), toTensor(yes), toTensor(no)));
  return onHost(yes.type, [condition, yes, no].map(toHost), (is, a, b) => (is !== 0 ? a : b));
};

export const elementwiseOps = {
  Add: elementwise({ compute: (a, b) => a + b, tensors: tf.add }),
  Sub: elementwise({ compute: (a, b) => a - b, tensors: tf.sub }),
  Mul: elementwise({ compute: (a, b) => a * b, tensors: tf.mul }),
  Div: elementwise({ compute: (a, b) => a / b, ofIntegers: (a, b) => Math.trunc(a / b), tensors: tf.div }),
  Max: elementwise({ compute: (...values) => Math.max(...values), tensors: reduced(tf.maximum) }),
  Neg: elementwise({ compute: (x) => -x, tensors: tf.neg }),
  Sqrt: elementwise({ compute: Math.sqrt, tensors: tf.sqrt }),
  Log: elementwise({ compute: Math.log, tensors: tf.log }),
  Exp: elementwise({ compute: Math.exp, tensors: tf.exp }),
  Cos: elementwise({ compute: Math.cos, tensors: tf.cos }),
  Sin: elementwise({ compute: Math.sin, tensors: tf.sin }),
  Relu: elementwise({ compute: (x) => Math.max(0, x), tensors: tf.relu }),
  Sigmoid: elementwise({ compute: (x) => 1 / (1 + Math.exp(-x)), tensors: tf.sigmoid }),
  Equal: elementwise({ compute: (a, b) => Number(a === b), result: 'bool' }),
  GreaterOrEqual: elementwise({ compute: (a, b) => Number(a >= b), result: 'bool' }),
  LessOrEqual: elementwise({ compute: (a, b) => Number(a <= b), result: 'bool' }),
  And: elementwise({ compute: (a, b) => Number(a !== 0 && b !== 0), result: 'bool' }),
  Where: where,
  Cast: cast,
  Clip: clip,
};
