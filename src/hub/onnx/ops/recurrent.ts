/** Recurrent layers, a step at a time on the engine. */
import * as tf from '@tensorflow/tfjs-core';
import { device, type OnnxValue, toTensor } from '../value.js';
import { type Attributes, given, type OnnxOp } from './op.js';

/** One direction's weights: of the input [size, gates × hidden], of the state [hidden, gates × hidden], and biases. */
interface Weights {
  input: tf.Tensor2D;
  state: tf.Tensor2D;
  inputBias: tf.Tensor1D | null;
  stateBias: tf.Tensor1D | null;
}

/** State between two steps: h [batch, hidden], and c of an LSTM. */
interface State {
  h: tf.Tensor2D;
  c: tf.Tensor2D | null;
}

interface Cell {
  gates: number;
  /** Whether there is a second state, c. */
  hasCell: boolean;
  /** `x`: the input's product with its bias, [batch, gates × hidden]. */
  step(x: tf.Tensor2D, state: State, weights: Weights, attributes: Attributes): State;
}

const plus = (x: tf.Tensor2D, bias: tf.Tensor1D | null): tf.Tensor2D => (bias ? tf.add(x, bias) : x);

const gatesOf = (x: tf.Tensor2D, count: number): tf.Tensor2D[] => tf.split(x, count, 1);

/** Gates z, r, h. */
const gru: Cell = {
  gates: 3,
  hasCell: false,
  step(x, { h }, { state, stateBias }, attributes) {
    const [xz, xr, xh] = gatesOf(x, 3);
    const after = attributes.number('linear_before_reset', 0) !== 0;
    const [hz, hr, hh] = gatesOf(plus(tf.matMul(h, state), stateBias), 3);
    const update = tf.sigmoid(tf.add(xz, hz));
    const reset = tf.sigmoid(tf.add(xr, hr));
    const candidate = (): tf.Tensor2D => {
      if (after) return tf.mul(reset, hh);
      const [, , own] = gatesOf(state, 3);
      const bias = stateBias ? (tf.split(stateBias, 3)[2] as tf.Tensor1D) : null;
      return plus(tf.matMul(tf.mul(reset, h) as tf.Tensor2D, own), bias);
    };
    const fresh = tf.tanh(tf.add(xh, candidate()));
    return { h: tf.add(tf.mul(tf.sub(1, update), fresh), tf.mul(update, h)) as tf.Tensor2D, c: null };
  },
};

/** Gates i, o, f, c. */
const lstm: Cell = {
  gates: 4,
  hasCell: true,
  step(x, { h, c }, { state, stateBias }) {
    const sums = tf.add(x, plus(tf.matMul(h, state), stateBias)) as tf.Tensor2D;
    const [input, output, forget, fresh] = gatesOf(sums, 4);
    const cell = tf.add(
      tf.mul(tf.sigmoid(forget), c!),
      tf.mul(tf.sigmoid(input), tf.tanh(fresh)),
    ) as tf.Tensor2D;
    return { h: tf.mul(tf.sigmoid(output), tf.tanh(cell)) as tf.Tensor2D, c: cell };
  },
};

/** The tanh layer of Elman. */
const rnn: Cell = {
  gates: 1,
  hasCell: false,
  step: (x, { h }, { state, stateBias }) => ({
    h: tf.tanh(tf.add(x, plus(tf.matMul(h, state), stateBias))) as tf.Tensor2D,
    c: null,
  }),
};

/** Activations that each layer has where its node names none. */
const USUAL = /^(sigmoid|tanh)$/i;

function requireUsual(attributes: Attributes): void {
  const named = attributes.texts('activations') ?? [];
  const other = named.find((name) => !USUAL.test(name));
  if (other !== undefined) throw new Error(`the activation ${other}`);
  if (attributes.number('layout', 0) !== 0) throw new Error('the batch before the time');
  if (attributes.number('input_forget', 0) !== 0) throw new Error('coupled gates');
}

/** A recurrent layer, forward, backward or both: all states [time, directions, batch, hidden], and the last ones. */
const recurrent =
  (cell: Cell): OnnxOp =>
  (inputs, attributes) => {
    requireUsual(attributes);
    if (inputs[4] !== undefined) throw new Error('lengths of sequences');
    if (inputs[7] !== undefined) throw new Error('peepholes');
    const x = toTensor(given(inputs, 0)) as tf.Tensor3D;
    const directions = { forward: [false], reverse: [true], bidirectional: [false, true] }[
      attributes.text('direction', 'forward')
    ];
    if (!directions) throw new Error('a direction that is not known');
    const results = directions.map((isReverse, d) => runDirection(cell, x, inputs, attributes, d, isReverse));
    const all = tf.stack(
      results.map(({ states }) => tf.stack(states)),
      1,
    );
    const last = (of: (state: State) => tf.Tensor2D): OnnxValue =>
      device(tf.stack(results.map(({ final }) => of(final))));
    return [device(all), last(({ h }) => h), ...(cell.hasCell ? [last(({ c }) => c!)] : [])];
  };

function runDirection(
  cell: Cell,
  x: tf.Tensor3D,
  inputs: readonly (OnnxValue | undefined)[],
  attributes: Attributes,
  direction: number,
  isReverse: boolean,
): { states: tf.Tensor2D[]; final: State } {
  const [time, batch, size] = x.shape;
  const part = (i: number): tf.Tensor | null => {
    const value = inputs[i];
    if (value === undefined) return null;
    const tensor = toTensor(value);
    return tf.squeeze(tf.slice(tensor, [direction], [1]), [0]);
  };
  const [w, r, biases] = [part(1)!, part(2)!, part(3)];
  const hidden = r.shape[1]!;
  const [inputBias, stateBias] = biases ? (tf.split(biases, 2) as tf.Tensor1D[]) : [null, null];
  const weights: Weights = {
    input: tf.transpose(w) as tf.Tensor2D,
    state: tf.transpose(r) as tf.Tensor2D,
    ...{ inputBias, stateBias },
  };
  // The input's products of all steps at once.
  const flat = plus(tf.matMul(tf.reshape(x, [time * batch, size]), weights.input), inputBias);
  const steps = tf.unstack(tf.reshape(flat, [time, batch, cell.gates * hidden])) as tf.Tensor2D[];
  const zeros = (): tf.Tensor2D => tf.zeros([batch, hidden]);
  let state: State = {
    h: (part(5) as tf.Tensor2D | null) ?? zeros(),
    c: cell.hasCell ? ((part(6) as tf.Tensor2D | null) ?? zeros()) : null,
  };
  const states: tf.Tensor2D[] = new Array(time);
  for (let i = 0; i < time; i++) {
    const at = isReverse ? time - 1 - i : i;
    state = cell.step(steps[at], state, weights, attributes);
    states[at] = state.h;
  }
  return { states, final: state };
}

export const recurrentOps = { GRU: recurrent(gru), LSTM: recurrent(lstm), RNN: recurrent(rnn) };
