/** ONNX Runtime in Node: the native part of the package onnxruntime-node, which `polytag setup --onnx` fetches. */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { findOptional, optionalVersion } from '../../base/optional-package.js';
import { elements, type OnnxPort, type OnnxTensor } from '../onnx/read-model.js';

const require = createRequire(import.meta.url);

/** Values as the package has them. */
interface RuntimeTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: ArrayLike<number | bigint>;
}

/** A session of the package's native part, which computes when it is called: its public interface waits a turn first. */
interface NativeSession {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void;
  readonly inputMetadata: readonly { name: string; type: number }[];
  run(
    inputs: Record<string, RuntimeTensor>,
    outputs: Record<string, null>,
    options: object,
  ): Record<string, RuntimeTensor>;
  dispose(): void;
}

/** The package, loaded. */
export interface OnnxRuntime {
  version: string;
  newSession(): NativeSession;
  Tensor: new (type: string, data: object, dims: readonly number[]) => RuntimeTensor;
}

const PACKAGE = 'onnxruntime-node';

let loaded: { folder: string; runtime: OnnxRuntime | null } | null = null;

/** The package where it is set up and loads on this machine; else null. */
export function findOnnxRuntime(): OnnxRuntime | null {
  const folder = findOptional(PACKAGE);
  if (folder === null) return null;
  if (loaded?.folder !== folder) loaded = { folder, runtime: load(folder) };
  return loaded.runtime;
}

function load(folder: string): OnnxRuntime | null {
  try {
    const { binding, initOrt } = require(join(folder, 'dist', 'binding.js')) as {
      binding: { InferenceSession: new () => NativeSession };
      initOrt(): void;
    };
    initOrt();
    const { Tensor } = require(folder) as Pick<OnnxRuntime, 'Tensor'>;
    return { version: optionalVersion(PACKAGE), newSession: () => new binding.InferenceSession(), Tensor };
  } catch {
    return null;
  }
}

/** Types of ONNX's numbers that graphs take, by their number. */
const TYPES: Record<number, { name: string; of: (values: ArrayLike<number>) => object }> = {
  1: { name: 'float32', of: (values) => Float32Array.from(values) },
  6: { name: 'int32', of: (values) => Int32Array.from(values) },
  7: { name: 'int64', of: (values) => BigInt64Array.from(Array.from(values, BigInt)) },
  9: { name: 'bool', of: (values) => Uint8Array.from(values) },
  11: { name: 'float64', of: (values) => Float64Array.from(values) },
};

/**
 * A graph that ONNX Runtime runs, on as many threads as the machine has processors; on one in a worker thread, beside which
 * others run it too.
 */
export class RuntimeSession {
  readonly name: string;
  /** Of the file. */
  readonly bytes: number;
  readonly needsEngine = false;
  private readonly session: NativeSession;
  private readonly types: ReadonlyMap<string, number>;

  /** Throws Error in the runtime's words for a graph that it does not take. */
  constructor(
    private readonly runtime: OnnxRuntime,
    file: Uint8Array,
    readonly inputs: readonly OnnxPort[],
    readonly outputs: readonly OnnxPort[],
  ) {
    this.name = `ONNX Runtime ${runtime.version}`;
    this.bytes = file.byteLength;
    this.session = runtime.newSession();
    this.session.loadModel(file.buffer, file.byteOffset, file.byteLength, {
      intraOpNumThreads: isMainThread ? availableParallelism() : 1,
      interOpNumThreads: 1,
      // Warnings of a graph's authors are not a user's.
      logSeverityLevel: 3,
    });
    this.types = new Map(this.session.inputMetadata.map(({ name, type }) => [name, type]));
  }

  /** Computes the outputs by name. Throws Error in the runtime's words for inputs that the graph does not take. */
  run(inputs: Record<string, OnnxTensor>): Record<string, OnnxTensor> {
    const feeds = Object.entries(inputs).map(([name, { shape, values }]) => {
      const type = TYPES[this.types.get(name) ?? 1];
      if (!type) throw new Error(`its input ${name} has numbers of a type that is not given`);
      const data = type.name === 'float32' && values instanceof Float32Array ? values : type.of(values);
      return [name, new this.runtime.Tensor(type.name, data, shape)] as const;
    });
    const wanted = Object.fromEntries(this.outputs.map(({ name }) => [name, null]));
    const results = this.session.run(Object.fromEntries(feeds), wanted, {});
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, toOnnxTensor(tensor)]));
  }

  dispose(): void {
    this.session.dispose();
  }
}

function toOnnxTensor({ type, dims, data }: RuntimeTensor): OnnxTensor {
  const shape = [...dims];
  if (data instanceof Float32Array) return { type: 'float', shape, values: data };
  const values = Float64Array.from({ length: elements(shape) }, (_, i) => Number(data[i]));
  return { type: type.startsWith('float') ? 'float' : type === 'bool' ? 'bool' : 'int', shape, values };
}
