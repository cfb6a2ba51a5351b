/** Convolutions, poolings and products of matrices. */
import type { GraphWriter } from '../graph-writer.js';
import type { TracedConstant } from '../trace.js';
import { fixed, type Operand, type WriteOperation, type Writers } from './op.js';

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

/** Convolutions, poolings and products of matrices. */
export const productWriters: Writers = { BatchMatMul: product, Conv2D: convolution, MaxPool: maxPool };
