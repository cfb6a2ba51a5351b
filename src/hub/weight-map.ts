/** Which array of a file is which weight of a network. */
import { Failure, messageOf } from '../base/errors.js';
import type { WeightValues } from '../models/parameters.js';
import type { StoredWeight, StoredWeights } from './formats/number-types.js';
import { transpose } from './formats/transpose.js';

export interface WeightSource {
  from: string;
  /** Its shape before its axes are ordered, where it was flattened: a layer behind a flattened image. */
  reshape?: number[];
  /** Order of its axes, as NumPy's transpose takes it; PyTorch's [out, in, height, width] is [2, 3, 1, 0]. */
  transpose?: number[];
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
        .map(({ from }) => from)
        .filter((from) => !stored.has(from)),
    ),
    list('the mapping neither takes nor ignores', unused(stored, map)),
    list('of another shape', shapeProblems(expected, stored, map)),
  ].filter((problem) => problem !== '');
  if (problems.length > 0)
    throw new Failure(`The weights of ${file} do not fit: ${problems.join('; ')}. Correct the mapping.`);
  const weights = new Map<string, WeightValues>();
  for (const [name, { shape }] of expected) {
    const { from, reshape, transpose: axes } = map.weights[name];
    const source = stored.get(from)!;
    let values: Float32Array;
    try {
      values = source.read();
    } catch (error) {
      throw new Failure(`${file} cannot be used (${messageOf(error)}); fetch it again.`);
    }
    weights.set(name, { shape, values: axes ? transpose(values, reshape ?? source.shape, axes) : values });
  }
  return weights;
}

function list(complaint: string, names: string[]): string {
  return names.length === 0 ? '' : `${complaint} ${names.join(', ')}`;
}

function unused(stored: StoredWeights, { weights, ignore }: WeightMap): string[] {
  const taken = new Set(Object.values(weights).map(({ from }) => from));
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
    const problem = source ? shapeProblem(shape, source, weights[name]) : null;
    return problem === null ? [] : [`${name} (${problem})`];
  });
}

function shapeProblem(
  wanted: number[],
  { shape }: StoredWeight,
  { from, reshape, transpose: axes }: WeightSource,
): string | null {
  const size = (lengths: number[]): number => lengths.reduce((product, n) => product * n, 1);
  if (reshape && size(reshape) !== size(shape))
    return `reshape [${reshape}] has another number of elements than ${from}, [${shape}]`;
  const before = reshape ?? shape;
  if (axes && !isPermutation(axes, before.length))
    return `transpose [${axes}] is not an order of the ${before.length} axes of ${from}`;
  const given = axes ? axes.map((axis) => before[axis]) : before;
  const significant = (lengths: number[]): string => lengths.filter((length) => length !== 1).join();
  // Axes that were split are put together again.
  const fits = reshape ? size(given) === size(wanted) : significant(given) === significant(wanted);
  return fits ? null : `the network wants [${wanted}], ${from} gives [${given}]`;
}

const isPermutation = (axes: number[], rank: number): boolean =>
  axes.length === rank && new Set(axes).size === rank && axes.every((axis) => axis >= 0 && axis < rank);
