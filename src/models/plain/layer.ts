/** What the layers of the plain networks have in common: arrays of numbers, weights, forward and backward. */
import type { RandomGenerator } from '../../base/random.js';

/** Numbers with a shape, row-major; the first dimension is the batch. */
export interface NumberArray {
  shape: readonly number[];
  values: Float64Array;
}

/** Numbers that training changes, with the gradient that the last `backward` left. */
export interface PlainWeight {
  name: string;
  values: Float64Array;
  gradient: Float64Array;
}

/** In training, batches give their own moments and dropout draws from `random`. */
export type PlainMode = { training: false } | { training: true; random: RandomGenerator };

/** One layer, built for one shape of its input. It keeps what its last `forward` saw, for `backward`. */
export interface PlainLayer {
  /** Shape of the output, without the batch. */
  readonly shape: readonly number[];
  /** Weights in a fixed order; none for most layers. */
  readonly weights: readonly PlainWeight[];
  /** Numbers that training records but the optimiser leaves alone, by name. */
  readonly state: Readonly<Record<string, Float64Array>>;
  forward(input: NumberArray, mode: PlainMode): NumberArray;
  /** Takes the loss's gradient by the output, writes those by the weights, and gives the one by the input. */
  backward(gradient: NumberArray): NumberArray;
}

/** A kind of layer: built from its options and the shape of its input without the batch. */
export type PlainLayerKind<Options> = (
  options: Options,
  shape: readonly number[],
  random: RandomGenerator,
) => PlainLayer;

/** Numbers in a shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** An array of zeros. */
export const zeros = (shape: readonly number[]): NumberArray => ({
  shape,
  values: new Float64Array(sizeOf(shape)),
});

/** A weight with these first values and no gradient yet. */
export const weightOf = (name: string, values: ArrayLike<number>): PlainWeight => ({
  name,
  values: Float64Array.from(values),
  gradient: new Float64Array(values.length),
});

/** A layer without weights. */
export const withoutWeights = { weights: [], state: {} } as const;

/** What `forward` kept. Throws Error when it was not called before. */
export function kept<Value>(value: Value | null): Value {
  if (value === null) throw new Error('backward() needs the forward() of the same batch before it.');
  return value;
}
