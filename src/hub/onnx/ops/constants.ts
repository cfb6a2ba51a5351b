/** Values that a graph has written in it, or makes of a few numbers. */
import { elements, type OnnxTensor } from '../read-model.js';
import { emptyLike, host, integers, toHost } from '../value.js';
import { type Attributes, given, type OnnxOp } from './op.js';

/** `Constant`: a tensor, a number or a list of numbers. */
const constant: OnnxOp = (_, attributes) => {
  const tensor = attributes.tensor('value');
  if (tensor) return host(tensor.type, tensor.shape, tensor.values);
  const of = (name: string): number[] | null => listOf(attributes, name);
  const number = of('value_float') ?? of('value_int');
  const list = of('value_floats') ?? of('value_ints');
  const values = number ?? list;
  if (!values) throw new Error('a value that is not of numbers');
  const isFloat = of('value_float') !== null || of('value_floats') !== null;
  const shape = number ? [] : [values.length];
  return isFloat
    ? host('float', shape, Float32Array.from(values))
    : host('int', shape, Float64Array.from(values));
};

/** Numbers of an attribute of one or many; null where the node has none. */
function listOf(attributes: Attributes, name: string): number[] | null {
  if (name.endsWith('s')) return attributes.list(name) ?? null;
  const value = attributes.number(name, Number.NaN);
  return Number.isNaN(value) ? null : [value];
}

const ZERO: Pick<OnnxTensor, 'type' | 'values'> = { type: 'float', values: new Float32Array(1) };

/** `ConstantOfShape`: zeros, or the one number of its attribute. */
const constantOfShape: OnnxOp = (inputs, attributes) => {
  const shape = integers(given(inputs, 0));
  const { type, values } = attributes.tensor('value') ?? ZERO;
  const empty = emptyLike(type, elements(shape), host(type, [1], values));
  return host(type, shape, empty.fill(values[0]));
};

/** `Range`: from a start, by a step, up to a limit. */
const range: OnnxOp = (inputs) => {
  const [start, limit, step] = [0, 1, 2].map((i) => toHost(given(inputs, i)));
  const [first, by] = [start.values[0], step.values[0]];
  const count = Math.max(0, Math.ceil((limit.values[0] - first) / by));
  const numbers = emptyLike(start.type, elements([count]), start).map((_, i) => first + i * by);
  return host(start.type, [count], numbers);
};

export const constantOps = { Constant: constant, ConstantOfShape: constantOfShape, Range: range };
