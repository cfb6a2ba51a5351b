/** The contract of an operation's writer, and what the writers of several formats share. */
import { type Size, sizesOf } from './batch-sizes.js';
import type { TracedConstant } from './trace.js';

/** An operand of an operation. */
export interface Operand {
  sizes: readonly Size[];
  /** Absent for what depends on an input. */
  constant?: TracedConstant;
  /** Its name in the graph, where it is added when it is first asked for. */
  name(): string;
}

/** An operation that is to be written into a graph of some format. */
export interface OperationToWrite<Graph> {
  graph: Graph;
  /** By TensorFlow.js's names, in order. */
  operands: Readonly<Record<string, Operand>>;
  attributes: Readonly<Record<string, unknown>>;
  /** The same in a batch of another size. */
  otherAttributes: Readonly<Record<string, unknown>>;
  outputs: readonly { sizes: readonly Size[] }[];
}

/** Writes an operation; returns the names of its outputs. */
export type WriteOperation<Graph> = (operation: OperationToWrite<Graph>) => string[];

/** Writers by TensorFlow.js's names of operations. */
export type Writers<Graph> = Record<string, WriteOperation<Graph>>;

/**
 * Writes an operation of TensorFlow.js into a graph; returns the names of its outputs. Throws an Error in a few words for
 * one that has no writer, or whose writer refuses it.
 */
export function writeOperation<Graph>(
  writers: Writers<Graph>,
  kernel: string,
  operation: OperationToWrite<Graph>,
): string[] {
  if (!Object.hasOwn(writers, kernel)) throw new Error(`the operation ${kernel} is not supported`);
  try {
    return writers[kernel](operation);
  } catch (error) {
    throw new Error(`the operation ${kernel} is not supported: ${(error as Error).message}`);
  }
}

/** Names of all operands, in order. */
export const namesOf = ({ operands }: OperationToWrite<unknown>): string[] =>
  Object.values(operands).map((one) => one.name());

/** Dimensions of the first operand. */
export const rankOf = ({ operands }: OperationToWrite<unknown>): number =>
  Object.values(operands)[0].sizes.length;

/** Axes as a list of whole numbers from 0. */
export function axesOf(value: unknown, rank: number): number[] {
  const axes = value === undefined || value === null ? Array.from({ length: rank }, (_, i) => i) : value;
  return [axes].flat().map((axis) => (Number(axis) + rank) % rank);
}

/** Two numbers of an attribute that has one or two: of height and width. */
export const pairOf = (value: unknown): number[] =>
  Array.isArray(value) ? value.map(Number) : [Number(value), Number(value)];

/** A list of numbers of an attribute in both traces, as sizes. */
export const sizesIn = (key: string, { attributes, otherAttributes }: OperationToWrite<unknown>): Size[] =>
  sizesOf(attributes[key] as number[], otherAttributes[key] as number[]);
