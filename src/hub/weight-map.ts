/** Which array of a file is which weight of a network. */
import { joinSamples } from '../audio/samples.js';
import { Failure, messageOf } from '../base/errors.js';
import { EPSILON } from '../models/layers/batch-norm.js';
import type { WeightValues } from '../models/parameters.js';
import type { StoredWeight, StoredWeights } from './formats/number-types.js';
import { flip, transpose } from './formats/transpose.js';

export interface WeightSource {
  from: string;
  /** Its shape before its axes are ordered, where it was flattened: a layer behind a flattened image. */
  reshape?: number[];
  /**
   * Order of the equal parts that its first axis consists of: the gates of a recurrent layer, [1, 0, 2] for PyTorch's GRU.
   */
  parts?: number[];
  /** Array of the same shape that follows it, its parts in the same order, along a new first axis. */
  above?: string;
  /** Axes that are reversed before they are ordered: Theano's kernels lie mirrored, [2, 3] in [out, in, height, width]. */
  flip?: number[];
  /** Order of its axes, as NumPy's transpose takes it; PyTorch's [out, in, height, width] is [2, 3, 1, 0]. */
  transpose?: number[];
  /** Array that is subtracted: the bias of a convolution, from the mean of the normalisation that follows it. */
  minus?: string;
  /** The array holds deviations s that are divided by as s + this number; the weight is the variance that is equal. */
  deviation_epsilon?: number;
}

/** Sources by the network's names of its weights. */
export interface WeightMap {
  weights: Record<string, WeightSource>;
  /** Arrays that are ignored on purpose, `*` for any characters. */
  ignore: string[];
}

/**
 * Takes a network's weights out of a file. Axes of length 1 are ignored when shapes are compared: frameworks differ in
 * them and the numbers lie the same.
 *
 * @param expected - shapes by name, in the network's order
 * @param file - the file's name, for messages
 * @throws Failure that lists every weight without a source, every unused array, and every shape that differs
 */
export function mapWeights(
  expected: ReadonlyMap<string, { shape: number[] }>,
  stored: StoredWeights,
  map: WeightMap,
  file: string,
): Map<string, WeightValues> {
  const problems = [
    list(
      'the network has no weight',
      Object.keys(map.weights).filter((name) => !expected.has(name)),
    ),
    list(
      'the mapping gives no source for',
      [...expected.keys()].filter((name) => !map.weights[name]),
    ),
    list(
      'the file has no array',
      Object.values(map.weights)
        .flatMap(arraysOf)
        .filter((from) => !stored.has(from)),
    ),
    list('the mapping neither takes nor ignores', unusedArrays(stored, map)),
    list('of another shape', shapeProblems(expected, stored, map)),
  ].filter((problem) => problem !== '');
  if (problems.length > 0)
    throw new Failure(`The weights of ${file} do not fit: ${problems.join('; ')}. Correct the mapping.`);
  const weights = new Map<string, WeightValues>();
  for (const [name, { shape }] of expected) {
    try {
      weights.set(name, { shape, values: weightOf(map.weights[name], stored) });
    } catch (error) {
      throw new Failure(`${file} cannot be used (${messageOf(error)}); fetch it again.`);
    }
  }
  return weights;
}

/** Names of the arrays that a weight is made of. */
export const arraysOf = ({ from, minus, above }: WeightSource): string[] =>
  [from, minus, above].filter((name) => name !== undefined);

/** Computes a weight from arrays that fit. Throws an Error in a few words when one is damaged. */
function weightOf(source: WeightSource, stored: StoredWeights): Float32Array {
  const { from, parts, above, flip: mirrored, transpose: axes, minus } = source;
  const { deviation_epsilon: epsilon } = source;
  const shape = shapeBefore(source, stored);
  const arrayOf = (name: string): Float32Array => {
    const whole = stored.get(name)!.read();
    return parts ? inOrder(whole, parts) : whole;
  };
  let values = arrayOf(from);
  if (above !== undefined) values = joinSamples([values, arrayOf(above)]);
  if (mirrored) values = flip(values, shape, mirrored);
  if (axes) values = transpose(values, shape, axes);
  if (minus !== undefined) {
    const subtracted = stored.get(minus)!.read();
    values = values.map((value, i) => value - subtracted[i]);
  }
  return epsilon === undefined ? values : values.map((value) => (value + epsilon) ** 2 - EPSILON);
}

/** The equal parts of an array in another order. */
function inOrder(values: Float32Array, parts: readonly number[]): Float32Array {
  const size = values.length / parts.length;
  return joinSamples(parts.map((part) => values.subarray(part * size, (part + 1) * size)));
}

/** Shape of a source before its axes are ordered. */
function shapeBefore({ from, above, reshape }: WeightSource, stored: StoredWeights): number[] {
  if (reshape) return reshape;
  const { shape } = stored.get(from)!;
  return above === undefined ? shape : [2, ...shape];
}

function list(complaint: string, names: string[]): string {
  return names.length === 0 ? '' : `${complaint} ${names.join(', ')}`;
}

/** Names of arrays that a mapping neither takes nor ignores. */
export function unusedArrays(stored: StoredWeights, { weights, ignore }: WeightMap): string[] {
  const taken = new Set(Object.values(weights).flatMap(arraysOf));
  const patterns = ignore.map(
    (pattern) => new RegExp(`^${pattern.split('*').map(escapeRegExp).join('.*')}$`),
  );
  return [...stored.keys()].filter((name) => !taken.has(name) && !patterns.some((p) => p.test(name)));
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

function shapeProblems(
  expected: ReadonlyMap<string, { shape: number[] }>,
  stored: StoredWeights,
  { weights }: WeightMap,
): string[] {
  return [...expected].flatMap(([name, { shape }]) => {
    const source = weights[name] && stored.get(weights[name].from);
    const problem = source ? shapeProblem(shape, source, weights[name], stored) : null;
    return problem === null ? [] : [`${name} (${problem})`];
  });
}

function shapeProblem(
  wanted: number[],
  { shape }: StoredWeight,
  source: WeightSource,
  stored: StoredWeights,
): string | null {
  const { from, reshape, parts, above, flip: mirrored = [], transpose: axes, minus } = source;
  const size = (lengths: number[]): number => lengths.reduce((product, n) => product * n, 1);
  if (reshape && size(reshape) !== size(shape))
    return `reshape [${reshape}] has another number of elements than ${from}, [${shape}]`;
  if (parts && (!isPermutation(parts, parts.length) || (shape[0] ?? 0) % parts.length !== 0))
    return `parts [${parts}] is not an order of equal parts of ${from}, [${shape}]`;
  const second = above === undefined ? undefined : stored.get(above);
  if (second && second.shape.join() !== shape.join())
    return `${above}, [${second.shape}], has another shape than ${from}, [${shape}]`;
  const before = shapeBefore(source, stored);
  if (axes && !isPermutation(axes, before.length))
    return `transpose [${axes}] is not an order of the ${before.length} axes of ${from}`;
  const beyond = mirrored.find((axis) => axis >= before.length);
  if (beyond !== undefined)
    return `flip [${mirrored}] names an axis that ${from}, [${before}], does not have`;
  const other = minus === undefined ? undefined : stored.get(minus);
  if (other && size(other.shape) !== size(before))
    return `${minus}, [${other.shape}], cannot be subtracted from ${from}, [${before}]`;
  const given = axes ? axes.map((axis) => before[axis]) : before;
  const significant = (lengths: number[]): string => lengths.filter((length) => length !== 1).join();
  // Axes that were split are put together again.
  const fits = reshape ? size(given) === size(wanted) : significant(given) === significant(wanted);
  return fits ? null : `the network wants [${wanted}], ${from} gives [${given}]`;
}

const isPermutation = (axes: number[], rank: number): boolean =>
  axes.length === rank && new Set(axes).size === rank && axes.every((axis) => axis >= 0 && axis < rank);
