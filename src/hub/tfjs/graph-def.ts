/** A graph in TensorFlow's form (`GraphDef` as JSON, as `tf.loadGraphModel` reads it) while it is put together. */
import { type Growing, isNumber, type Size, type SizedConstant } from '../traced/batch-sizes.js';
import type { ConstantWriter } from '../traced/network.js';
import type { TracedConstant } from '../traced/trace.js';

/** TensorFlow's types of TensorFlow.js's. */
export const TF_TYPES: Record<string, string> = { float32: 'DT_FLOAT', int32: 'DT_INT32', bool: 'DT_BOOL' };

/** Value of an attribute, as `AttrValue` is written in JSON. */
export type AttributeValue =
  | { type: string }
  | { i: string }
  | { b: boolean }
  | { s: string }
  | { list: { i: string[] } }
  | { shape: { dim: { size: string }[] } }
  | { tensor: { dtype: string; tensorShape: { dim: { size: string }[] } } };

/** Attributes by TensorFlow's names. */
export type NodeAttributes = Readonly<Record<string, AttributeValue>>;

/** An operation of a graph. */
export interface GraphNode {
  name: string;
  op: string;
  /** Names of nodes; `name:1` is the second output of one. */
  input?: readonly string[];
  attr?: NodeAttributes;
}

export const integer = (value: number): AttributeValue => ({ i: String(value) });
export const truth = (value: unknown): AttributeValue => ({ b: Boolean(value) });
export const typeOf = (dtype: string): AttributeValue => ({ type: TF_TYPES[dtype] });
/** Bytes are in Base64 in JSON. */
export const text = (value: string): AttributeValue => ({ s: btoa(value) });
export const integers = (values: readonly number[]): AttributeValue => ({ list: { i: values.map(String) } });

/** Sizes; -1 for one that is open. */
export const shapeOf = (shape: readonly number[]): { dim: { size: string }[] } => ({
  dim: shape.map((size) => ({ size: String(size) })),
});

export class GraphDefWriter implements ConstantWriter {
  readonly nodes: GraphNode[] = [];
  /** Values of the nodes that are constants, by name. */
  readonly constants = new Map<string, TracedConstant>();
  private readonly kept = new Map<string, string>();
  private readonly written = new Map<TracedConstant, string>();
  private named = 0;
  private batch: string | null = null;

  /** @param input - name of an input whose first size is the batch's */
  constructor(private readonly input: string) {}

  /** Adds an input. */
  placeholder(name: string, shape: readonly number[], dtype: string): void {
    this.nodes.push({
      ...{ name, op: 'Placeholder' },
      attr: { dtype: typeOf(dtype), shape: { shape: shapeOf(shape) } },
    });
  }

  /** Adds an operation with one output; returns its name. */
  node(op: string, input: readonly string[], attr?: NodeAttributes, name = this.nameOf(op)): string {
    this.nodes.push({ name, op, input, ...(attr && { attr }) });
    return name;
  }

  /** Adds an operation with several outputs; returns their names. */
  nodeOf(op: string, input: readonly string[], outputs: number, attr?: NodeAttributes): string[] {
    const name = this.node(op, input, attr);
    return Array.from({ length: outputs }, (_, i) => (i === 0 ? name : `${name}:${i}`));
  }

  /** A list of 32-bit integers, or a single one without a dimension. */
  integers(values: readonly number[] | number): string {
    const list = typeof values === 'number' ? [values] : values;
    return this.once(`i${JSON.stringify(values)}`, {
      ...{ shape: typeof values === 'number' ? [] : [list.length], dtype: 'int32', name: null },
      values: Int32Array.from(list),
    });
  }

  /** A number without dimensions. */
  number(value: number, dtype: 'float32' | 'int32' | 'bool' = 'float32'): string {
    const values = dtype === 'float32' ? Float32Array.of(value) : Int32Array.of(value);
    return this.once(`${dtype}${value}`, { shape: [], dtype, values, name: null });
  }

  /** A constant tensor of the network. */
  constant(constant: TracedConstant): string {
    const earlier = this.written.get(constant);
    if (earlier !== undefined) return earlier;
    const { shape, dtype, name: own } = constant;
    if (!TF_TYPES[dtype]) throw new Error(`a constant of type ${dtype} is not supported`);
    const name = own !== null && !this.constants.has(own) ? own : this.nameOf('Const');
    this.constants.set(name, constant);
    this.written.set(constant, name);
    const value = { tensor: { dtype: TF_TYPES[dtype], tensorShape: shapeOf(shape) } };
    this.nodes.push({ name, op: 'Const', attr: { dtype: typeOf(dtype), value } });
    return name;
  }

  sized({ constant, sizes }: SizedConstant): string {
    const name = this.constant(constant);
    return sizes.every(isNumber) ? name : this.node('BroadcastTo', [name, this.sizes(sizes)]);
  }

  count(size: Growing, dtype: string): string {
    return this.cast(this.timesBatch(size), dtype);
  }

  range(size: Growing, dtype: string): string {
    const range = this.node('Range', [this.integers(0), this.timesBatch(size), this.integers(1)], {
      Tidx: typeOf('int32'),
    });
    return this.cast(range, dtype);
  }

  /** A list of sizes as 32-bit integers. */
  sizes(sizes: readonly Size[]): string {
    if (sizes.every(isNumber)) return this.integers(sizes);
    const parts = sizes.map((size) => (isNumber(size) ? this.integers(size) : this.timesBatch(size)));
    return this.node('Pack', parts, { axis: integer(0), N: integer(parts.length) });
  }

  /** Inputs and weights begin with a letter, so that theirs are others. */
  private nameOf(op: string): string {
    return `${this.named++}/${op}`;
  }

  private cast(name: string, dtype: string): string {
    if (dtype === 'int32') return name;
    return this.node('Cast', [name], { SrcT: typeOf('int32'), DstT: typeOf(dtype) });
  }

  /** So many times the batch's size, without a dimension. */
  private timesBatch({ times }: Growing): string {
    if (this.batch === null) {
      const shape = this.node('Shape', [this.input], { out_type: typeOf('int32') });
      const [from, to] = [0, 1].map((at) => this.integers([at]));
      this.batch = this.node('StridedSlice', [shape, from, to, to], { shrink_axis_mask: integer(1) });
    }
    return times === 1 ? this.batch : this.node('Mul', [this.batch, this.integers(times)]);
  }

  private once(key: string, constant: TracedConstant): string {
    let name = this.kept.get(key);
    if (name === undefined) {
      name = this.constant(constant);
      this.kept.set(key, name);
    }
    return name;
  }
}
