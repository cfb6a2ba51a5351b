/** An ONNX graph while it is put together: nodes, constants, and sizes that grow with the batch. */
import type { Size, SizedConstant } from './batch-sizes.js';
import type { TracedConstant } from './trace.js';
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
const BATCH = 'batch_size';

export class GraphWriter {
  readonly nodes: WrittenNode[] = [];
  readonly constants: WrittenTensor[] = [];
  private readonly kept = new Map<string, string>();
  private readonly written = new Map<TracedConstant, string>();
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
    const names = Array.from({ length: outputs }, () => `v${this.named++}`);
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

  /** A number without dimensions. */
  number(value: number, type: 'float' | 'int32' = 'float'): string {
    return this.once(`${type}${Object.is(value, -0) ? '-0' : value}`, (name) => ({
      name,
      type,
      shape: [],
      values: type === 'float' ? Float32Array.of(value) : Int32Array.of(value),
    }));
  }

  /** A constant tensor of the network. */
  constant(constant: TracedConstant): string {
    const earlier = this.written.get(constant);
    if (earlier !== undefined) return earlier;
    // A weight may be there twice: as it is, and as ONNX wants filters.
    const isFree = constant.name !== null && this.constants.every(({ name }) => name !== constant.name);
    const name = this.add(isFree ? constant.name! : `c${this.named++}`, constant);
    this.written.set(constant, name);
    return name;
  }

  /** The same where sizes grow with the batch. */
  sized({ shape, constant, sizes }: SizedConstant): string {
    const name = this.constant({ ...constant, shape });
    return sizes.every((size) => typeof size === 'number')
      ? name
      : this.node('Expand', [name, this.sizes(sizes)]);
  }

  /** So many times the batch's size as a number of a type. */
  count({ times }: { times: number }, dtype: string): string {
    const single = this.node('Squeeze', [this.timesBatch(times), this.integers([0])]);
    return this.node('Cast', [single], { to: DATA_TYPES[ONNX_TYPES[dtype]] });
  }

  /** The whole numbers below so many times the batch's size, of a type. */
  range({ times }: { times: number }, dtype: string): string {
    const end = this.node('Squeeze', [this.timesBatch(times), this.integers([0])]);
    const numbers = this.node('Range', [this.integers(0), end, this.integers(1)]);
    return this.node('Cast', [numbers], { to: DATA_TYPES[ONNX_TYPES[dtype]] });
  }

  /** A list of sizes as 64-bit integers. */
  sizes(sizes: readonly Size[]): string {
    if (sizes.every((size) => typeof size === 'number')) return this.integers(sizes);
    const parts = sizes.map((size) =>
      typeof size === 'number' ? this.integers([size]) : this.timesBatch(size.times),
    );
    return parts.length === 1 ? parts[0] : this.node('Concat', parts, { axis: 0 });
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

  private add(name: string, { shape, dtype, values }: TracedConstant): string {
    const type = ONNX_TYPES[dtype];
    if (!type) throw new Error(`a constant of type ${dtype} has no form in ONNX`);
    this.constants.push({ name, type, shape, values });
    return name;
  }

  private once(key: string, make: (name: string) => WrittenTensor): string {
    let name = this.kept.get(key);
    if (name === undefined) {
      name = `c${this.named++}`;
      this.constants.push(make(name));
      this.kept.set(key, name);
    }
    return name;
  }
}
