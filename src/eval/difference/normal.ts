/** Tails of the standard normal distribution, exact enough for very small probabilities. */

/** From here on the continued fraction is the better of the two expansions. */
const FRACTION_FROM = 2;
const FRACTION_TERMS = 100;

/**
 * The two-sided p-value P(|Z| ≥ |z|) of a standard normal statistic, to about 1e-13 of its value (Abramowitz and Stegun
 * 1964, 7.1.6 and 7.1.14); infinities are allowed.
 */
export function twoSidedP(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  if (x === Number.POSITIVE_INFINITY) return 0;
  return x < FRACTION_FROM ? 1 - erfBySeries(x) : erfcByFraction(x);
}

function erfBySeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

function erfcByFraction(x: number): number {
  let below = x;
  for (let k = FRACTION_TERMS; k >= 1; k--) below = x + k / 2 / below;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * below);
}
