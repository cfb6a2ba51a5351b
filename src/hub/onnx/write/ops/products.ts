/** Convolutions, poolings and products of matrices. */
import { fixed } from '../../../traced/batch-sizes.js';
import { type Operand, pairOf } from '../../../traced/operation.js';
import type { TracedConstant } from '../../../traced/trace.js';
import type { GraphWriter } from '../graph-writer.js';
import type { OnnxWriters, WriteOnnxOperation } from './op.js';

/** A map with its channels before height and width, as ONNX has it. */
const channelsFirst = (graph: GraphWriter, name: string): string =>
  graph.node('Transpose', [name], { perm: [0, 3, 1, 2] });
const channelsLast = (graph: GraphWriter, name: string): string =>
  graph.node('Transpose', [name], { perm: [0, 2, 3, 1] });

/** Attributes of padding, by TensorFlow's names. */
function padding(pad: unknown): Record<string, string> {
  if (pad === 'valid') return { auto_pad: 'VALID' };
  if (pad === 'same') return { auto_pad: 'SAME_UPPER' };
  throw new Error(`padding of ${JSON.stringify(pad)}`);
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

const convolution: WriteOnnxOperation = ({ graph, operands: { x, filter }, attributes }) => {
  const weights = filter.constant
    ? graph.constant(turnedFilters(filter.constant))
    : graph.node('Transpose', [filter.name()], { perm: [3, 2, 0, 1] });
  const map = graph.node('Conv', [channelsFirst(graph, x.name()), weights], {
    kernel_shape: filter.sizes.slice(0, 2).map(fixed),
    strides: pairOf(attributes.strides),
    dilations: pairOf(attributes.dilations ?? 1),
    ...padding(attributes.pad),
  });
  return [channelsLast(graph, map)];
};

const maxPool: WriteOnnxOperation = ({ graph, operands: { x }, attributes }) => [
  channelsLast(
    graph,
    graph.node('MaxPool', [channelsFirst(graph, x.name())], {
      kernel_shape: pairOf(attributes.filterSize),
      strides: pairOf(attributes.strides),
      ...padding(attributes.pad),
    }),
  ),
];

const product: WriteOnnxOperation = ({ graph, operands: { a, b }, attributes }) => {
  const turned = (operand: Operand, turn: unknown): string => {
    if (!turn) return operand.name();
    const rank = operand.sizes.length;
    const perm = operand.sizes.map((_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
    return graph.node('Transpose', [operand.name()], { perm });
  };
  return [graph.node('MatMul', [turned(a, attributes.transposeA), turned(b, attributes.transposeB)])];
};

/** Convolutions, poolings and products of matrices. */
export const productWriters: OnnxWriters = { BatchMatMul: product, Conv2D: convolution, MaxPool: maxPool };
