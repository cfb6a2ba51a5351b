/** Watches the operations of a forward pass: what each depends on, and its multiply-adds. */
import * as tf from '@tensorflow/tfjs-core';
import { watchKernels } from '../../engine/watch-kernels.js';
import { endsAfter, type Operand, type Operation, operationKind, type Reach } from './reach.js';

/** Multiply-adds that no layer has yet; 0 once one has. */
interface Products {
  multiplyAdds: number;
}

/** What is known of a tensor: the weights that it is made of, and, where it depends on an input, how. */
export interface Known {
  /** Names of weights. */
  weights: readonly string[];
  /** Products with constants, as of the state before a recurrent layer's first step, which count where data takes them. */
  products?: readonly Products[];
  /** Absent for what is made of weights and constants alone. */
  data?: {
    /** Number of the layer that gave it. */
    layer: number;
    /** Null where it depends on several inputs. */
    reach: Reach | null;
    /** Whether it only says what counts, as a mask of words or the places of steps: no layer takes it. */
    isMask: boolean;
  };
}

/** An operation on data, for whoever divides a network into layers. */
export interface Event extends Operation {
  /** What is known of the operands. */
  known: Readonly<Record<string, Known>>;
  /** Products that are summed up, of one example. */
  multiplyAdds: number;
}

/** Receives each operation on data, and says which layer its outputs belong to. */
export type OnEvent = (event: Event) => number;

/** Operations that make masks of what they compare. */
const COMPARING = new Set(
  `All Any ArgMax ArgMin Equal Greater GreaterEqual Less LessEqual LogicalAnd LogicalNot LogicalOr NotEqual`.split(
    ' ',
  ),
);

/** Of one example: batches of one are watched. */
export function multiplyAddsOf({ kernel, attributes, operands, outputs: [output] }: Operation): number {
  switch (operationKind(kernel)) {
    case 'convolution': {
      const [height, width, inputs] = operands.filter.tensor.shape;
      const each = height * width * (/Depthwise/.test(kernel) ? 1 : inputs);
      return output.size * each;
    }
    case 'product': {
      const { shape } = operands.a.tensor;
      return output.size * shape[shape.length - (attributes.transposeA ? 2 : 1)];
    }
    default:
      return 0;
  }
}

/** A forward pass that is being watched. */
export class Watch {
  private readonly known = new WeakMap<tf.Tensor, Known>();
  /** Ends of reaches, which outlive the operation that they are noted at. */
  private readonly kept: tf.Tensor[] = [];

  constructor(private readonly onEvent: OnEvent) {}

  /** Says what a tensor is: a weight, or an input. */
  know(tensor: tf.Tensor, known: Known): void {
    this.known.set(tensor, known);
  }

  /** What is known of a tensor; undefined for a constant. */
  of(tensor: tf.Tensor): Known | undefined {
    return this.known.get(tensor);
  }

  /** Frees what is known; call it once nothing is asked any more. */
  dispose(): void {
    tf.dispose(this.kept);
  }

  /** Runs a piece of work inside of `tf.tidy`, with all its operations watched. */
  run<T>(work: () => T): T {
    return watchKernels(work, (...operation) => this.note(...operation));
  }

  private note(
    kernel: string,
    inputs: Record<string, tf.Tensor>,
    attributes: Record<string, unknown>,
    outputs: tf.Tensor[],
  ): void {
    const tensors = Object.entries(inputs);
    const given = tensors.flatMap(([name, tensor]): [string, Known][] => {
      const one = this.known.get(tensor);
      return one ? [[name, one]] : [];
    });
    const isData = given.some(([, { data }]) => data && !data.isMask);
    const known = Object.fromEntries(given.filter(([, { data }]) => !(isData && data?.isMask)));
    const all = Object.values(known);
    if (all.length === 0) return;
    const weights = [...new Set(all.flatMap((one) => one.weights))];
    const products = all.flatMap((one) => one.products ?? []);
    const operands = Object.fromEntries(tensors.map(([name, tensor]) => [name, { tensor, end: null }]));
    const operation: Operation = { kernel, attributes, operands, outputs };
    const own = { multiplyAdds: multiplyAddsOf(operation) };
    if (all.every(({ data }) => !data)) {
      const waiting = own.multiplyAdds > 0 ? [...products, own] : products;
      for (const output of outputs) this.know(output, { weights, products: waiting });
      return;
    }
    const multiplyAdds = [...products, own].reduce((sum, one) => sum + one.multiplyAdds, 0);
    for (const one of products) one.multiplyAdds = 0;
    const reaches = this.reachesAfter(operation, known);
    const isMask = !isData || COMPARING.has(kernel);
    const layer = isMask
      ? all.find(({ data }) => data)!.data!.layer
      : this.onEvent({ ...operation, known, multiplyAdds });
    for (const [i, output] of outputs.entries())
      this.know(output, { weights: [], data: { layer, reach: reaches[i], isMask } });
  }

  private reachesAfter(operation: Operation, known: Record<string, Known>): (Reach | null)[] {
    const data = Object.entries(known).flatMap(([name, one]) =>
      one.data ? [{ name, reach: one.data.reach }] : [],
    );
    const [first] = data;
    const { outputs } = operation;
    if (!data.every(({ reach }) => reach && reach.input === first.reach?.input))
      return outputs.map(() => null);
    const after = ([0, 1] as const).map((which) => {
      const operands: Record<string, Operand> = { ...operation.operands };
      for (const { name, reach } of data) operands[name] = { ...operands[name], end: reach!.ends[which] };
      const ends = tf.tidy(() => endsAfter({ ...operation, operands }).map((end) => tf.keep(end)));
      this.kept.push(...ends);
      return ends;
    });
    return outputs.map((_, i) => ({ input: first.reach!.input, ends: [after[0][i], after[1][i]] }));
  }
}
