/** What the writers of several operations share. */
import type { OperationToWrite, WriteOperation, Writers } from '../../../traced/operation.js';
import type { GraphWriter } from '../graph-writer.js';

/** An operation that is to be written in ONNX. */
export type OnnxOperation = OperationToWrite<GraphWriter>;
export type WriteOnnxOperation = WriteOperation<GraphWriter>;
export type OnnxWriters = Writers<GraphWriter>;

/** A value with a new axis of one. */
export const unsqueezed = (graph: GraphWriter, name: string, axis: number): string =>
  graph.node('Unsqueeze', [name, graph.integers([axis])]);
