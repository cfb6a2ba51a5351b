/** The beta distribution, pYIN's prior over thresholds. */

/** Terms after which the continued fraction has settled for any parameters in use. */
const MAX_TERMS = 500;

/** The incomplete beta function by its continued fraction in Lentz's form (Press et al., Numerical Recipes, 6.4). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < Number.EPSILON) break;
  }
  return ((x ** a * (1 - x) ** b) / a) * fraction;
}

/**
 * The cumulative beta distribution over x from 0 to 1, as scipy.stats.beta.cdf; throws RangeError when a shape
 * parameter is not above 0.
 */
export function betaDistribution(a: number, b: number): (x: number) => number {
  if (!(a > 0) || !(b > 0)) throw new RangeError(`Beta parameters must be above 0, not ${a} and ${b}.`);
  const mean = a / (a + b);
  // Both tails by their quick fractions; together they are the complete beta function.
  const whole = incompleteBeta(mean, a, b) + incompleteBeta(1 - mean, b, a);
  return (x) =>
    x <= mean
      ? incompleteBeta(Math.max(0, x), a, b) / whole
      : 1 - incompleteBeta(Math.max(0, 1 - x), b, a) / whole;
}
