/** What the writers of several operations share. */
import type { OperationToWrite, WriteOperation, Writers } from '../../traced/operation.js';
import type { GraphDefWriter } from '../graph-def.js';

/** An operation that is to be written in TensorFlow's form. */
export type TfOperation = OperationToWrite<GraphDefWriter>;
export type WriteTfOperation = WriteOperation<GraphDefWriter>;
export type TfWriters = Writers<GraphDefWriter>;
