/**
 * Which steps of its input each element of a tensor depends on: its first and its last one, followed through an operation.
 * What stands beyond the edges of a padded map counts on as if the input went on there, so that the field of an element is
 * that of a window without edges (Araujo, Norris and Sim 2019, doi:10.23915/distill.00021).
 */
import * as tf from '@tensorflow/tfjs-core';

/** First and last steps of an input, each of the shape of the tensor that depends on them. */
export interface Reach {
  /** Name of the input. */
  input: string;
  /** First steps, and last steps times -1, so that the smaller reaches farther in both. */
  ends: [tf.Tensor, tf.Tensor];
}

/** A tensor that an operation takes, with one of its two ends; null where it depends on no input. */
export interface Operand {
  tensor: tf.Tensor;
  end: tf.Tensor | null;
}

/** An operation as the engine runs it. */
export interface Operation {
  kernel: string;
  attributes: Readonly<Record<string, unknown>>;
  operands: Readonly<Record<string, Operand>>;
  outputs: readonly tf.Tensor[];
}

/** Stands where nothing is depended on; finite, so that differences of two are 0. */
const NOTHING = 1e30;

/** Operations whose elements depend on the elements at the same place alone. */
const ELEMENTWISE = new Set(
  `Abs Add AddN Cast Clip ClipByValue Cos Elu Equal Erf Exp Expm1 Floor Greater GreaterEqual Identity IsNan LeakyRelu Less
  LessEqual Log Log1p LogicalAnd LogicalNot LogicalOr Maximum Minimum Multiply Neg NotEqual Pow Prelu RealDiv Reciprocal Relu
  Relu6 Rsqrt Select Sigmoid Sign Sin Softplus Sqrt Square SquaredDifference Step Sub Tanh FusedBatchNorm`.split(
    /\s+/,
  ),
);

/** Operations that move elements and change none. */
const MOVING = new Set(
  `ExpandDims Reshape Reverse Slice SplitV StridedSlice Tile Transpose Unpack`.split(/\s+/),
);

/** Operations that join tensors along an axis. */
const JOINING = new Set(['Concat', 'Pack']);

/** Operations that put zeros, or a mirror image, beside a map. */
const PADDING = new Set(['PadV2', 'MirrorPad']);

const POOLING = new Set(['MaxPool', 'AvgPool']);
const REDUCING = new Set(['All', 'Any', 'Max', 'Mean', 'Min', 'Prod', 'Sum']);
const CONVOLVING = new Set(['Conv2D', 'FusedConv2D', 'DepthwiseConv2dNative', 'FusedDepthwiseConv2D']);
const MULTIPLYING = new Set(['BatchMatMul', '_FusedMatMul']);

/** Kinds of operations, as far as a summary tells them apart. */
export type OperationKind =
  | 'elementwise'
  | 'moving'
  | 'padding'
  | 'joining'
  | 'pooling'
  | 'reducing'
  | 'convolution'
  | 'product'
  | 'other';

/**
 * Says what an operation does.
 *
 * @param kernel - its name in TensorFlow.js
 */
export function operationKind(kernel: string): OperationKind {
  const kinds: [OperationKind, Set<string>][] = [
    ['elementwise', ELEMENTWISE],
    ['moving', MOVING],
    ['padding', PADDING],
    ['joining', JOINING],
    ['pooling', POOLING],
    ['reducing', REDUCING],
    ['convolution', CONVOLVING],
    ['product', MULTIPLYING],
  ];
  return kinds.find(([, names]) => names.has(kernel))?.[0] ?? 'other';
}

/**
 * One end of each output of an operation. What the operation does with its places is not known for every kernel: an output
 * of others depends on all that any operand depends on.
 */
export function endsAfter(operation: Operation): tf.Tensor[] {
  const { kernel, attributes, operands, outputs } = operation;
  const [output] = outputs;
  const { x } = operands;
  switch (operationKind(kernel)) {
    case 'elementwise':
      return [elementwise(Object.values(operands), output.shape)];
    case 'moving':
      return moved(operation);
    case 'padding':
      return [extended(x.end!, attributes.paddings as [number, number][])];
    case 'joining':
      return [joined(operation)];
    case 'reducing':
      return [tf.reshape(tf.min(x.end!, axesOf(operation)), output.shape)];
    case 'pooling':
      return [strided(x.end as tf.Tensor4D, windowOf(operation))];
    case 'convolution':
      return [convolved(operation)];
    case 'product':
      return [multiplied(operation)];
    default:
      return others(operation);
  }
}

/** Axes that a reduction goes over. */
export function axesOf({ attributes, operands: { x } }: Operation): number[] {
  const given = (attributes.axis ?? attributes.reductionIndices ?? null) as number | number[] | null;
  const { rank } = x.tensor;
  if (given === null) return Array.from({ length: rank }, (_, axis) => axis);
  return [given].flat().map((axis) => (axis + rank) % rank);
}

function others({ kernel, attributes, operands, outputs }: Operation): tf.Tensor[] {
  if (kernel === 'Softmax' || kernel === 'LogSoftmax') {
    const least = tf.min(operands.logits.end!, -1, true);
    return [tf.broadcastTo(least, outputs[0].shape)];
  }
  if (kernel === 'GatherV2') {
    const { x, indices } = operands;
    if (!indices.end) return [tf.gather(x.end!, indices.tensor as tf.Tensor1D, attributes.axis as number)];
    // A table that is read at places which depend on the input.
    if (!x.end && !attributes.axis) {
      const rest = outputs[0].shape.slice(indices.tensor.rank).map(() => 1);
      return [tf.broadcastTo(tf.reshape(indices.end, [...indices.tensor.shape, ...rest]), outputs[0].shape)];
    }
  }
  const least = Object.values(operands).flatMap(({ end }) => (end ? [tf.min(end)] : []));
  const all = least.reduce((a, b) => tf.minimum(a, b));
  return outputs.map(({ shape }) => tf.broadcastTo(all, shape));
}

function elementwise(operands: Operand[], shape: number[]): tf.Tensor {
  const ends = operands.flatMap(({ end }) => (end ? [tf.broadcastTo(end, shape)] : []));
  return ends.reduce((a, b) => tf.minimum(a, b));
}

function moved({ kernel, attributes, operands, outputs }: Operation): tf.Tensor[] {
  const [[name, { end }]] = Object.entries(operands);
  const result = tf.engine().runKernel(kernel, { [name]: end! }, attributes as tf.NamedAttrMap);
  return outputs.length > 1 ? (result as tf.Tensor[]) : [result as tf.Tensor].flat();
}

function joined({ kernel, attributes, operands }: Operation): tf.Tensor {
  const ends = Object.values(operands).map(({ tensor, end }) => end ?? tf.fill(tensor.shape, NOTHING));
  const axis = attributes.axis as number;
  return kernel === 'Pack' ? tf.stack(ends, axis) : tf.concat(ends, axis);
}

function multiplied({ attributes, operands: { a, b }, outputs: [output] }: Operation): tf.Tensor {
  const rows = a.end && tf.min(a.end, attributes.transposeA ? -2 : -1, true); // [..., 1, rows] where transposed
  const columns = b.end && tf.min(b.end, attributes.transposeB ? -1 : -2, true);
  const turned = (x: tf.Tensor): tf.Tensor => {
    const order = Array.from({ length: x.rank }, (_, axis) => axis);
    return tf.transpose(x, [...order.slice(0, -2), x.rank - 1, x.rank - 2]);
  };
  const ofRows = rows && (attributes.transposeA ? turned(rows) : rows);
  const ofColumns = columns && (attributes.transposeB ? turned(columns) : columns);
  const parts = [ofRows, ofColumns].flatMap((part) => (part ? [tf.broadcastTo(part, output.shape)] : []));
  return parts.reduce((first, second) => tf.minimum(first, second));
}

/** Size, steps and zeros beside of the windows of a pooling or convolution, over height and width. */
interface Windows {
  size: [number, number];
  strides: [number, number];
  /** Before and after, of each axis. */
  beside: [[number, number], [number, number]];
}

const pairOf = (value: unknown): [number, number] =>
  Array.isArray(value)
    ? [value[0] as number, value[value.length > 1 ? 1 : 0] as number]
    : [value as number, value as number];

function windowOf({ attributes, operands }: Operation): Windows {
  const filter = operands.filter?.tensor.shape;
  const dilations = pairOf(attributes.dilations ?? 1);
  const taps = pairOf(filter ?? attributes.filterSize);
  const size = taps.map((n, axis) => (n - 1) * dilations[axis] + 1) as [number, number];
  const strides = pairOf(attributes.strides);
  const { shape } = operands.x.tensor;
  return { size, strides, beside: zerosBeside(attributes.pad, shape, size, strides) };
}

function zerosBeside(
  pad: unknown,
  [, height, width]: number[],
  size: [number, number],
  strides: [number, number],
): Windows['beside'] {
  if (Array.isArray(pad)) return [pad[1] as [number, number], pad[2] as [number, number]];
  return [height, width].map((length, axis): [number, number] => {
    if (pad === 'valid') return [0, 0];
    if (typeof pad === 'number') return [pad, pad];
    const total = Math.max(0, (Math.ceil(length / strides[axis]) - 1) * strides[axis] + size[axis] - length);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  }) as Windows['beside'];
}

/** Least of each window of [batch, height, width, channels]. */
function strided(end: tf.Tensor4D, { size, strides, beside }: Windows): tf.Tensor4D {
  const whole = extended(end, [[0, 0], ...beside, [0, 0]]) as tf.Tensor4D;
  return tf.neg(tf.maxPool(tf.neg(whole), size, strides, 'valid'));
}

function convolved(operation: Operation): tf.Tensor {
  const { kernel, operands, outputs } = operation;
  const [output] = outputs;
  const end = operands.x.end as tf.Tensor4D;
  if (/Depthwise/.test(kernel)) {
    const least = strided(end, windowOf(operation));
    const each = output.shape[3]! / end.shape[3];
    return tf.reshape(tf.tile(tf.expandDims(least, 4), [1, 1, 1, 1, each]), output.shape);
  }
  const least = strided(tf.min(end, 3, true) as tf.Tensor4D, windowOf(operation));
  return tf.tile(least, [1, 1, 1, output.shape[3]!]);
}

/** The tensor with more on both sides of each axis, which goes on in equal steps as its edge does. */
function extended(end: tf.Tensor, paddings: readonly (readonly [number, number])[]): tf.Tensor {
  let whole = end;
  for (const [axis, [before, after]] of paddings.entries()) {
    const length = whole.shape[axis];
    const slice = (at: number): tf.Tensor => {
      const [begin, size] = [whole.shape.map(() => 0), [...whole.shape]];
      begin[axis] = at;
      size[axis] = 1;
      return tf.slice(whole, begin, size);
    };
    const beyond = (count: number, edge: number, inner: number): tf.Tensor[] => {
      if (count === 0) return [];
      const step = tf.sub(slice(edge), slice(inner));
      const shape = whole.shape.map((_, other) => (other === axis ? count : 1));
      const distance = tf.reshape(tf.range(1, count + 1), shape);
      const steps = tf.add(slice(edge), tf.mul(step, distance));
      return [edge === 0 ? tf.reverse(steps, axis) : steps];
    };
    const last = length - 1;
    const left = beyond(before, 0, Math.min(1, last));
    const right = beyond(after, last, Math.max(0, last - 1));
    whole = left.length + right.length > 0 ? tf.concat([...left, whole, ...right], axis) : whole;
  }
  return whole;
}

/** Steps from the first to the last one that an element depends on, of the element that depends on most. */
export function fieldOf({ ends: [first, last] }: Reach): number {
  return tf.tidy(() => {
    const spans = tf.neg(tf.add(first, last));
    const some = tf.where(tf.less(first, NOTHING / 2), spans, -1);
    return tf.max(some).dataSync()[0] + 1;
  });
}

/** Whether elements along any of some axes depend on other steps of the input. */
export function variesAlong({ ends }: Reach, axes: readonly number[]): boolean {
  return tf.tidy(() =>
    ends.some((end) => {
      const range = tf.sub(tf.max(end, [...axes]), tf.min(end, [...axes]));
      return tf.max(range).dataSync()[0] > 0;
    }),
  );
}

/** The steps of an input themselves: element [0, step, …] of its tensor depends on that step. */
export function reachOfInput(input: string, { shape }: tf.Tensor): Reach {
  const along = tf.reshape(tf.range(0, shape[1]!), [1, shape[1]!, ...shape.slice(2).map(() => 1)]);
  const first = tf.tile(along, [shape[0], 1, ...shape.slice(2)]);
  return { input, ends: [first, tf.neg(first)] };
}
