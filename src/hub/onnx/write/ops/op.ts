/** The contract of an operation's writer, and what several share. */
import type { Size } from '../batch-sizes.js';
import type { GraphWriter } from '../graph-writer.js';
import type { TracedConstant } from '../trace.js';

/** An operand of an operation. */
export interface Operand {
  sizes: readonly Size[];
  /** Absent for what depends on an input. */
  constant?: TracedConstant;
  /** Its name in the graph, where it is added when it is first asked for. */
  name(): string;
}

/** An operation that is to be written. */
export interface OperationToWrite {
  graph: GraphWriter;
  /** By TensorFlow.js's names, in order. */
  operands: Readonly<Record<string, Operand>>;
  attributes: Readonly<Record<string, unknown>>;
  /** The same in a batch of another size. */
  otherAttributes: Readonly<Record<string, unknown>>;
  outputs: readonly { sizes: readonly Size[] }[];
}

/** Writes an operation; returns the names of its outputs. */
export type WriteOperation = (operation: OperationToWrite) => string[];

/** Writers by TensorFlow.js's names of operations. */
export type Writers = Record<string, WriteOperation>;

/** Names of all operands, in order. */
export const namesOf = ({ operands }: OperationToWrite): string[] =>
  Object.values(operands).map((one) => one.name());

/** Dimensions of the first operand. */
export const rankOf = ({ operands }: OperationToWrite): number => Object.values(operands)[0].sizes.length;

/** Axes as a list of whole numbers from 0. */
export function axesOf(value: unknown, rank: number): number[] {
  const axes = value === undefined || value === null ? Array.from({ length: rank }, (_, i) => i) : value;
  return [axes].flat().map((axis) => (Number(axis) + rank) % rank);
}

/** Whether a size does not depend on the batch. */
export const isNumber = (size: Size): size is number => typeof size === 'number';

/** A size that must not depend on the batch. */
export function fixed(size: Size): number {
  if (!isNumber(size)) throw new Error('it divides the batch');
  return size;
}

/** A value with a new axis of one. */
export const unsqueezed = (graph: GraphWriter, name: string, axis: number): string =>
  graph.node('Unsqueeze', [name, graph.integers([axis])]);
