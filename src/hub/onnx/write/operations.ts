/** ONNX's operations for those of TensorFlow.js. */
import { type Size, sizeOf } from './batch-sizes.js';
import { type GraphWriter, ONNX_TYPES } from './graph-writer.js';
import type { TracedConstant } from './trace.js';
import { DATA_TYPES } from './write-model.js';

/** An operand of an operation. */
export interface Operand {
  sizes: readonly Size[];
  dtype: string;
  /** Absent for what depends on an input. */
  constant?: TracedConstant;
  /** Its name in the graph, where it is added when it is first asked for. */
  name(): string;
}

/** An operation that is to be written. */
export interface OperationToWrite {
  graph: GraphWriter;
  /** By TensorFlow.js's names, in order. */
  operands: Readonly<Record<string, Operand>>;
  attributes: Readonly<Record<string, unknown>>;
  /** The same in a batch of another size. */
  otherAttributes: Readonly<Record<string, unknown>>;
  outputs: readonly { sizes: readonly Size[]; dtype: string }[];
}

/** Writes an operation; returns the names of its outputs. */
type WriteOperation = (operation: OperationToWrite) => string[];

const names = ({ operands }: OperationToWrite): string[] => Object.values(operands).map((one) => one.name());

/** Operations of one name and no attributes. */
const same =
  (op: string): WriteOperation =>
  (operation) => [operation.graph.node(op, names(operation))];

const rankOf = ({ operands }: OperationToWrite): number => Object.values(operands)[0].sizes.length;

/** Axes as a list of whole numbers from 0. */
function axesOf(value: unknown, rank: number): number[] {
  const axes = value === undefined || value === null ? Array.from({ length: rank }, (_, i) => i) : value;
  return [axes].flat().map((axis) => (Number(axis) + rank) % rank);
}

const isNumber = (size: Size): size is number => typeof size === 'number';

/** A size that must not depend on the batch. */
function fixed(size: Size): number {
  if (!isNumber(size)) throw new Error('it divides the batch');
  return size;
}

const reduction =
  (op: string, key: 'axis' | 'reductionIndices', areInputs: boolean): WriteOperation =>
  (operation) => {
    const { graph, attributes } = operation;
    const axes = axesOf(attributes[key], rankOf(operation));
    const keepdims = attributes.keepDims ? 1 : 0;
    const [x] = names(operation);
    return [
      areInputs
        ? graph.node(op, [x, graph.integers(axes)], { keepdims })
        : graph.node(op, [x], { axes, keepdims }),
    ];
  };

/** A value with a new axis of one. */
const unsqueezed = (graph: GraphWriter, name: string, axis: number): string =>
  graph.node('Unsqueeze', [name, graph.integers([axis])]);

/** A map with its channels before height and width, as ONNX has it. */
const channelsFirst = (graph: GraphWriter, name: string): string =>
  graph.node('Transpose', [name], { perm: [0, 3, 1, 2] });
const channelsLast = (graph: GraphWriter, name: string): string =>
  graph.node('Transpose', [name], { perm: [0, 2, 3, 1] });

const pair = (value: unknown): number[] =>
  Array.isArray(value) ? value.map(Number) : [Number(value), Number(value)];

/** Attributes of padding, by TensorFlow's names. */
function padding(pad: unknown): Record<string, string> {
  if (pad === 'valid') return { auto_pad: 'VALID' };
  if (pad === 'same') return { auto_pad: 'SAME_UPPER' };
  throw new Error(`padding of ${JSON.stringify(pad)} has no form`);
}

/** Filters [height, width, in, out] as [out, in, height, width]. */
function turnedFilters(constant: TracedConstant): TracedConstant {
  const [height, width, inputs, outputs] = constant.shape;
  const turned = new Float32Array(constant.values.length);
  let at = 0;
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          turned[at++] = constant.values[((y * width + x) * inputs + i) * outputs + o];
  return { ...constant, shape: [outputs, inputs, height, width], values: turned };
}

const convolution: WriteOperation = ({ graph, operands: { x, filter }, attributes }) => {
  const weights = filter.constant
    ? graph.constant(turnedFilters(filter.constant))
    : graph.node('Transpose', [filter.name()], { perm: [3, 2, 0, 1] });
  const map = graph.node('Conv', [channelsFirst(graph, x.name()), weights], {
    kernel_shape: filter.sizes.slice(0, 2).map(fixed),
    strides: pair(attributes.strides),
    dilations: pair(attributes.dilations ?? 1),
    ...padding(attributes.pad),
  });
  return [channelsLast(graph, map)];
};

const maxPool: WriteOperation = ({ graph, operands: { x }, attributes }) => [
  channelsLast(
    graph,
    graph.node('MaxPool', [channelsFirst(graph, x.name())], {
      kernel_shape: pair(attributes.filterSize),
      strides: pair(attributes.strides),
      ...padding(attributes.pad),
    }),
  ),
];

const product: WriteOperation = ({ graph, operands: { a, b }, attributes }) => {
  const turned = (operand: Operand, turn: unknown): string => {
    if (!turn) return operand.name();
    const rank = operand.sizes.length;
    const perm = operand.sizes.map((_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
    return graph.node('Transpose', [operand.name()], { perm });
  };
  return [graph.node('MatMul', [turned(a, attributes.transposeA), turned(b, attributes.transposeB)])];
};

const reshape: WriteOperation = ({ graph, operands: { x }, outputs: [{ sizes }] }) => {
  const growing = sizes.filter((size) => !isNumber(size)).length;
  const target =
    growing > 1 ? graph.sizes(sizes) : graph.integers(sizes.map((size) => (isNumber(size) ? size : -1)));
  return [graph.node('Reshape', [x.name(), target])];
};

/** A number of an attribute in both traces as a size. */
const between = (one: unknown, other: unknown): [number, number] => [Number(one), Number(other)];

const slice: WriteOperation = ({
  graph,
  operands: { x },
  attributes,
  otherAttributes,
  outputs: [{ sizes }],
}) => {
  const begins = (attributes.begin as number[]).map((begin, i) =>
    sizeOf(between(begin, (otherAttributes.begin as number[])[i])),
  );
  const ends = begins.map((begin, i) => plus(begin, sizes[i]));
  const axes = begins.flatMap((begin, i) => (begin === 0 && isSame(ends[i], x.sizes[i]) ? [] : [i]));
  if (axes.length === 0) return [graph.node('Identity', [x.name()])];
  const of = (list: readonly Size[]): string => graph.sizes(axes.map((axis) => list[axis]));
  return [graph.node('Slice', [x.name(), of(begins), of(ends), graph.integers(axes)])];
};

const times = (size: Size): number => (isNumber(size) ? 0 : size.times);
const own = (size: Size): number => (isNumber(size) ? size : 0);
const isSame = (one: Size, other: Size): boolean => times(one) === times(other) && own(one) === own(other);

/** The sum of two sizes, of which one may be 0. */
function plus(one: Size, other: Size): Size {
  if (isNumber(one) && isNumber(other)) return one + other;
  if (own(one) + own(other) > 0) throw new Error('it cuts the batch');
  return { times: times(one) + times(other) };
}

const split: WriteOperation = (operation) => {
  const { graph, operands, attributes, outputs } = operation;
  const [axis] = axesOf(attributes.axis, rankOf(operation));
  const lengths = outputs.map(({ sizes }) => fixed(sizes[axis]));
  return graph.nodeOf('Split', [operands.x.name(), graph.integers(lengths)], outputs.length, { axis });
};

const unpack: WriteOperation = (operation) => {
  const { graph, operands, attributes, outputs } = operation;
  const [axis] = axesOf(attributes.axis, rankOf(operation));
  fixed(operands.value.sizes[axis]);
  const lengths = graph.integers(outputs.map(() => 1));
  const parts = graph.nodeOf('Split', [operands.value.name(), lengths], outputs.length, { axis });
  return parts.map((part) => graph.node('Squeeze', [part, graph.integers([axis])]));
};

const pad =
  (mode: 'constant' | 'reflect'): WriteOperation =>
  ({ graph, operands: { x }, attributes }) => {
    const paddings = attributes.paddings as [number, number][];
    const pads = graph.integers([
      ...paddings.map(([before]) => before),
      ...paddings.map(([, after]) => after),
    ]);
    const value = mode === 'constant' ? [graph.number(Number(attributes.constantValue ?? 0))] : [];
    return [graph.node('Pad', [x.name(), pads, ...value], { mode })];
  };

const tile: WriteOperation = ({ graph, operands: { x }, attributes, otherAttributes }) => {
  const repeats = (attributes.reps as number[]).map((count, i) =>
    sizeOf(between(count, (otherAttributes.reps as number[])[i])),
  );
  return [graph.node('Tile', [x.name(), graph.sizes(repeats)])];
};

const reverse: WriteOperation = (operation) => {
  const { graph, operands, attributes } = operation;
  const axes = axesOf(attributes.dims, rankOf(operation));
  const all = (value: number): string => graph.integers(axes.map(() => value));
  // From the last to before the first.
  return [graph.node('Slice', [operands.x.name(), all(-1), all(-(2 ** 31)), graph.integers(axes), all(-1)])];
};

/** ONNX's number of a type of TensorFlow.js. */
const numberOf = (dtype: unknown): number => DATA_TYPES[ONNX_TYPES[dtype as string]];

const cast: WriteOperation = ({ graph, operands: { x }, attributes }) => [
  graph.node('Cast', [x.name()], { to: numberOf(attributes.dtype) }),
];

const oneHot: WriteOperation = ({ graph, operands: { indices }, attributes }) => {
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

/** Whether any or every truth value along some axes is true, by the greatest or least of them as numbers. */
const truthReduction =
  (op: 'ReduceMax' | 'ReduceMin'): WriteOperation =>
  (operation) => {
    const { graph, operands, attributes } = operation;
    const axes = axesOf(attributes.axis, rankOf(operation));
    const numbers = graph.node('Cast', [operands.x.name()], { to: DATA_TYPES.int32 });
    const extreme = graph.node(op, [numbers], { axes, keepdims: attributes.keepDims ? 1 : 0 });
    return [graph.node('Cast', [extreme], { to: DATA_TYPES.bool })];
  };

const gather: WriteOperation = (operation) => {
  const { graph, operands, attributes } = operation;
  if (attributes.batchDims) throw new Error('gathering by example has no form');
  const [axis] = axesOf(attributes.axis, rankOf(operation));
  return [graph.node('Gather', [operands.x.name(), operands.indices.name()], { axis })];
};

/** Operations by TensorFlow.js's names. */
const writers: Record<string, WriteOperation> = {
  Abs: same('Abs'),
  Add: same('Add'),
  All: truthReduction('ReduceMin'),
  Any: truthReduction('ReduceMax'),
  BatchMatMul: product,
  Cast: cast,
  Concat: ({ graph, operands, attributes, outputs: [{ sizes }] }) => [
    graph.node(
      'Concat',
      Object.values(operands).map((one) => one.name()),
      { axis: axesOf(attributes.axis, sizes.length)[0] },
    ),
  ],
  Conv2D: convolution,
  Cumsum: (operation) => {
    const { graph, operands, attributes } = operation;
    const [axis] = axesOf(attributes.axis, rankOf(operation));
    return [
      graph.node('CumSum', [operands.x.name(), graph.integers(axis)], {
        exclusive: attributes.exclusive ? 1 : 0,
        reverse: attributes.reverse ? 1 : 0,
      }),
    ];
  },
  Elu: same('Elu'),
  Equal: same('Equal'),
  Erf: same('Erf'),
  Exp: same('Exp'),
  ExpandDims: ({ graph, operands: { input }, attributes }) => [
    unsqueezed(graph, input.name(), axesOf(attributes.dim, input.sizes.length + 1)[0]),
  ],
  GatherV2: gather,
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
  Max: reduction('ReduceMax', 'reductionIndices', false),
  MaxPool: maxPool,
  Maximum: same('Max'),
  Mean: reduction('ReduceMean', 'axis', false),
  Min: reduction('ReduceMin', 'axis', false),
  Minimum: same('Min'),
  MirrorPad: pad('reflect'),
  Multiply: same('Mul'),
  Neg: same('Neg'),
  NotEqual: (operation) => [operation.graph.node('Not', [operation.graph.node('Equal', names(operation))])],
  OneHot: oneHot,
  Pack: ({ graph, operands, attributes, outputs: [{ sizes }] }) => {
    const [axis] = axesOf(attributes.axis, sizes.length);
    const parts = Object.values(operands).map((one) => unsqueezed(graph, one.name(), axis));
    return [graph.node('Concat', parts, { axis })];
  },
  PadV2: pad('constant'),
  Pow: same('Pow'),
  RealDiv: same('Div'),
  Relu: same('Relu'),
  Reshape: reshape,
  Reverse: reverse,
  Rsqrt: ({ graph, operands: { x } }) => [graph.node('Reciprocal', [graph.node('Sqrt', [x.name()])])],
  Select: same('Where'),
  Sigmoid: same('Sigmoid'),
  Slice: slice,
  Softmax: (operation) => {
    const { graph, operands, attributes } = operation;
    const [axis] = axesOf(attributes.dim, rankOf(operation));
    return [graph.node('Softmax', [operands.logits.name()], { axis })];
  },
  Softplus: same('Softplus'),
  SplitV: split,
  Sqrt: same('Sqrt'),
  Square: ({ graph, operands: { x } }) => {
    const name = x.name();
    return [graph.node('Mul', [name, name])];
  },
  Sub: same('Sub'),
  Sum: reduction('ReduceSum', 'axis', true),
  Tanh: same('Tanh'),
  Tile: tile,
  Transpose: ({ graph, operands: { x }, attributes }) => [
    graph.node('Transpose', [x.name()], { perm: attributes.perm as number[] }),
  ],
  Unpack: unpack,
};

/**
 * Writes an operation of TensorFlow.js into a graph; returns the names of its outputs. Throws an Error in a few words for
 * one that has no form.
 */
export function writeOperation(kernel: string, operation: OperationToWrite): string[] {
  if (!Object.hasOwn(writers, kernel)) throw new Error(`the operation ${kernel} has no form in ONNX`);
  try {
    return writers[kernel](operation);
  } catch (error) {
    throw new Error(`the operation ${kernel} cannot be written: ${(error as Error).message}`);
  }
}
