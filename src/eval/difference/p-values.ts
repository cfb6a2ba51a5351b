/** P-values: of the normal distribution, exact for very small ones, and corrected for many tests. */

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

/**
 * Holm's correction (1979), as R's `p.adjust(method = "holm")`, which keeps the probability of even one false alarm
 * among all tests; null is not a test and stays null. Throws RangeError when a value is not a probability.
 */
export function holm(pValues: readonly (number | null)[]): (number | null)[] {
  const tests: { p: number; at: number }[] = [];
  pValues.forEach((p, at) => {
    if (p === null) return;
    if (!(p >= 0 && p <= 1)) throw new RangeError(`A p-value lies between 0 and 1, ${p} does not.`);
    tests.push({ p, at });
  });
  tests.sort((a, b) => a.p - b.p);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let highest = 0;
  tests.forEach(({ p, at }, rank) => {
    highest = Math.max(highest, Math.min(1, (tests.length - rank) * p));
    adjusted[at] = highest;
  });
  return adjusted;
}
