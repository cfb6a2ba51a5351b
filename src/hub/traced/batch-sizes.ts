/** Which sizes of a traced network grow with the batch: two traces, of batches of different sizes, are compared. */
import type { Trace, TracedConstant, TracedOperand } from './trace.js';

/** So many times the batch's size. */
export interface Growing {
  times: number;
}

/** A size: a number, or one that grows with the batch. */
export type Size = number | Growing;

/** A constant whose sizes may grow with the batch; along these, all its numbers are the same, and are given once. */
export interface SizedConstant {
  /** With a 1 for each size that grows. */
  constant: TracedConstant;
  /** Of what is meant. */
  sizes: readonly Size[];
}

/** The sizes of the batches that are traced. They have no factor in common, and no usual size is a multiple of both. */
export const BATCHES = [3, 5] as const;

/** The size that is `sizes[i]` in a batch of `BATCHES[i]`; throws an Error where it does not grow with the batch. */
export function sizeOf(sizes: readonly [number, number]): Size {
  if (sizes[0] === sizes[1]) return sizes[0];
  const times = sizes[0] / BATCHES[0];
  if (!Number.isInteger(times) || times * BATCHES[1] !== sizes[1])
    throw new Error(`a size is ${sizes.join(' and ')} in batches of ${BATCHES.join(' and ')}`);
  return { times };
}

/** The sizes of a shape in both traces. */
export const sizesOf = (one: readonly number[], other: readonly number[]): Size[] =>
  one.map((size, i) => sizeOf([size, other[i]]));

/** Throws an Error where two traces are not of one network. */
export function requireSameOperations(one: Trace, other: Trace): void {
  const form = ({ operations }: Trace): string =>
    operations
      .map(({ kernel, operands, outputs }) =>
        [kernel, outputs, Object.values(operands).map((from) => ('value' in from ? from.value : 'c'))].join(),
      )
      .join('\n');
  if (form(one) !== form(other)) throw new Error('its operations depend on the size of the batch');
}

/** So many times the batch's size, as a number; null for any other constant. */
export function countOf(one: TracedConstant, other: TracedConstant): Growing | null {
  if (one.shape.length > 0 || one.values[0] === other.values[0]) return null;
  const size = sizeOf([one.values[0], other.values[0]]);
  return typeof size === 'number' ? null : size;
}

/** The whole numbers below so many times the batch's size, in order; null for any other constant. */
export function rangeOf(one: TracedConstant, other: TracedConstant): Growing | null {
  if (one.shape.length !== 1 || one.shape[0] === other.shape[0]) return null;
  const isRange = [one, other].every(({ values }) => values.every((value, i) => value === i));
  const [size] = sizesOf(one.shape, other.shape);
  return isRange && typeof size !== 'number' ? size : null;
}

/** A constant of both traces, with what in it grows with the batch. */
export function sizedConstant(one: TracedConstant, other: TracedConstant): SizedConstant {
  const sizes = sizesOf(one.shape, other.shape);
  const shape = sizes.map((size) => (typeof size === 'number' ? size : 1));
  const [first, second] = [one, other].map((constant) => withoutCopies(constant, shape));
  if (first.values.some((value, i) => !Object.is(value, second.values[i])))
    throw new Error('a constant depends on the size of the batch');
  return { constant: first, sizes };
}

const stridesOf = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));

/** The first entry along each dimension that has one left; throws an Error where others differ from it. */
function withoutCopies(constant: TracedConstant, shape: readonly number[]): TracedConstant {
  const whole = constant.shape;
  if (shape.every((size, axis) => size === whole[axis])) return constant;
  const { values } = constant;
  const [from, to] = [stridesOf(whole), stridesOf(shape)];
  const kept = values.slice(
    0,
    shape.reduce((product, size) => product * size, 1),
  );
  const places = Array.from(values, (_, i) => whole.map((size, axis) => Math.floor(i / from[axis]) % size));
  const isCopy = (place: number[]): boolean => place.some((at, axis) => at >= shape[axis]);
  const target = (place: number[]): number =>
    place.reduce((sum, at, axis) => sum + (shape[axis] === 1 ? 0 : at) * to[axis], 0);
  for (const [i, place] of places.entries()) if (!isCopy(place)) kept[target(place)] = values[i];
  for (const [i, place] of places.entries())
    if (!Object.is(values[i], kept[target(place)]))
      throw new Error('a constant differs between the examples of a batch');
  return { ...constant, shape, values: kept };
}

/** Whether an operand is a constant. */
export const isConstant = (operand: TracedOperand): operand is { constant: TracedConstant } =>
  'constant' in operand;

/** Whether a size does not depend on the batch. */
export const isNumber = (size: Size): size is number => typeof size === 'number';

/** A size that must not depend on the batch. */
export function fixed(size: Size): number {
  if (!isNumber(size)) throw new Error('it divides the batch');
  return size;
}

/** Whether two sizes are the same for batches of any size. */
export const isSameSize = (one: Size, other: Size): boolean =>
  isNumber(one) || isNumber(other) ? one === other : one.times === other.times;

/** The sum of two sizes, both numbers or both grown with the batch, unless the first is 0. */
export function plus(one: Size, other: Size): Size {
  if (one === 0) return other;
  if (isNumber(one) && isNumber(other)) return one + other;
  if (isNumber(one) || isNumber(other)) throw new Error('it cuts the batch');
  return { times: one.times + other.times };
}
