/** The contract of an operation. */
import type { OnnxAttribute, OnnxTensor } from '../read-model.js';
import type { OnnxValue } from '../value.js';

/** Attributes of a node, with their defaults. Each throws an Error where the file has another type. */
export interface Attributes {
  number(name: string, otherwise: number): number;
  text(name: string, otherwise: string): string;
  /** Undefined where the node has none. */
  list(name: string): number[] | undefined;
  texts(name: string): string[] | undefined;
  tensor(name: string): OnnxTensor | undefined;
}

/**
 * Computes the output of a node from its inputs, or its outputs in their order; one that was left out is undefined. Never returns a tensor of an input
 * itself. `outputs` is how many the node has. Throws an Error in a few words for inputs that do not fit.
 */
export type OnnxOp = (
  inputs: readonly (OnnxValue | undefined)[],
  attributes: Attributes,
  outputs: number,
) => OnnxValue | OnnxValue[];

/** Attributes as operations ask for them. */
export function attributesOf(given: Record<string, OnnxAttribute>): Attributes {
  const of = <T>(name: string, is: (value: unknown) => value is T): T | undefined => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined || is(value)) return value;
    throw new Error(`its attribute ${name} is of another type`);
  };
  const isNumber = (value: unknown): value is number => typeof value === 'number';
  return {
    number: (name, otherwise) => of(name, isNumber) ?? otherwise,
    text: (name, otherwise) => of(name, (value) => typeof value === 'string') ?? otherwise,
    list: (name) => of(name, (value): value is number[] => Array.isArray(value) && value.every(isNumber)),
    texts: (name) =>
      of(
        name,
        (value): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string'),
      ),
    tensor: (name) =>
      of(
        name,
        (value): value is OnnxTensor => typeof value === 'object' && value !== null && 'shape' in value,
      ),
  };
}

/** An input that must be there. */
export function given(inputs: readonly (OnnxValue | undefined)[], index: number): OnnxValue {
  const value = inputs[index];
  if (value === undefined) throw new Error(`input ${index + 1} is missing`);
  return value;
}
