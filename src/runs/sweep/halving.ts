/**
 * Successive halving (Jamieson and Talwalkar 2016), as in one bracket of Hyperband (Li et al. 2018): all candidates are
 * trained a little, the best part of them continues from where it stopped, and so on, until the last have trained fully.
 * Training is not begun anew between rungs, and the learning rate keeps to its schedule over all epochs.
 */

/** A rung: its number of candidates, and the epochs of each. */
export interface Rung {
  candidates: number;
  /** Epochs in all, earlier rungs included. */
  epochs: number;
}

/** The rungs of a bracket, at least one; the last one trains fully. One of `eta` (above 1) candidates is promoted. */
export function bracket(candidates: number, epochs: number, eta: number): Rung[] {
  const logarithm = (value: number): number => Math.floor(Math.log(value) / Math.log(eta) + 1e-9);
  const steps = Math.min(logarithm(candidates), logarithm(epochs));
  const rungs = Array.from({ length: steps + 1 }, (_, i) => ({
    candidates: Math.max(1, Math.floor(candidates / eta ** i + 1e-9)),
    epochs: Math.max(1, Math.round(epochs * eta ** (i - steps))),
  }));
  // With a small eta a rung may eliminate no candidate: then it is skipped.
  return rungs.filter((rung, i) => i === steps || rungs[i + 1].candidates < rung.candidates);
}

/**
 * The best candidates by validation score (higher is better; null for a failed one, which is never promoted), in the
 * order given; of equal ones the first.
 */
export function promote<Candidate>(
  candidates: readonly { candidate: Candidate; score: number | null }[],
  count: number,
): Candidate[] {
  const ranked = candidates
    .map((one, place) => ({ ...one, place }))
    .filter((one): one is typeof one & { score: number } => one.score !== null)
    .sort((a, b) => b.score - a.score || a.place - b.place)
    .slice(0, count);
  return ranked.sort((a, b) => a.place - b.place).map(({ candidate }) => candidate);
}
