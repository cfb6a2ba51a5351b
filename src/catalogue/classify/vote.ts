/** What a model says of a recording by several snippets of it. */

import { argmax } from '../../eval/decisions.js';

/** The outcome of a vote. */
export interface Vote {
  /** The class that most snippets are for; of equals, the one with the larger mean probability. */
  class: string;
  snippets: number;
  /** Snippets for the class. */
  votes: number;
  /** Mean probability of the class over all snippets. */
  probability: number;
  /** The same less that of the best other class; below 0 where the vote and the means disagree. */
  margin: number;
  /** Mean probability of each class, in the order of the labels. */
  probabilities: number[];
}

/**
 * Counts the snippets for each class.
 *
 * @param labels - two classes or more
 * @param scores - probabilities, row-major [snippets × labels], at least one row
 */
export function voteOf(labels: readonly string[], scores: Float32Array): Vote {
  const classes = labels.length;
  const snippets = scores.length / classes;
  const votes = new Array<number>(classes).fill(0);
  const probabilities = new Array<number>(classes).fill(0);
  for (let row = 0; row < snippets; row++) {
    const own = scores.subarray(row * classes, (row + 1) * classes);
    for (const [c, probability] of own.entries()) probabilities[c] += probability / snippets;
    votes[argmax(own, 0, classes)]++;
  }
  const order = labels
    .map((_, c) => c)
    .sort((a, b) => votes[b] - votes[a] || probabilities[b] - probabilities[a]);
  const [first, ...others] = order;
  const other = Math.max(...others.map((c) => probabilities[c]));
  return {
    class: labels[first],
    snippets,
    votes: votes[first],
    probability: probabilities[first],
    margin: probabilities[first] - other,
    probabilities,
  };
}
