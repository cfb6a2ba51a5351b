/** Softmax with categorical cross-entropy, and categorical accuracy. */
import { type NumberArray, zeros } from './layer.js';

/** Probabilities of classes: e^z / Σ e^z of each row [batch, classes], without overflow. */
export function softmax({ shape, values }: NumberArray): NumberArray {
  const [batch, classes] = shape;
  const out = zeros(shape);
  for (let row = 0; row < batch; row++) {
    const logits = values.subarray(row * classes, (row + 1) * classes);
    const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
    const powers = logits.map((logit) => Math.exp(logit - largest));
    const sum = powers.reduce((a, b) => a + b, 0);
    out.values.set(
      powers.map((power) => power / sum),
      row * classes,
    );
  }
  return out;
}

/**
 * Mean of -ln p(class) over a batch, with its gradient by the logits: softmax and logarithm together have the gradient
 * (p - y) / batch, where y is 1 at the class and 0 elsewhere.
 *
 * @param logits - [batch, classes]
 * @param classes - index of each example's class
 */
export function softmaxCrossEntropy(
  logits: NumberArray,
  classes: ArrayLike<number>,
): { loss: number; gradient: NumberArray; probabilities: NumberArray } {
  const [batch, count] = logits.shape;
  const probabilities = softmax(logits);
  const gradient = { shape: logits.shape, values: probabilities.values.map((p) => p / batch) };
  let loss = 0;
  for (let row = 0; row < batch; row++) {
    const at = row * count + classes[row];
    // Not below the least positive number, so that the loss stays finite.
    loss -= Math.log(Math.max(Number.MIN_VALUE, probabilities.values[at])) / batch;
    gradient.values[at] -= 1 / batch;
  }
  return { loss, gradient, probabilities };
}

/** Part of the examples whose class has the largest number of its row; the first of equals counts. */
export function categoricalAccuracy({ shape, values }: NumberArray, classes: ArrayLike<number>): number {
  const [batch, count] = shape;
  let hits = 0;
  for (let row = 0; row < batch; row++) {
    const own = values.subarray(row * count, (row + 1) * count);
    if (own.indexOf(own.reduce((a, b) => Math.max(a, b), -Infinity)) === classes[row]) hits++;
  }
  return hits / batch;
}
