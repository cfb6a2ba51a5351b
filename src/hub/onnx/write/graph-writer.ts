/** An ONNX graph while it is put together: nodes, constants, and sizes that grow with the batch. */
import type { Growing, Size, SizedConstant } from '../../traced/batch-sizes.js';
import type { ConstantWriter } from '../../traced/network.js';
import type { TracedConstant } from '../../traced/trace.js';
import {
  DATA_TYPES,
  type DataType,
  type WrittenAttribute,
  type WrittenNode,
  type WrittenTensor,
} from './write-model.js';

/** ONNX's types of TensorFlow.js's. */
export const ONNX_TYPES: Record<string, DataType> = { float32: 'float', int32: 'int32', bool: 'bool' };

/** Name of the batch's size, as a list of one. */
const BATCH = '_batch_size';

export class GraphWriter implements ConstantWriter {
  readonly nodes: WrittenNode[] = [];
  readonly constants: WrittenTensor[] = [];
  // Names of what is not the network's own begin with _, and those of inputs and weights with a letter.
  private readonly kept = new Map<string, string>();
  private readonly written = new Map<TracedConstant, string>();
  private readonly taken = new Set<string>();
  private named = 0;
  private hasBatch = false;

  /** @param input - name of a value whose first size is the batch's */
  constructor(private readonly input: string) {}

  /** Adds an operation with one output; returns its name. */
  node(
    op: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, WrittenAttribute>>,
  ): string {
    return this.nodeOf(op, inputs, 1, attributes)[0];
  }

  /** Adds an operation with several outputs; returns their names. */
  nodeOf(
    op: string,
    inputs: readonly string[],
    outputs: number,
    attributes?: Readonly<Record<string, WrittenAttribute>>,
  ): string[] {
    const names = Array.from({ length: outputs }, () => `_v${this.named++}`);
    this.nodes.push({ op, inputs, outputs: names, ...(attributes && { attributes }) });
    return names;
  }

  /** A list of 64-bit integers, or a single one without a dimension. */
  integers(values: readonly number[] | number): string {
    const list = typeof values === 'number' ? [values] : values;
    return this.once(`i${JSON.stringify(values)}`, (name) => ({
      name,
      type: 'int64',
      shape: typeof values === 'number' ? [] : [list.length],
      values: BigInt64Array.from(list, BigInt),
    }));
  }

  /** A float without dimensions. */
  number(value: number): string {
    return this.once(`f${value}`, (name) => ({
      ...{ name, type: 'float', shape: [], values: Float32Array.of(value) },
    }));
  }

  /** A constant tensor of the network. */
  constant(constant: TracedConstant): string {
    const earlier = this.written.get(constant);
    if (earlier !== undefined) return earlier;
    // A weight may be there twice: as it is, and as ONNX wants filters.
    const isFree = constant.name !== null && !this.taken.has(constant.name);
    const name = isFree ? constant.name! : `_c${this.named++}`;
    this.taken.add(name);
    this.written.set(constant, name);
    const { shape, dtype, values } = constant;
    const type = ONNX_TYPES[dtype];
    if (!type) throw new Error(`a constant of type ${dtype} is not supported`);
    this.constants.push({ name, type, shape, values });
    return name;
  }

  /** The same where sizes grow with the batch. */
  sized({ constant, sizes }: SizedConstant): string {
    const name = this.constant(constant);
    return sizes.every((size) => typeof size === 'number')
      ? name
      : this.node('Expand', [name, this.sizes(sizes)]);
  }

  /** So many times the batch's size as a number of a type. */
  count(size: Growing, dtype: string): string {
    return this.cast(this.single(size), dtype);
  }

  /** The whole numbers below so many times the batch's size, of a type. */
  range(size: Growing, dtype: string): string {
    return this.cast(this.node('Range', [this.integers(0), this.single(size), this.integers(1)]), dtype);
  }

  /** A list of sizes as 64-bit integers. */
  sizes(sizes: readonly Size[]): string {
    if (sizes.every((size) => typeof size === 'number')) return this.integers(sizes);
    const parts = sizes.map((size) =>
      typeof size === 'number' ? this.integers([size]) : this.timesBatch(size.times),
    );
    return parts.length === 1 ? parts[0] : this.node('Concat', parts, { axis: 0 });
  }

  private cast(name: string, dtype: string): string {
    return this.node('Cast', [name], { to: DATA_TYPES[ONNX_TYPES[dtype]] });
  }

  private single({ times }: Growing): string {
    return this.node('Squeeze', [this.timesBatch(times), this.integers([0])]);
  }

  /** So many times the batch's size, as a list of one. */
  private timesBatch(times: number): string {
    if (!this.hasBatch) {
      this.hasBatch = true;
      const shape = this.node('Shape', [this.input]);
      this.nodes.push({
        op: 'Slice',
        inputs: [shape, this.integers([0]), this.integers([1])],
        outputs: [BATCH],
      });
    }
    return times === 1 ? BATCH : this.node('Mul', [BATCH, this.integers([times])]);
  }

  private once(key: string, make: (name: string) => WrittenTensor): string {
    let name = this.kept.get(key);
    if (name === undefined) {
      name = `_c${this.named++}`;
      this.constants.push(make(name));
      this.kept.set(key, name);
    }
    return name;
  }
}
