/** Many tests at once. */

/**
 * Holm's correction (1979): p-values that keep the probability of even one false alarm among all tests.
 *
 * @param pValues - in [0, 1]; null where a test could not be made, which does not count as a test
 * @returns adjusted p-values in the same order, as R's `p.adjust(method = "holm")` gives; null stays null
 * @throws RangeError when a value is no probability
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
