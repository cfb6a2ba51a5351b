/** Layers, fusions and losses as PyTorch computes them; see test/golden/make_torch.py. */
import type * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** Nested lists of numbers, as deep as the tensor has dimensions. */
export type Matrix = number[][];
export type Cube = Matrix[];
export type Image = Cube[];

/** What both the golden file and the one of ../shared hold. */
export interface TorchReference {
  lstm_bidirectional: Lstm;
  self_attention_pooling: AttentionPooling;
  penalised_bce: { alpha: number; logits: Matrix; labels: Matrix; loss: number; grad_logits: Matrix };
}

/** A bidirectional LSTM with its gradients. */
export interface Lstm {
  input: Cube;
  state: Record<string, Matrix | number[]>;
  output: Cube;
  grad_input: Cube;
  grads: Record<string, Matrix | number[]>;
}

/** A recurrent layer in one direction over packed sequences. */
export interface Recurrent extends Omit<Lstm, 'output'> {
  lengths: number[];
  weight: Matrix;
  output: Matrix;
}

interface AttentionPooling {
  input: Cube;
  w1: Matrix;
  w2: Matrix;
  mask?: Matrix | null;
  A: Cube;
  M: Cube;
  grad_input: Cube;
  grad_w1: Matrix;
  grad_w2: Matrix;
}

/** The golden file. */
export interface TorchGolden extends TorchReference {
  /** Of packed sequences; the loss is the sum of squares, each times its weight. */
  lstm_bidirectional_packed: Lstm & { lengths: number[]; weight: Cube };
  /** Last states of packed sequences; the loss is the sum of their squares, each times its weight. */
  recurrent_simple: Recurrent;
  recurrent_gru: Recurrent;
  recurrent_lstm: Recurrent;
  self_attention_pooling_masked: AttentionPooling;
  conv_block: {
    input: Image;
    weights: { kernel: Image; bias: number[]; gamma: number[]; beta: number[] };
    state: { mean: number[]; variance: number[] };
    evaluated: Image;
    trained: Image;
    state_after: { mean: number[]; variance: number[] };
    grads: { input: Image; kernel: Image; bias: number[]; gamma: number[]; beta: number[] };
  };
  conv1d: { input: Cube; kernel: Cube; output: Cube; grads: { input: Cube; kernel: Cube } };
  dot_product_attention: {
    heads: number;
    queries: Cube;
    keys: Cube;
    values: Cube;
    mask: Matrix;
    weight: Cube;
    output: Cube;
    grads: { queries: Cube; keys: Cube; values: Cube };
  };
  gated_multimodal_unit: Record<'x1' | 'x2' | 'w1' | 'w2' | 'wz' | 'output', Matrix>;
  categorical: { logits: Matrix; classes: number[]; loss: number; grad_logits: Matrix };
  optimizers: { start: number[]; gradients: Matrix; weights: Record<string, Matrix> };
  clip_by_global_norm: { limit: number; gradients: (Matrix | number[])[]; clipped: (Matrix | number[])[] };
}

export const transpose = (m: Matrix): Matrix => m[0].map((_, column) => m.map((row) => row[column]));

/** PyTorch keeps gates of an LSTM as i, f, c, o; TensorFlow as i, c, f, o. */
export function gatesToTensorflow<T>(rows: T[]): T[] {
  const units = rows.length / 4;
  return [0, 2, 1, 3].flatMap((gate) => rows.slice(gate * units, (gate + 1) * units));
}

/** PyTorch's weight_ih and weight_hh, [4 units, inputs] each, as one kernel [features + units, 4 units]. */
export function kernelOf(weights: Record<string, Matrix | number[]>, suffix: string): Matrix {
  const [input, hidden] = ['weight_ih_l0', 'weight_hh_l0'].map((name) => weights[name + suffix] as Matrix);
  return [...transpose(gatesToTensorflow(input)), ...transpose(gatesToTensorflow(hidden))];
}

export const flat = (nested: unknown): number[] =>
  Array.isArray(nested) ? nested.flatMap(flat) : [nested as number];

/** Expects equality within a tolerance, relative above 1. */
export function expectTensor(actual: tf.Tensor, expected: unknown, tolerance = 2e-5): void {
  const values = actual.dataSync();
  const wanted = flat(expected);
  expect(values.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries())
    expect(Math.abs(values[i] - value), `value ${i}`).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
}
