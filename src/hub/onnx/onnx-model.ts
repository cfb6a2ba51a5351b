/** ONNX graphs, run on the engine. */
import * as tf from '@tensorflow/tfjs-core';
import { messageOf } from '../../base/errors.js';
import { fuseActivations } from './fuse.js';
import { constantOps } from './ops/constants.js';
import { elementwiseOps } from './ops/elementwise.js';
import { layerOps } from './ops/layers.js';
import { type Attributes, attributesOf, type OnnxOp } from './ops/op.js';
import { productOps } from './ops/products.js';
import { recurrentOps } from './ops/recurrent.js';
import { reduceOps } from './ops/reduce.js';
import { shapeOps } from './ops/shape.js';
import { type OnnxGraph, type OnnxNode, type OnnxPort, type OnnxTensor, readOnnx } from './read-model.js';
import { type DeviceValue, device, type HostValue, host, type OnnxValue, toHost } from './value.js';

/** Every operation that graphs may have, by ONNX's name. Adding one is a function and a line in its file's table. */
export const onnxOps: Record<string, OnnxOp> = {
  ...constantOps,
  ...elementwiseOps,
  ...shapeOps,
  ...reduceOps,
  ...productOps,
  ...layerOps,
  ...recurrentOps,
};

/** A node that is ready to run. */
interface Step {
  node: OnnxNode;
  op: OnnxOp;
  attributes: Attributes;
  /** Values that no later step needs. */
  done: string[];
}

/** Floats from so many numbers on are kept on the engine: weights and signals, not shapes. */
const LARGE = 64;

/** A value of so many floats as a tensor; other values are not. */
function upload({ type, shape, values }: OnnxTensor): DeviceValue | null {
  if (type !== 'float' || values.length < LARGE || !(values instanceof Float32Array)) return null;
  return device(tf.tensor(values, shape, 'float32'));
}

/** Operations of a graph that the engine does not have. */
export class UnknownOperations extends Error {}

/**
 * A network read from an ONNX file, on the engine that is running (`loadEngine`, `startBackend`). What depends on
 * constants alone is computed once. Only the operations of `onnxOps` can be run; integers are exact to 2^53.
 */
export class OnnxModel {
  /** What computes: the engine that ran when the graph was read. */
  readonly name = `polytag on ${tf.getBackend()}`;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  private readonly steps: Step[] = [];
  private readonly constants = new Map<string, OnnxValue>();

  /** Of the file. */
  readonly bytes: number;
  /** Its operations are TensorFlow.js's. */
  readonly needsEngine = true;

  /** Throws an Error in a few words when the file is damaged, or has an operation that is not known. */
  constructor(file: Uint8Array) {
    this.bytes = file.length;
    const graph = fuseActivations(readOnnx(file));
    this.inputs = graph.inputs;
    this.outputs = graph.outputs;
    const unknown = [...new Set(graph.nodes.map(({ op }) => op))].filter((op) => !Object.hasOwn(onnxOps, op));
    if (unknown.length > 0)
      throw new UnknownOperations(
        `it has the operation${unknown.length > 1 ? 's' : ''} ${unknown.join(', ')}, which polytag does not know`,
      );
    for (const [name, tensor] of graph.constants) this.constants.set(name, { kind: 'host', ...tensor });
    this.plan(graph);
  }

  /** Computes what is constant, and orders the rest. */
  private plan({ nodes, inputs, outputs }: OnnxGraph): void {
    const known = new Set([...this.constants.keys(), ...inputs.map(({ name }) => name)]);
    const kept = new Set(outputs.map(({ name }) => name));
    for (const node of nodes) {
      const missing = node.inputs.find((name) => name !== '' && !known.has(name));
      if (missing !== undefined)
        throw new Error(`${describe(node)} needs ${missing}, which nothing before it gives`);
      for (const name of node.outputs) known.add(name);
      const step = { node, op: onnxOps[node.op], attributes: attributesOf(node.attributes), done: [] };
      const isConstant = node.inputs.every((name) => name === '' || this.constants.has(name));
      if (!isConstant) this.steps.push(step);
      else
        for (const [name, value] of runStep(step, this.constants)) {
          this.constants.set(name, download(value));
          if (value.kind === 'device') value.tensor.dispose();
        }
    }
    const missing = outputs.find(({ name }) => !known.has(name));
    if (missing) throw new Error(`nothing gives its output ${missing.name}`);
    this.forget(kept);
    this.uploadWeights();
  }

  /** Drops constants that no step uses, and notes after which step each other value is no longer needed. */
  private forget(kept: ReadonlySet<string>): void {
    const used = new Set(kept);
    for (const step of [...this.steps].reverse())
      for (const name of [...step.node.inputs, ...step.node.outputs]) {
        if (used.has(name)) continue;
        used.add(name);
        if (!this.constants.has(name)) step.done.push(name);
      }
    for (const name of this.constants.keys()) if (!used.has(name)) this.constants.delete(name);
  }

  /** Moves weights of floats to the engine, once. */
  private uploadWeights(): void {
    for (const [name, value] of this.constants) {
      const uploaded = value.kind === 'host' ? upload(value) : null;
      if (uploaded) this.constants.set(name, { ...uploaded, tensor: tf.keep(uploaded.tensor) });
    }
  }

  /**
   * Runs the network.
   *
   * @param given - its inputs by name
   * @returns its outputs by name
   * @throws Error in a few words where an input is missing or has another shape than the graph wants
   */
  run(given: Record<string, OnnxTensor>): Record<string, OnnxTensor> {
    const values = new Map(this.constants);
    const mine: tf.Tensor[] = [];
    try {
      for (const { name, shape } of this.inputs) {
        const value = Object.hasOwn(given, name) ? given[name] : undefined;
        if (!value) throw new Error(`its input ${name} is missing`);
        requireShape(name, shape, value.shape);
        const uploaded = upload(value);
        if (uploaded) mine.push(uploaded.tensor);
        values.set(name, uploaded ?? host(value.type, value.shape, value.values));
      }
      for (const step of this.steps) {
        for (const [name, result] of runStep(step, values)) {
          values.set(name, result);
          if (result.kind === 'device') mine.push(result.tensor);
        }
        for (const name of step.done) {
          const value = values.get(name);
          if (value?.kind === 'device') value.tensor.dispose();
          values.delete(name);
        }
      }
      return Object.fromEntries(
        this.outputs.map(({ name }) => [name, tensorOf(download(values.get(name)!))]),
      );
    } finally {
      for (const tensor of mine) if (!tensor.isDisposed) tensor.dispose();
    }
  }

  /** Frees the weights. */
  dispose(): void {
    for (const value of this.constants.values()) if (value.kind === 'device') value.tensor.dispose();
    this.constants.clear();
  }
}

const describe = ({ op, name, outputs }: OnnxNode): string => `${op} ${name || outputs[0] || ''}`.trim();

/** The numbers of a value; what is made on the way is freed. */
function download(value: OnnxValue): HostValue {
  let found: HostValue | null = null;
  tf.tidy(() => {
    found = toHost(value);
  });
  return found!;
}

const tensorOf = ({ type, shape, values }: HostValue): OnnxTensor => ({ type, shape, values });

/** Computes a step: its outputs by name. What it makes on the way, and outputs that have no name, are freed. */
function runStep(
  { node, op, attributes }: Step,
  values: ReadonlyMap<string, OnnxValue>,
): [name: string, value: OnnxValue][] {
  const inputs = node.inputs.map((name) => (name === '' ? undefined : values.get(name)));
  let results: [string, OnnxValue][] = [];
  try {
    tf.tidy(() => {
      const result = op(inputs, attributes, node.outputs.length);
      const all = Array.isArray(result) ? result : [result];
      const missing = node.outputs.findIndex((name, i) => name !== '' && i >= all.length);
      if (missing >= 0) throw new Error(`its output ${missing + 1} is not computed`);
      results = node.outputs.flatMap((name, i) =>
        name === '' ? [] : [[name, all[i]] as const],
      ) as typeof results;
      return results.flatMap(([, value]) => (value.kind === 'device' ? [value.tensor] : []));
    });
  } catch (error) {
    throw new Error(`${describe(node)} cannot be run: ${messageOf(error)}`);
  }
  return results;
}

function requireShape(name: string, wanted: readonly (number | string)[], given: readonly number[]): void {
  const fits =
    wanted.length === given.length &&
    wanted.every((size, d) => typeof size === 'string' || size === given[d]);
  if (!fits) throw new Error(`its input ${name} is [${wanted.join(', ')}], not [${given.join(', ')}]`);
}
