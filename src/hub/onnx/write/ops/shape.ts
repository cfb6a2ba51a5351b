/** Operations that move numbers and leave them as they are. */
import { fixed, isSameSize, plus, type Size } from '../../../traced/batch-sizes.js';
import { axesOf, namesOf, rankOf, sizesIn } from '../../../traced/operation.js';
import { reshape } from '../../../traced/writers.js';
import { type OnnxOperation, type OnnxWriters, unsqueezed, type WriteOnnxOperation } from './op.js';

const slice: WriteOnnxOperation = (operation) => {
  const {
    graph,
    operands: { x },
    outputs: [{ sizes }],
  } = operation;
  const begins = sizesIn('begin', operation);
  const ends = begins.map((begin, i) => plus(begin, sizes[i]));
  const axes = begins.flatMap((begin, i) => (begin === 0 && isSameSize(ends[i], x.sizes[i]) ? [] : [i]));
  if (axes.length === 0) return [graph.node('Identity', [x.name()])];
  const of = (list: readonly Size[]): string => graph.sizes(axes.map((axis) => list[axis]));
  return [graph.node('Slice', [x.name(), of(begins), of(ends), graph.integers(axes)])];
};

/** Parts of fixed lengths along an axis. */
function partsOf(operation: OnnxOperation, axis: number, lengths: readonly number[]): string[] {
  const { graph } = operation;
  const [name] = namesOf(operation);
  return graph.nodeOf('Split', [name, graph.integers(lengths)], lengths.length, { axis });
}

const split: WriteOnnxOperation = (operation) => {
  const [axis] = axesOf(operation.attributes.axis, rankOf(operation));
  const lengths = operation.outputs.map(({ sizes }) => fixed(sizes[axis]));
  return partsOf(operation, axis, lengths);
};

const unpack: WriteOnnxOperation = (operation) => {
  const { graph, operands, attributes, outputs } = operation;
  const [axis] = axesOf(attributes.axis, rankOf(operation));
  fixed(operands.value.sizes[axis]);
  const parts = partsOf(
    operation,
    axis,
    outputs.map(() => 1),
  );
  return parts.map((part) => graph.node('Squeeze', [part, graph.integers([axis])]));
};

const pad =
  (mode: 'constant' | 'reflect'): WriteOnnxOperation =>
  ({ graph, operands: { x }, attributes }) => {
    const paddings = attributes.paddings as [number, number][];
    const pads = graph.integers([
      ...paddings.map(([before]) => before),
      ...paddings.map(([, after]) => after),
    ]);
    const value = mode === 'constant' ? [graph.number(Number(attributes.constantValue ?? 0))] : [];
    return [graph.node('Pad', [x.name(), pads, ...value], { mode })];
  };

const tile: WriteOnnxOperation = (operation) => {
  const { graph, operands } = operation;
  return [graph.node('Tile', [operands.x.name(), graph.sizes(sizesIn('reps', operation))])];
};

const reverse: WriteOnnxOperation = (operation) => {
  const { graph, operands, attributes } = operation;
  const axes = axesOf(attributes.dims, rankOf(operation));
  const all = (value: number): string => graph.integers(axes.map(() => value));
  // From the last to before the first.
  return [graph.node('Slice', [operands.x.name(), all(-1), all(-(2 ** 31)), graph.integers(axes), all(-1)])];
};

const gather: WriteOnnxOperation = (operation) => {
  const { graph, operands, attributes } = operation;
  if (attributes.batchDims) throw new Error('it gathers example by example');
  const [axis] = axesOf(attributes.axis, rankOf(operation));
  return [graph.node('Gather', [operands.x.name(), operands.indices.name()], { axis })];
};

const concat: WriteOnnxOperation = (operation) => {
  const [axis] = axesOf(operation.attributes.axis, rankOf(operation));
  return [operation.graph.node('Concat', namesOf(operation), { axis })];
};

const pack: WriteOnnxOperation = (operation) => {
  const { graph, attributes } = operation;
  const [axis] = axesOf(attributes.axis, rankOf(operation) + 1);
  const parts = namesOf(operation).map((name) => unsqueezed(graph, name, axis));
  return [graph.node('Concat', parts, { axis })];
};

const expandDims: WriteOnnxOperation = (operation) => {
  const { graph, operands, attributes } = operation;
  const [axis] = axesOf(attributes.dim, rankOf(operation) + 1);
  return [unsqueezed(graph, operands.input.name(), axis)];
};

/** Operations that move numbers and leave them as they are. */
export const shapeWriters: OnnxWriters = {
  Concat: concat,
  ExpandDims: expandDims,
  GatherV2: gather,
  MirrorPad: pad('reflect'),
  Pack: pack,
  PadV2: pad('constant'),
  Reshape: reshape,
  Reverse: reverse,
  Slice: slice,
  SplitV: split,
  Tile: tile,
  Transpose: ({ graph, operands: { x }, attributes }) => [
    graph.node('Transpose', [x.name()], { perm: attributes.perm as number[] }),
  ],
  Unpack: unpack,
};
