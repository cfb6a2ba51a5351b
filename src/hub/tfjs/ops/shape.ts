/** Operations that move numbers and leave them as they are. */
import { fixed, isSameSize } from '../../traced/batch-sizes.js';
import { axesOf, namesOf, rankOf, sizesIn } from '../../traced/operation.js';
import { reshape } from '../../traced/writers.js';
import { integer, text } from '../graph-def.js';
import type { TfOperation, TfWriters, WriteTfOperation } from './op.js';

const slice: WriteTfOperation = (operation) => {
  const {
    graph,
    operands: { x },
    outputs: [{ sizes }],
  } = operation;
  const begins = sizesIn('begin', operation);
  // What is whole is "the rest", so that most sizes do not have to be computed.
  const lengths = sizes.map((size, axis) =>
    begins[axis] === 0 && isSameSize(size, x.sizes[axis]) ? -1 : size,
  );
  return [graph.node('Slice', [x.name(), graph.sizes(begins), graph.sizes(lengths)])];
};

const split: WriteTfOperation = (operation) => {
  const { graph, outputs } = operation;
  const [axis] = axesOf(operation.attributes.axis, rankOf(operation));
  const lengths = graph.integers(outputs.map(({ sizes }) => fixed(sizes[axis])));
  const [name] = namesOf(operation);
  return graph.nodeOf('SplitV', [name, lengths, graph.integers(axis)], outputs.length, {
    num_split: integer(outputs.length),
  });
};

const unpack: WriteTfOperation = (operation) => {
  const { graph, operands, attributes, outputs } = operation;
  const [axis] = axesOf(attributes.axis, rankOf(operation));
  fixed(operands.value.sizes[axis]);
  const attr = { axis: integer(axis), num: integer(outputs.length) };
  return graph.nodeOf('Unpack', [operands.value.name()], outputs.length, attr);
};

/** Padding before and after each dimension, [rank, 2]. */
const paddingsOf = ({ graph, attributes }: TfOperation): string => {
  const paddings = attributes.paddings as [number, number][];
  return graph.constant({
    ...{ shape: [paddings.length, 2], dtype: 'int32', name: null },
    values: Int32Array.from(paddings.flat()),
  });
};

const padded: WriteTfOperation = (operation) => {
  const { graph, operands, attributes } = operation;
  const value = graph.number(Number(attributes.constantValue ?? 0));
  return [graph.node('PadV2', [operands.x.name(), paddingsOf(operation), value])];
};

const mirrored: WriteTfOperation = (operation) => {
  const { graph, operands, attributes } = operation;
  const mode = text(String(attributes.mode).toUpperCase());
  return [graph.node('MirrorPad', [operands.x.name(), paddingsOf(operation)], { mode })];
};

const tile: WriteTfOperation = (operation) => {
  const { graph, operands } = operation;
  return [graph.node('Tile', [operands.x.name(), graph.sizes(sizesIn('reps', operation))])];
};

const reverse: WriteTfOperation = (operation) => {
  const { graph, operands, attributes } = operation;
  const axes = graph.integers(axesOf(attributes.dims, rankOf(operation)));
  return [graph.node('ReverseV2', [operands.x.name(), axes])];
};

const gather: WriteTfOperation = (operation) => {
  const { graph, operands, attributes } = operation;
  const [axis] = axesOf(attributes.axis, rankOf(operation));
  const names = [operands.x.name(), operands.indices.name(), graph.integers(axis)];
  return [graph.node('GatherV2', names, { batch_dims: integer(Number(attributes.batchDims ?? 0)) })];
};

const concat: WriteTfOperation = (operation) => {
  const { graph, attributes } = operation;
  const [axis] = axesOf(attributes.axis, rankOf(operation));
  const names = namesOf(operation);
  return [graph.node('ConcatV2', [...names, graph.integers(axis)], { N: integer(names.length) })];
};

const pack: WriteTfOperation = (operation) => {
  const { graph, attributes } = operation;
  const [axis] = axesOf(attributes.axis, rankOf(operation) + 1);
  const names = namesOf(operation);
  return [graph.node('Pack', names, { axis: integer(axis), N: integer(names.length) })];
};

const expandDims: WriteTfOperation = (operation) => {
  const { graph, operands, attributes } = operation;
  const [axis] = axesOf(attributes.dim, rankOf(operation) + 1);
  return [graph.node('ExpandDims', [operands.input.name(), graph.integers(axis)])];
};

/** Operations that move numbers and leave them as they are. */
export const shapeWriters: TfWriters = {
  Concat: concat,
  ExpandDims: expandDims,
  GatherV2: gather,
  MirrorPad: mirrored,
  Pack: pack,
  PadV2: padded,
  Reshape: reshape,
  Reverse: reverse,
  Slice: slice,
  SplitV: split,
  Tile: tile,
  Transpose: ({ graph, operands: { x }, attributes }) => [
    graph.node('Transpose', [x.name(), graph.integers(attributes.perm as number[])]),
  ],
  Unpack: unpack,
};
