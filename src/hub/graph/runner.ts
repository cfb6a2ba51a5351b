/** What runs a graph: ONNX Runtime where it is set up, else polytag's own operations on its engine. */
import { Failure, messageOf } from '../../base/errors.js';
import { OnnxModel, UnknownOperations } from '../onnx/onnx-model.js';
import { type OnnxPort, type OnnxTensor, readOnnx } from '../onnx/read-model.js';
import { findOnnxRuntime, RuntimeSession } from './onnxruntime.js';

/** A graph that runs; dispose of it at the end. */
export interface GraphRunner {
  /** What computes, with its version: for the record of a table or a run. */
  readonly name: string;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** Size of the graph's file. */
  readonly bytes: number;
  /** Whether it computes on the engine that runs. */
  readonly needsEngine: boolean;
  /** Computes the outputs by name. Throws Error in a few words for inputs that the graph does not take. */
  run(inputs: Record<string, OnnxTensor>): Record<string, OnnxTensor>;
  dispose(): void;
}

/** What `POLYTAG_ONNX` may say: which of the two runs graphs. Default: ONNX Runtime where it is set up. */
const CHOICES = ['onnxruntime', 'own'] as const;

function chosen(): (typeof CHOICES)[number] | null {
  const value = process.env.POLYTAG_ONNX;
  if (value === undefined || value === '') return null;
  const found = CHOICES.find((choice) => choice === value);
  if (!found) throw new Failure(`POLYTAG_ONNX is "${value}"; set it to onnxruntime or own, or unset it.`);
  return found;
}

/** What runs graphs here, with its version: the runtime, or the operations here on an engine. */
export function graphEngine(engine: string): string {
  const runtime = chosen() === 'own' ? null : findOnnxRuntime();
  return runtime === null ? engine : `ONNX Runtime ${runtime.version}`;
}

/**
 * Makes a graph ready to run. Its file is read here first, whatever runs it: a damaged file gives a sentence and never
 * reaches native code. An engine must be running.
 *
 * @param file - the ONNX file
 * @param place - how messages name it
 * @throws Failure when the graph cannot be read, or has an operation that nothing here has
 */
export function openGraph(file: Uint8Array, place: string): GraphRunner {
  const choice = chosen();
  const runtime = choice === 'own' ? null : findOnnxRuntime();
  if (choice === 'onnxruntime' && runtime === null)
    throw new Failure('POLYTAG_ONNX is onnxruntime, which is not set up; run "polytag setup --onnx".');
  try {
    if (runtime === null) return new OnnxModel(file);
    const { inputs, outputs } = readOnnx(file);
    return new RuntimeSession(runtime, file, inputs, outputs);
  } catch (error) {
    const hint =
      error instanceof UnknownOperations ? '; ONNX Runtime may have it: run "polytag setup --onnx"' : '';
    throw new Failure(`${place} cannot be run: ${messageOf(error)}${hint}.`);
  }
}
