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
