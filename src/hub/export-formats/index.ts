/** Every format of an export by the value of `--format`. Adding one is a file and a line here. */
import type { MakeExport } from './format.js';
import { asOnnx } from './onnx.js';
import { asSafetensors } from './safetensors.js';
import { asTensorflowJs } from './tfjs.js';

export const exportFormats = {
  safetensors: asSafetensors,
  tfjs: asTensorflowJs,
  onnx: asOnnx,
} satisfies Record<string, MakeExport>;

export type ExportFormat = keyof typeof exportFormats;

/** Formats with a graph, to which a front end can be added. */
export const GRAPH_FORMATS: readonly ExportFormat[] = ['tfjs', 'onnx'];
