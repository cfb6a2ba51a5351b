/** Every operation that graphs may have, by ONNX's name. Adding one is a function and a line. */
import { elementwiseOps } from './elementwise.js';
import type { OnnxOp } from './op.js';
import { productOps } from './products.js';
import { reduceOps } from './reduce.js';
import { shapeOps } from './shape.js';

export const onnxOps: Record<string, OnnxOp> = {
  ...elementwiseOps,
  ...shapeOps,
  ...reduceOps,
  ...productOps,
};
