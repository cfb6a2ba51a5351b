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

/** 97.5 % quantiles of Student's t with 1, 2, … degrees of freedom, as scipy.stats.t.ppf(0.975, df). */
const T_QUANTILES = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];

/**
 * The 95 % interval of a mean over seeds by Student's t (above 11 values to 1 % of its width); null for fewer than two
 * values that are not null. It says how far training varies, not how far another test set would.
 */
export function seedInterval(values: readonly (number | null)[]): [number, number] | null {
  const found = spread(values);
  if (found === null || found.deviation === null) return null;
  const count = values.filter((value) => value !== null).length;
  const quantile = T_QUANTILES[count - 2] ?? 1.96 + 2.5 / (count - 1);
  const half = (quantile * found.deviation) / Math.sqrt(count);
  return [found.mean - half, found.mean + half];
}
