/** Operations number by number. */
import { same } from '../../../traced/writers.js';
import { ONNX_TYPES } from '../graph-writer.js';
import { DATA_TYPES } from '../write-model.js';
import { type OnnxWriters, unsqueezed, type WriteOnnxOperation } from './op.js';

/** ONNX's number of a type of TensorFlow.js. */
const numberOf = (dtype: unknown): number => DATA_TYPES[ONNX_TYPES[dtype as string]];

const cast: WriteOnnxOperation = ({ graph, operands: { x }, attributes }) => [
  graph.node('Cast', [x.name()], { to: numberOf(attributes.dtype) }),
];

const oneHot: WriteOnnxOperation = ({ graph, operands: { indices }, attributes }) => {
  const values = [attributes.offValue, attributes.onValue].map((value) =>
    unsqueezed(graph, graph.number(Number(value)), 0),
  );
  // Of the types that it may have, runtimes have 64-bit indices with floats.
  const wide = graph.node('Cast', [indices.name()], { to: DATA_TYPES.int64 });
  const pairOf = graph.node('Concat', values, { axis: 0 });
  const floats = graph.node('OneHot', [wide, graph.integers(Number(attributes.depth)), pairOf], { axis: -1 });
  const { dtype } = attributes;
  return [dtype === 'float32' ? floats : graph.node('Cast', [floats], { to: numberOf(dtype) })];
};

/** Operations number by number, and types of numbers. */
export const elementwiseWriters: OnnxWriters = {
  Abs: same('Abs'),
  Add: same('Add'),
  Cast: cast,
  Elu: same('Elu'),
  Equal: same('Equal'),
  Erf: same('Erf'),
  Exp: same('Exp'),
  Greater: same('Greater'),
  GreaterEqual: same('GreaterOrEqual'),
  Less: same('Less'),
  LessEqual: same('LessOrEqual'),
  Log: same('Log'),
  Log1p: ({ graph, operands: { x } }) => [
    graph.node('Log', [graph.node('Add', [x.name(), graph.number(1)])]),
  ],
  LogicalAnd: same('And'),
  LogicalNot: same('Not'),
  LogicalOr: same('Or'),
  Maximum: same('Max'),
  Minimum: same('Min'),
  Multiply: same('Mul'),
  Neg: same('Neg'),
  NotEqual: (operation) => [operation.graph.node('Not', same('Equal')(operation))],
  OneHot: oneHot,
  Pow: same('Pow'),
  RealDiv: same('Div'),
  Relu: same('Relu'),
  Rsqrt: ({ graph, operands: { x } }) => [graph.node('Reciprocal', [graph.node('Sqrt', [x.name()])])],
  Select: same('Where'),
  Sigmoid: same('Sigmoid'),
  Softplus: same('Softplus'),
  Sqrt: same('Sqrt'),
  Square: ({ graph, operands: { x } }) => [graph.node('Mul', [x.name(), x.name()])],
  Sub: same('Sub'),
  Tanh: same('Tanh'),
};
