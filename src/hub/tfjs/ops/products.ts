/** Convolutions, poolings and products of matrices. */
import { pairOf } from '../../traced/operation.js';
import { type AttributeValue, integers, text, truth } from '../graph-def.js';
import type { TfWriters, WriteTfOperation } from './op.js';

/** Padding as TensorFlow's attribute has it; other padding is an operation of its own. */
function padding(pad: unknown): AttributeValue {
  if (pad !== 'valid' && pad !== 'same') throw new Error(`padding of ${JSON.stringify(pad)}`);
  return text(pad.toUpperCase());
}

/** Of height and width, with those of batch and channels around them. */
const spatial = (value: unknown): AttributeValue => integers([1, ...pairOf(value), 1]);

const convolution: WriteTfOperation = ({ graph, operands: { x, filter }, attributes }) => [
  graph.node('Conv2D', [x.name(), filter.name()], {
    strides: spatial(attributes.strides),
    dilations: spatial(attributes.dilations ?? 1),
    padding: padding(attributes.pad),
    data_format: text('NHWC'),
  }),
];

const maxPool: WriteTfOperation = ({ graph, operands: { x }, attributes }) => [
  graph.node('MaxPool', [x.name()], {
    ksize: spatial(attributes.filterSize),
    strides: spatial(attributes.strides),
    padding: padding(attributes.pad),
    data_format: text('NHWC'),
  }),
];

const product: WriteTfOperation = ({ graph, operands: { a, b }, attributes }) => [
  graph.node('BatchMatMulV2', [a.name(), b.name()], {
    adj_x: truth(attributes.transposeA),
    adj_y: truth(attributes.transposeB),
  }),
];

/** Convolutions, poolings and products of matrices. */
export const productWriters: TfWriters = { BatchMatMul: product, Conv2D: convolution, MaxPool: maxPool };
