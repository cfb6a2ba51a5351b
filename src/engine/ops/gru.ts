/** A gated recurrent layer, with its gradient written out: 6 products of the whole sequence beside one a step. */
import * as tf from '@tensorflow/tfjs-core';
import { sumOverChannels } from './bias-add.js';

/**
 * A gated recurrent layer from a zero state (Cho et al. 2014) in the form of PyTorch, cuDNN and Keras
 * (`reset_after`), gates in Keras's order update, reset, candidate: z, r = σ(x W + b + h U + c);
 * n = tanh(x W + b + r (h U + c)); h' = n + z (h - n).
 *
 * @param x - [time, batch, features]
 * @param kernel - W, [features, 3 units]
 * @param recurrent - U, [units, 3 units]
 * @param biases - b and c, [2, 3 units]
 * @returns hidden states, [time, batch, units]
 */
export function gru(
  x: tf.Tensor3D,
  kernel: tf.Tensor2D,
  recurrent: tf.Tensor2D,
  biases: tf.Tensor2D,
): tf.Tensor3D {
  const [time, batch, features] = x.shape;
  const units = recurrent.shape[0];
  return tf.customGrad((input, w, u, b, save) => {
    const [xs, weights, states] = [input, w, u] as unknown as [tf.Tensor3D, tf.Tensor2D, tf.Tensor2D];
    const [ofInput, ofState] = tf.unstack(b as unknown as tf.Tensor2D);
    const rows = tf.reshape(xs, [time * batch, features]) as tf.Tensor2D;
    const projected = tf.reshape(tf.add(tf.matMul(rows, weights), ofInput), [time, batch, 3 * units]);
    const steps: Record<'z' | 'r' | 'n' | 'fromState' | 'hidden', tf.Tensor2D[]> = {
      ...{ z: [], r: [], n: [], fromState: [], hidden: [] },
    };
    let hidden = tf.zeros([batch, units]) as tf.Tensor2D;
    for (const step of tf.unstack(projected) as tf.Tensor2D[]) {
      const [xz, xr, xn] = tf.split(step, 3, 1);
      const [hz, hr, hn] = tf.split(tf.add(tf.matMul(hidden, states), ofState) as tf.Tensor2D, 3, 1);
      const z = tf.sigmoid(tf.add(xz, hz));
      const r = tf.sigmoid(tf.add(xr, hr));
      const n = tf.tanh(tf.add(xn, tf.mul(r, hn)));
      hidden = tf.add(n, tf.mul(z, tf.sub(hidden, n)));
      for (const [name, value] of Object.entries({ z, r, n, fromState: hn, hidden }))
        steps[name as keyof typeof steps].push(value as tf.Tensor2D);
    }
    const kept = [steps.z, steps.r, steps.n, steps.fromState, steps.hidden].map((list) => tf.stack(list));
    (save as unknown as tf.GradSaveFunc)([xs, weights, states, ...kept]);
    return {
      value: kept[4],
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => backward(dy as tf.Tensor3D, saved),
    };
  })(x, kernel, recurrent, biases) as tf.Tensor3D;
}

/** Gradients of x, W, U and the biases; `saved` as above: x, W, U, then z, r, n, the candidate's h U + c, and h by step. */
function backward(dy: tf.Tensor3D, saved: tf.Tensor[]): tf.Tensor[] {
  const [x, weights, states] = saved as [tf.Tensor3D, tf.Tensor2D, tf.Tensor2D];
  const [time, batch, features] = x.shape;
  const units = states.shape[0];
  const hidden = saved[7];
  const [zAt, rAt, nAt, stateAt, hAt, dyAt] = [...saved.slice(3), dy].map((all) => tf.unstack(all));
  const start = tf.zeros([batch, units]);
  const ofInput = new Array<tf.Tensor>(time);
  const ofState = new Array<tf.Tensor>(time);
  let carried: tf.Tensor = start;
  for (let t = time - 1; t >= 0; t--) {
    const [z, r, n, fromState] = [zAt[t], rAt[t], nAt[t], stateAt[t]];
    const previous = t > 0 ? hAt[t - 1] : start;
    const dh = tf.add(dyAt[t], carried);
    const dn = tf.mul(tf.mul(dh, tf.sub(1, z)), tf.sub(1, tf.square(n))); // before tanh
    const dz = tf.mul(tf.mul(dh, tf.sub(previous, n)), tf.mul(z, tf.sub(1, z))); // before σ
    const dr = tf.mul(tf.mul(dn, fromState), tf.mul(r, tf.sub(1, r))); // before σ
    ofInput[t] = tf.concat([dz, dr, dn], 1);
    ofState[t] = tf.concat([dz, dr, tf.mul(dn, r)], 1);
    carried = tf.add(tf.mul(dh, z), tf.matMul(ofState[t] as tf.Tensor2D, states, false, true));
  }
  const flat = (list: tf.Tensor[]): tf.Tensor2D => tf.reshape(tf.stack(list), [time * batch, 3 * units]);
  const [dInput, dState] = [flat(ofInput), flat(ofState)];
  const before = tf.concat(
    [tf.expandDims(start, 0), tf.slice(hidden, [0, 0, 0], [time - 1, batch, units])],
    0,
  );
  return [
    tf.reshape(tf.matMul(dInput, weights, false, true), x.shape),
    tf.matMul(tf.reshape(x, [time * batch, features]) as tf.Tensor2D, dInput, true),
    tf.matMul(tf.reshape(before, [time * batch, units]) as tf.Tensor2D, dState, true),
    tf.stack([sumOverChannels(dInput), sumOverChannels(dState)]),
  ];
}
