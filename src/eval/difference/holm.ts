/** Many tests at once. */

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
