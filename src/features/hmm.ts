/** Hidden Markov models with few states. */
import type { FeatureMatrix } from './matrix.js';

/** A path through the states of a hidden Markov model, and how likely each state is. */
export interface StatePath {
  /** The likeliest path: a state per step. */
  states: Int32Array;
  /** steps × states, the probability of each state given all observations. */
  posteriors: FeatureMatrix;
}

/** A stretch of time in one state. */
export interface StateStretch {
  begin: number;
  end: number;
  state: number;
}

/**
 * Log-probabilities by which a state goes on with the probability `stay`, and any of the `count` states may follow equally
 * likely: what `statePath` takes.
 */
export function persistence(stay: number, count: number): (from: number, to: number) => number {
  const change = Math.log((1 - stay) / (count - 1));
  return (from, to) => (from === to ? Math.log(stay) : change);
}

/** The stretches of a path; neighbours differ. `borders`: where the steps begin and the last one ends. */
export function stretchesOf(states: Int32Array, borders: readonly number[]): StateStretch[] {
  const stretches: StateStretch[] = [];
  for (const [step, state] of states.entries()) {
    const last = stretches[stretches.length - 1];
    if (last?.state === state) last.end = borders[step + 1];
    else stretches.push({ begin: borders[step], end: borders[step + 1], state });
  }
  return stretches;
}

const largest = (values: Float64Array): number => values.reduce((a, b) => Math.max(a, b), -Infinity);

/**
 * The likeliest path by Viterbi's algorithm and the posterior probabilities by the forward-backward algorithm (Rabiner
 * 1989), from states that are equally likely at the beginning. Costs steps × states².
 *
 * @param observed - steps × states, log-likelihoods of what is observed at each step, up to a constant of the step
 * @param transition - log-probability of going from a state to another
 */
export function statePath(
  { values, frames, bands }: FeatureMatrix,
  transition: (from: number, to: number) => number,
): StatePath {
  const posteriors: FeatureMatrix = { values: new Float32Array(frames * bands), frames, bands };
  const states = new Int32Array(frames);
  if (frames === 0) return { states, posteriors };
  const logs = Float64Array.from({ length: bands * bands }, (_, i) =>
    transition(Math.floor(i / bands), i % bands),
  );
  const odds = logs.map(Math.exp);
  const before = new Int32Array(frames * bands);
  const forward = new Float64Array(frames * bands);
  let scores = new Float64Array(bands);
  for (let t = 0; t < frames; t++) {
    const row = t * bands;
    const own = Float64Array.from(values.subarray(row, row + bands));
    const top = largest(own);
    const next = new Float64Array(bands);
    let total = 0;
    for (let to = 0; to < bands; to++) {
      let [best, from, sum] = [t === 0 ? 0 : -Infinity, 0, t === 0 ? 1 : 0];
      for (let i = 0; t > 0 && i < bands; i++) {
        const score = scores[i] + logs[i * bands + to];
        if (score > best) [best, from] = [score, i];
        sum += forward[row - bands + i] * odds[i * bands + to];
      }
      next[to] = best + own[to];
      before[row + to] = from;
      forward[row + to] = sum * Math.exp(own[to] - top);
      total += forward[row + to];
    }
    for (let i = 0; i < bands; i++) forward[row + i] /= total;
    scores = next;
  }
  states[frames - 1] = scores.indexOf(largest(scores));
  for (let t = frames - 1; t > 0; t--) states[t - 1] = before[t * bands + states[t]];
  let backward = new Float64Array(bands).fill(1);
  for (let t = frames - 1; t >= 0; t--) {
    const row = t * bands;
    const joint = Float64Array.from({ length: bands }, (_, i) => forward[row + i] * backward[i]);
    const total = joint.reduce((a, b) => a + b, 0);
    for (let i = 0; i < bands; i++) posteriors.values[row + i] = joint[i] / total;
    if (t === 0) break;
    const own = Float64Array.from(values.subarray(row, row + bands));
    const top = largest(own);
    const weighted = own.map((value, i) => Math.exp(value - top) * backward[i]);
    const previous = new Float64Array(bands);
    for (let i = 0; i < bands; i++)
      for (let to = 0; to < bands; to++) previous[i] += odds[i * bands + to] * weighted[to];
    const most = largest(previous);
    backward = previous.map((value) => value / most);
  }
  return { states, posteriors };
}
