/** Operations along some dimensions. */
import { axesOf, namesOf, rankOf } from '../../../traced/operation.js';
import { DATA_TYPES } from '../write-model.js';
import type { OnnxWriters, WriteOnnxOperation } from './op.js';

const reduction =
  (op: string, key: 'axis' | 'reductionIndices', areInputs: boolean): WriteOnnxOperation =>
  (operation) => {
    const { graph, attributes } = operation;
    const axes = axesOf(attributes[key], rankOf(operation));
    const keepdims = attributes.keepDims ? 1 : 0;
    const [x] = namesOf(operation);
    return [
      areInputs
        ? graph.node(op, [x, graph.integers(axes)], { keepdims })
        : graph.node(op, [x], { axes, keepdims }),
    ];
  };

/** Whether any or every truth value along some axes is true, by the greatest or least of them as numbers. */
const truthReduction =
  (op: 'ReduceMax' | 'ReduceMin'): WriteOnnxOperation =>
  (operation) => {
    const { graph, operands, attributes } = operation;
    const axes = axesOf(attributes.axis, rankOf(operation));
    const numbers = graph.node('Cast', [operands.x.name()], { to: DATA_TYPES.int32 });
    const extreme = graph.node(op, [numbers], { axes, keepdims: attributes.keepDims ? 1 : 0 });
    return [graph.node('Cast', [extreme], { to: DATA_TYPES.bool })];
  };

const cumulativeSum: WriteOnnxOperation = (operation) => {
  const { graph, operands, attributes } = operation;
  const [axis] = axesOf(attributes.axis, rankOf(operation));
  return [
    graph.node('CumSum', [operands.x.name(), graph.integers(axis)], {
      exclusive: attributes.exclusive ? 1 : 0,
      reverse: attributes.reverse ? 1 : 0,
    }),
  ];
};

const softmax: WriteOnnxOperation = (operation) => {
  const { graph, operands, attributes } = operation;
  const [axis] = axesOf(attributes.dim, rankOf(operation));
  return [graph.node('Softmax', [operands.logits.name()], { axis })];
};

/** Operations along some dimensions. */
export const reduceWriters: OnnxWriters = {
  All: truthReduction('ReduceMin'),
  Any: truthReduction('ReduceMax'),
  Cumsum: cumulativeSum,
  Max: reduction('ReduceMax', 'reductionIndices', false),
  Mean: reduction('ReduceMean', 'axis', false),
  Min: reduction('ReduceMin', 'axis', false),
  Softmax: softmax,
  Sum: reduction('ReduceSum', 'axis', true),
};
