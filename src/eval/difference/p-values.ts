/** P-values: of the normal and of Student's distribution, and corrected for many tests. */

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
 * Student's distribution function P(T ≤ t) for `freedom` > 0 degrees of freedom, whole or not, to about 1e-12: the
 * regularised incomplete beta function (Abramowitz and Stegun 1964, 26.7.1) by its continued fraction.
 */
export function studentDistribution(freedom: number): (t: number) => number {
  const beta = incompleteBeta(freedom / 2, 0.5);
  return (t) => {
    const tail = beta(freedom / (freedom + t * t), (t * t) / (freedom + t * t)) / 2;
    return t > 0 ? 1 - tail : tail;
  };
}

/** The two-sided p-value P(|T| ≥ |t|) of Student's distribution. */
export const twoSidedStudentP = (t: number, freedom: number): number =>
  2 * studentDistribution(freedom)(-Math.abs(t));

/** The quantile of Student's distribution at `share` in (0, 1), by bisection. */
export function studentQuantile(share: number, freedom: number): number {
  const below = studentDistribution(freedom);
  let [low, high] = [-1, 1];
  while (below(low) > share) low *= 2;
  while (below(high) < share) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (below(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The regularised incomplete beta function I_x(a, b) of x and 1 - x (Lentz's form of the continued fraction). */
function incompleteBeta(a: number, b: number): (x: number, rest: number) => number {
  const scale = logGamma(a + b) - logGamma(a) - logGamma(b);
  return (x, rest) => {
    if (x <= 0 || rest <= 0) return x <= 0 ? 0 : 1;
    const front = Math.exp(scale + a * Math.log(x) + b * Math.log(rest));
    return x <= (a + 1) / (a + b + 2)
      ? (front * betaFraction(x, a, b)) / a
      : 1 - (front * betaFraction(rest, b, a)) / b;
  };
}

function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return fraction;
}

/** Coefficients of Lanczos' approximation with g = 7, which is exact to about 1e-15. */
const LANCZOS = [
  ...[0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059],
  ...[12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7],
];

/** The logarithm of the gamma function of a positive number. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const [first, ...rest] = LANCZOS;
  const sum = rest.reduce((total, coefficient, i) => total + coefficient / (x + i), first);
  const base = x + 6.5;
  return Math.log(Math.sqrt(2 * Math.PI) * sum) + (x - 0.5) * Math.log(base) - base;
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
