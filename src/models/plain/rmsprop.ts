import type { PlainWeight } from './layer.js';

/** Part of the mean square that is kept, and what is added to it. */
const [DECAY, EPSILON] = [0.9, 1e-8];

/** The optimiser: one mean square for each number of each weight. */
export interface RmsProp {
  /** In the order of the weights. */
  readonly squares: readonly Float64Array[];
  /** Changes the weights by their gradients. */
  step(): void;
}

/**
 * RMSProp (Tieleman and Hinton 2012): each weight moves by its gradient over the root of the running mean of its squares,
 * so that all weights move at about the same rate. s = 0.9 s + 0.1 g², w = w - rate · g / sqrt(s + 1e-8).
 *
 * @param rate - the learning rate
 */
export function rmsProp(weights: readonly PlainWeight[], rate: number): RmsProp {
  const squares = weights.map(({ values }) => new Float64Array(values.length));
  return {
    squares,
    step() {
      for (const [k, { values, gradient }] of weights.entries())
        for (const [i, g] of gradient.entries()) {
          squares[k][i] = DECAY * squares[k][i] + (1 - DECAY) * g * g;
          values[i] -= (rate * g) / Math.sqrt(squares[k][i] + EPSILON);
        }
    },
  };
}
