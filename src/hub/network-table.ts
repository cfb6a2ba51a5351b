/** A network's layers as text, for a terminal and for a model's card. */
import { alignColumns } from '../base/text-tables.js';
import type { FieldSummary, NetworkSummary } from '../models/summary/summary.js';

const number = (value: number): string => value.toLocaleString('en-US');

/** Multiply-adds as they are compared: `2.15 G`, `447 M`, `3,200`. */
export function amountText(value: number): string {
  const units: [number, string][] = [
    [1e9, 'G'],
    [1e6, 'M'],
  ];
  const unit = units.find(([size]) => value >= size);
  return unit ? `${(value / unit[0]).toPrecision(3)} ${unit[1]}` : number(value);
}

/** Shape of an array: `48 × 453 × 64`. */
export const shapeText = (shape: readonly number[]): string => shape.map(String).join(' × ');

/** How much of the window a step depends on: `2.34 s (146 steps)`. */
function fieldText({ steps, seconds, is_whole: isWhole }: FieldSummary): string {
  const field =
    seconds === null ? `${number(steps)} tokens` : `${seconds.toFixed(2)} s (${number(steps)} steps)`;
  return isWhole ? `all of it: its receptive field is ${field}` : field;
}

/** What a network takes and costs, a fact a line. */
export function networkFacts({ inputs, receptive_fields: fields, totals }: NetworkSummary): string[] {
  return [
    `${number(totals.parameters)} trained numbers, and ${number(totals.fixed)} that stay as they are or are running averages`,
    `${amountText(totals.multiply_adds)} multiply-adds for a window (${number(totals.multiply_adds)}), in convolutions, dense and recurrent layers and attention`,
    ...fields.map((field) => {
      const { size, seconds } = inputs.find(({ name }) => name === field.input)!;
      const window =
        seconds === null ? `${number(size[0])} tokens` : `${seconds.toFixed(2)} s (${number(size[0])} steps)`;
      return `${field.branch}: of ${window} of ${field.input}, one step depends on ${fieldText(field)}`;
    }),
  ];
}

/** The table of layers in aligned columns: name, what it does, output without the batch, trained numbers, multiply-adds. */
export function networkTable({ layers, totals }: NetworkSummary): string {
  const rows = layers.map(({ name, operations, output, parameters, multiply_adds: multiplyAdds }) => [
    ...[name, operations.join(', '), shapeText(output)],
    ...[number(parameters), number(multiplyAdds)],
  ]);
  const head = ['layer', 'what it does', 'output', 'parameters', 'multiply-adds'];
  const foot = ['total', '', '', number(totals.parameters), number(totals.multiply_adds)];
  const all = [head, ...rows, foot];
  const width = (column: number): number => Math.max(...all.map((row) => row[column].length));
  // Numbers stand right.
  return alignColumns(
    all.map((row) => row.map((cell, column) => (column > 2 ? cell.padStart(width(column)) : cell))),
  );
}
