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
  toChannelsLast,
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

const isOne = ({ shape }: OnnxValue): boolean => shape.every((size) => size === 1);

const toScalar = (value: OnnxValue): tf.Tensor => tf.reshape(toTensor(value), []);

/** Whether images with their channels last meet other images or single numbers only: gates, biases by channel. */
const keepsLayout = (values: readonly OnnxValue[]): boolean =>
  values.some((value) => value.kind === 'device' && value.channelsLast) &&
  values.every((value) => value.shape.length === 4 || isOne(value));

function elementwise({ compute, ofIntegers = compute, tensors, result }: Elementwise): OnnxOp {
  return (inputs) => {
    const operands = inputs.map((_, i) => given(inputs, i));
    const [{ type }] = operands;
    if (tensors && type === 'float' && operands.some(({ kind }) => kind === 'device')) {
      if (sameLayout(operands))
        return { ...operands[0], tensor: tensors(...operands.map(({ tensor }) => tensor)) };
      if (keepsLayout(operands)) {
        const images = tensors(
          ...operands.map((value) => (isOne(value) ? toScalar(value) : toChannelsLast(value))),
        );
        const [batch, height, width, channels] = images.shape;
        const shape = [batch, channels!, height!, width!];
        return { kind: 'device', type: 'float', shape, channelsLast: true, tensor: images };
      }
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

/** The largest number of single precision: the engine clips to finite bounds. */
const FAR = 3.4028234663852886e38;

/** `Clip`, whose bounds may be left out; before version 11 of the operations they are attributes. */
const clip: OnnxOp = (inputs, attributes) => {
  const own = given(inputs, 0);
  const [least, most] = (['min', 'max'] as const).map((name, i) => {
    const bound = inputs[i + 1];
    if (bound !== undefined) return toHost(bound).values[0];
    return attributes.number(name, i === 0 ? -Infinity : Infinity);
  });
  if (own.kind === 'device')
    return { ...own, tensor: tf.clipByValue(own.tensor, Math.max(least, -FAR), Math.min(most, FAR)) };
  const value = own;
  return onHost(value.type, [value], (x) => Math.min(most, Math.max(least, x)));
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

/** An operation of one value with numbers among its attributes. */
const withNumbers =
  (defaults: Record<string, number>, make: (numbers: number[]) => Elementwise): OnnxOp =>
  (inputs, attributes, outputs) => {
    const numbers = Object.entries(defaults).map(([name, otherwise]) => attributes.number(name, otherwise));
    return elementwise(make(numbers))(inputs.slice(0, 1), attributes, outputs);
  };

const hardSigmoid = ([alpha, beta]: number[]): Elementwise => ({
  compute: (x) => Math.max(0, Math.min(1, alpha * x + beta)),
  tensors: (x) => tf.clipByValue(tf.add(tf.mul(x, alpha), beta), 0, 1),
});

/** The error function by Abramowitz and Stegun 7.1.26 is off by 1.5e-7, less than single precision tells. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - series * Math.exp(-x * x));
}

/** `Gelu`, exact or by tanh. */
const gelu: OnnxOp = (inputs, attributes, outputs) => {
  const isApproximate = attributes.text('approximate', 'none') === 'tanh';
  const inner = (x: tf.Tensor): tf.Tensor =>
    isApproximate
      ? tf.tanh(tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.pow(x, 3)))))
      : tf.erf(tf.mul(x, Math.SQRT1_2));
  return elementwise({
    compute: (x) =>
      0.5 *
      x *
      (1 +
        (isApproximate
          ? Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))
          : erf(x * Math.SQRT1_2))),
    tensors: (x) => tf.mul(tf.mul(0.5, x), tf.add(1, inner(x))),
  })(inputs, attributes, outputs);
};

/** `Identity`. */
const identity: OnnxOp = (inputs) => {
  const value = given(inputs, 0);
  return value.kind === 'host' ? value : { ...value, tensor: tf.clone(value.tensor) };
};

export const elementwiseOps = {
  Add: elementwise({ compute: (a, b) => a + b, tensors: tf.add }),
  Sub: elementwise({ compute: (a, b) => a - b, tensors: tf.sub }),
  Mul: elementwise({ compute: (a, b) => a * b, tensors: tf.mul }),
  Div: elementwise({ compute: (a, b) => a / b, ofIntegers: (a, b) => Math.trunc(a / b), tensors: tf.div }),
  Max: elementwise({ compute: (...values) => Math.max(...values), tensors: reduced(tf.maximum) }),
  Min: elementwise({ compute: (...values) => Math.min(...values), tensors: reduced(tf.minimum) }),
  Pow: elementwise({ compute: (a, b) => a ** b, tensors: tf.pow }),
  Abs: elementwise({ compute: Math.abs, tensors: tf.abs }),
  Floor: elementwise({ compute: Math.floor, tensors: tf.floor }),
  Ceil: elementwise({ compute: Math.ceil, tensors: tf.ceil }),
  Reciprocal: elementwise({ compute: (x) => 1 / x, tensors: tf.reciprocal }),
  Erf: elementwise({ compute: erf, tensors: tf.erf }),
  Tanh: elementwise({ compute: Math.tanh, tensors: tf.tanh }),
  Softplus: elementwise({ compute: (x) => Math.log1p(Math.exp(x)), tensors: tf.softplus }),
  Elu: withNumbers({ alpha: 1 }, ([alpha]) => ({
    compute: (x) => (x > 0 ? x : alpha * Math.expm1(x)),
    tensors: (x) => tf.where(tf.greater(x, 0), x, tf.mul(alpha, tf.expm1(tf.minimum(x, 0)))),
  })),
  LeakyRelu: withNumbers({ alpha: 0.01 }, ([alpha]) => ({
    compute: (x) => (x >= 0 ? x : alpha * x),
    tensors: (x) => tf.leakyRelu(x, alpha),
  })),
  HardSigmoid: withNumbers({ alpha: 0.2, beta: 0.5 }, hardSigmoid),
  HardSwish: elementwise({
    compute: (x) => x * hardSigmoid([1 / 6, 0.5]).compute(x),
    tensors: (x) => tf.mul(x, hardSigmoid([1 / 6, 0.5]).tensors!(x)),
  }),
  Gelu: gelu,
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
  Greater: elementwise({ compute: (a, b) => Number(a > b), result: 'bool' }),
  Less: elementwise({ compute: (a, b) => Number(a < b), result: 'bool' }),
  LessOrEqual: elementwise({ compute: (a, b) => Number(a <= b), result: 'bool' }),
  And: elementwise({ compute: (a, b) => Number(a !== 0 && b !== 0), result: 'bool' }),
  Or: elementwise({ compute: (a, b) => Number(a !== 0 || b !== 0), result: 'bool' }),
  Not: elementwise({ compute: (a) => Number(a === 0), result: 'bool' }),
  Where: where,
  Identity: identity,
  Cast: cast,
  Clip: clip,
};
