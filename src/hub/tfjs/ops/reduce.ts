/** Operations along some dimensions. */
import { axesOf, namesOf, rankOf } from '../../traced/operation.js';
import { truth } from '../graph-def.js';
import type { TfWriters, WriteTfOperation } from './op.js';

const reduction =
  (op: string, key: 'axis' | 'reductionIndices'): WriteTfOperation =>
  (operation) => {
    const { graph, attributes } = operation;
    const axes = graph.integers(axesOf(attributes[key], rankOf(operation)));
    const [x] = namesOf(operation);
    return [graph.node(op, [x, axes], { keep_dims: truth(attributes.keepDims) })];
  };

const cumulativeSum: WriteTfOperation = (operation) => {
  const { graph, operands, attributes } = operation;
  const [axis] = axesOf(attributes.axis, rankOf(operation));
  const { exclusive, reverse } = attributes;
  const attr = { exclusive: truth(exclusive), reverse: truth(reverse) };
  return [graph.node('Cumsum', [operands.x.name(), graph.integers(axis)], attr)];
};

const softmax: WriteTfOperation = (operation) => {
  const { graph, operands, attributes } = operation;
  const rank = rankOf(operation);
  const [axis] = axesOf(attributes.dim, rank);
  if (axis !== rank - 1) throw new Error('it is along another than the last dimension');
  return [graph.node('Softmax', [operands.logits.name()])];
};

/** Operations along some dimensions. */
export const reduceWriters: TfWriters = {
  All: reduction('All', 'axis'),
  Any: reduction('Any', 'axis'),
  Cumsum: cumulativeSum,
  Max: reduction('Max', 'reductionIndices'),
  Mean: reduction('Mean', 'axis'),
  Min: reduction('Min', 'axis'),
  Softmax: softmax,
  Sum: reduction('Sum', 'axis'),
};
