/** Means of metrics where some are undefined. */

/** Mean of the defined values, with equal weights by default; null when none is defined. */
export function meanOfDefined(
  values: readonly (number | null)[],
  weights?: ArrayLike<number>,
): number | null {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null) continue;
    const weight = weights === undefined ? 1 : weights[i];
    sum += weight * value;
    total += weight;
  }
  return total > 0 ? sum / total : null;
}

/**
 * Mean of a resample's values over a fixed set of labels, those whose value on the whole set (`estimates`) is defined.
 * A label that the resample leaves undefined keeps its estimate, so that every resample's mean is over the same labels.
 * Deviations from the estimates are multiplied by `widths` (`labelWidths`).
 */
export function meanWithin(
  values: readonly (number | null)[],
  estimates: readonly (number | null)[],
  widths: ArrayLike<number>,
): number | null {
  return meanOfDefined(
    estimates.map((estimate, j) =>
      estimate === null ? null : estimate + widths[j] * ((values[j] ?? estimate) - estimate),
    ),
  );
}

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
