/** Every operation of TensorFlow.js that can be written in ONNX. Adding one is a function and a line in its file's table. */
import { elementwiseWriters } from './ops/elementwise.js';
import type { OnnxWriters } from './ops/op.js';
import { productWriters } from './ops/products.js';
import { reduceWriters } from './ops/reduce.js';
import { shapeWriters } from './ops/shape.js';

/** Writers by TensorFlow.js's names of operations. */
export const writers: OnnxWriters = {
  ...elementwiseWriters,
  ...shapeWriters,
  ...reduceWriters,
  ...productWriters,
};
