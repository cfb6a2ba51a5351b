/** One direction of a long short-term memory layer, forward and backward. */
import * as tf from '@tensorflow/tfjs-core';
import { sumOverChannels } from './bias-add.js';
import { attribute, int64, isNative, matrixProduct, runNative, runNativeMany } from './native.js';

/**
 * A long short-term memory layer from a zero state (Hochreiter and Schmidhuber 1997; forget gate of Gers et al.
 * 2000), gates in TensorFlow's order input, cell, forget, output:
 * i, g, f, o = [x h] W + b; c' = σ(f) c + σ(i) tanh(g); h' = σ(o) tanh(c').
 *
 * Natively the forward pass is one `BlockLSTM`; the backward pass is one `LSTMBlockCellGrad` a step, with the
 * gradients of the weights as two large products at the end.
 *
 * @param x - [time, batch, features]
 * @param kernel - [features + units, 4 units]
 * @param bias - [4 units]
 * @returns hidden states, [time, batch, units]
 */
export function lstm(x: tf.Tensor3D, kernel: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor3D {
  return isNative() ? blockLstm(x, kernel, bias) : plainLstm(x, kernel, bias);
}

function plainLstm(x: tf.Tensor3D, kernel: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor3D {
  const [time, batch, features] = x.shape;
  const units = bias.shape[0] / 4;
  const fromInput = tf.slice(kernel, [0, 0], [features, 4 * units]);
  const fromState = tf.slice(kernel, [features, 0], [units, 4 * units]);
  const projected = tf.matMul(tf.reshape(x, [time * batch, features]) as tf.Tensor2D, fromInput);
  const inputs = tf.unstack(tf.reshape(tf.add(projected, bias), [time, batch, 4 * units]));
  let hidden = tf.zeros([batch, units]) as tf.Tensor2D;
  let cell = tf.zeros([batch, units]);
  const outputs: tf.Tensor2D[] = [];
  for (const input of inputs) {
    const gates = tf.add(input, tf.matMul(hidden, fromState));
    const [i, g, f, o] = tf.split(gates, 4, 1);
    cell = tf.add(tf.mul(tf.sigmoid(f), cell), tf.mul(tf.sigmoid(i), tf.tanh(g)));
    hidden = tf.mul(tf.sigmoid(o), tf.tanh(cell)) as tf.Tensor2D;
    outputs.push(hidden);
  }
  return tf.stack(outputs) as tf.Tensor3D;
}

function blockLstm(x: tf.Tensor3D, kernel: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor3D {
  const [time, batch, features] = x.shape;
  const units = bias.shape[0] / 4;
  const type = attribute('T', 'TYPE', 'float32');
  const peephole = attribute('use_peephole', 'BOOL', false);
  const forward = [type, attribute('forget_bias', 'FLOAT', 0), attribute('cell_clip', 'FLOAT', -1), peephole];
  const unstack = (tensor: tf.Tensor): tf.Tensor[] =>
    runNativeMany(
      'Unpack',
      [attribute('num', 'INT', time), type, attribute('axis', 'INT', 0)],
      [tensor],
      time,
    );

  return tf.customGrad((input, weights, offset, save) => {
    const zero = tf.zeros([batch, units]);
    const none = tf.zeros([units]);
    const outputs = runNativeMany(
      'BlockLSTM',
      forward,
      [int64(time), input, zero, zero, weights, none, none, none, offset],
      7,
    );
    const saved = [input, weights, offset] as unknown as tf.Tensor[];
    (save as unknown as tf.GradSaveFunc)([...saved, ...outputs]);
    return {
      value: outputs[6],
      gradFunc: (dy: tf.Tensor, [xs, w, b, i, cs, f, o, ci, co, h]: tf.Tensor[]) => {
        const zeroState = tf.zeros([batch, units]);
        const noPeephole = tf.zeros([units]);
        const steps = [xs, i, cs, f, o, ci, co, h, dy].map(unstack);
        const [xAt, iAt, csAt, fAt, oAt, ciAt, coAt, hAt, dyAt] = steps;
        const fromState = tf.slice(w, [features, 0], [units, 4 * units]);
        const gateGradients = new Array<tf.Tensor>(time);
        let dCell: tf.Tensor = zeroState;
        let dHidden: tf.Tensor | null = null;
        for (let t = time - 1; t >= 0; t--) {
          const previousHidden = t ? hAt[t - 1] : zeroState;
          const previousCell = t ? csAt[t - 1] : zeroState;
          const gradient = dHidden ? runNative('AddV2', [type], [dHidden, dyAt[t]]) : dyAt[t];
          const inputs = [xAt[t], previousCell, previousHidden, w, noPeephole, noPeephole, noPeephole, b];
          const states = [iAt[t], csAt[t], fAt[t], oAt[t], ciAt[t], coAt[t]];
          const cellInputs = [...inputs, ...states, dCell, gradient];
          const [dPreviousCell, dGates] = runNativeMany('LSTMBlockCellGrad', [type, peephole], cellInputs, 5);
          dCell = dPreviousCell;
          gateGradients[t] = dGates;
          if (t) dHidden = matrixProduct(dGates, fromState, 'b');
        }
        const dGates = tf.reshape(tf.stack(gateGradients), [time * batch, 4 * units]);
        const flatInput = tf.reshape(xs, [time * batch, features]);
        const shifted = tf.concat(
          [tf.reshape(zeroState, [1, batch, units]), tf.slice(h, [0, 0, 0], [time - 1, batch, units])],
          0,
        );
        const dFromInput = matrixProduct(flatInput, dGates, 'a');
        const dFromState = matrixProduct(tf.reshape(shifted, [time * batch, units]), dGates, 'a');
        const dInput = matrixProduct(dGates, tf.slice(w, [0, 0], [features, 4 * units]), 'b');
        return [
          tf.reshape(dInput, [time, batch, features]),
          tf.concat([dFromInput, dFromState], 0),
          sumOverChannels(dGates),
        ];
      },
    };
  })(x, kernel, bias) as tf.Tensor3D;
}
