/** The periods that a frame may have, and how likely each is: pYIN's first stage. */
import { betaDistribution } from './beta-distribution.js';
import { isTrough } from './difference.js';

/** Priors of thresholds and troughs; names and meaning as in librosa.pyin. */
export interface CandidateSettings {
  /** Number of thresholds that are tried. Default: 100. */
  thresholds?: number;
  /** Shape of the beta distribution over thresholds. Default: 2 and 18. */
  betaParameters?: readonly [number, number];
  /** How much likelier shorter periods are among the troughs below a threshold. Default: 2. */
  boltzmannParameter?: number;
  /** Probability of the deepest trough under thresholds that none is below. Default: 0.01. */
  noTroughProb?: number;
}

/** Candidates of one frame, in order of their periods; the arrays are reused and as long as they ever need be. */
export interface Candidates {
  count: number;
  /** Entries of the difference function. */
  entries: Uint32Array;
  /** Their probabilities, which add up to at most 1. */
  probabilities: Float64Array;
}

function checkCandidates(thresholds: number, boltzmannParameter: number, noTroughProb: number): void {
  if (!Number.isInteger(thresholds) || thresholds < 1)
    throw new RangeError(`thresholds must be a positive integer, not ${thresholds}.`);
  if (!(boltzmannParameter > 0))
    throw new RangeError(`boltzmannParameter must be above 0, not ${boltzmannParameter}.`);
  if (!(noTroughProb >= 0 && noTroughProb <= 1))
    throw new RangeError(`noTroughProb must be a probability, not ${noTroughProb}.`);
}

/**
 * Prepares what finds a frame's candidates: under each threshold the troughs below it, the shorter periods likelier by
 * a truncated Boltzmann distribution, weighted by the threshold's prior (Mauch and Dixon 2014, and the authors' Vamp
 * plug-in, which librosa follows where the paper differs). The function is reusable, not reentrant. Throws RangeError
 * for a setting out of range.
 */
export function candidateFinder(
  length: number,
  settings: CandidateSettings = {},
): (values: Float64Array) => Candidates {
  const {
    thresholds = 100,
    betaParameters = [2, 18],
    boltzmannParameter = 2,
    noTroughProb = 0.01,
  } = settings;
  checkCandidates(thresholds, boltzmannParameter, noTroughProb);
  const upTo = betaDistribution(...betaParameters);
  const thresholdPrior = Float64Array.from(
    { length: thresholds },
    (_, i) => upTo((i + 1) / thresholds) - upTo(i / thresholds),
  );
  const troughWeight = Float64Array.from({ length }, (_, rank) => Math.exp(-boltzmannParameter * rank));
  const entries = new Uint32Array(length);
  const probabilities = new Float64Array(length);

  /** Spreads a threshold's probability over the troughs below it. */
  function spread(values: Float64Array, count: number, threshold: number, probability: number): void {
    let below = 0;
    for (let i = 0; i < count; i++) if (values[entries[i]] < threshold) below++;
    const share =
      (probability * (1 - Math.exp(-boltzmannParameter))) / (1 - Math.exp(-boltzmannParameter * below));
    for (let i = 0, rank = 0; rank < below; i++)
      if (values[entries[i]] < threshold) probabilities[i] += share * troughWeight[rank++];
  }

  return (values) => {
    let [count, deepest] = [0, 0];
    for (let entry = 0; entry < length; entry++) {
      if (!isTrough(values, entry)) continue;
      entries[count] = entry;
      if (values[entry] < values[entries[deepest]]) deepest = count;
      count++;
    }
    probabilities.fill(0, 0, count);
    for (let i = 0; i < thresholds && count > 0; i++) {
      const threshold = (i + 1) / thresholds;
      if (values[entries[deepest]] < threshold) spread(values, count, threshold, thresholdPrior[i]);
      else probabilities[deepest] += noTroughProb * thresholdPrior[i];
    }
    return { count, entries, probabilities };
  };
}
