/** Spread over the runs of one experiment. */

/** A mean over runs. */
export interface Spread {
  mean: number;
  /** Standard deviation (divided by n - 1); null of a single run. */
  deviation: number | null;
}

/** Mean and standard deviation of the values that are not null; null when none is left. */
export function spread(values: readonly (number | null)[]): Spread | null {
  const defined = values.filter((value) => value !== null);
  if (defined.length === 0) return null;
  const mean = defined.reduce((sum, value) => sum + value, 0) / defined.length;
  const squares = defined.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: defined.length < 2 ? null : Math.sqrt(squares / (defined.length - 1)) };
}
