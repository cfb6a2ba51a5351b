/** Every operation of TensorFlow.js that has writers here. Adding one is a function and a line in its file's table. */
import { elementwiseWriters } from './ops/elementwise.js';
import type { OperationToWrite, Writers } from './ops/op.js';
import { productWriters } from './ops/products.js';
import { reduceWriters } from './ops/reduce.js';
import { shapeWriters } from './ops/shape.js';

const writers: Writers = { ...elementwiseWriters, ...shapeWriters, ...reduceWriters, ...productWriters };

/**
 * Writes an operation of TensorFlow.js into a graph; returns the names of its outputs. Throws an Error in a few words for
 * one that is not supported.
 */
export function writeOperation(kernel: string, operation: OperationToWrite): string[] {
  if (!Object.hasOwn(writers, kernel)) throw new Error(`the operation ${kernel} is not supported`);
  try {
    return writers[kernel](operation);
  } catch (error) {
    throw new Error(`the operation ${kernel} is not supported: ${(error as Error).message}`);
  }
}
