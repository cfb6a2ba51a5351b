/** Operations number by number, and types of numbers. */
import { same } from '../../traced/writers.js';
import { integer, typeOf } from '../graph-def.js';
import type { TfWriters, WriteTfOperation } from './op.js';

const cast: WriteTfOperation = ({ graph, operands: { x }, attributes }) => [
  graph.node('Cast', [x.name()], { DstT: typeOf(attributes.dtype as string) }),
];

const oneHot: WriteTfOperation = ({ graph, operands: { indices }, attributes }) => {
  const { depth, onValue, offValue } = attributes;
  const dtype = attributes.dtype as 'float32' | 'int32' | 'bool';
  const [on, off] = [onValue, offValue].map((value) => graph.number(Number(value), dtype));
  const attr = { axis: integer(-1), T: typeOf(dtype), dtype: typeOf(dtype) };
  return [graph.node('OneHot', [indices.name(), graph.integers(Number(depth)), on, off], attr)];
};

/** Operations number by number, and types of numbers. */
export const elementwiseWriters: TfWriters = {
  Abs: same('Abs'),
  Add: same('AddV2'),
  Cast: cast,
  Elu: same('Elu'),
  Equal: same('Equal'),
  Erf: same('Erf'),
  Exp: same('Exp'),
  Greater: same('Greater'),
  GreaterEqual: same('GreaterEqual'),
  Less: same('Less'),
  LessEqual: same('LessEqual'),
  Log: same('Log'),
  Log1p: same('Log1p'),
  LogicalAnd: same('LogicalAnd'),
  LogicalNot: same('LogicalNot'),
  LogicalOr: same('LogicalOr'),
  Maximum: same('Maximum'),
  Minimum: same('Minimum'),
  Multiply: same('Mul'),
  Neg: same('Neg'),
  NotEqual: same('NotEqual'),
  OneHot: oneHot,
  Pow: same('Pow'),
  RealDiv: same('RealDiv'),
  Relu: same('Relu'),
  Rsqrt: same('Rsqrt'),
  Select: same('SelectV2'),
  Sigmoid: same('Sigmoid'),
  Softplus: same('Softplus'),
  Sqrt: same('Sqrt'),
  Square: same('Square'),
  Sub: same('Sub'),
  Tanh: same('Tanh'),
};
