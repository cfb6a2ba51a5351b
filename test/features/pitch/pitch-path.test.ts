import { describe, expect, it } from 'vitest';
import { pitchPath } from '../../../src/features/pitch/pitch-path.js';
import fc from '../../fast-check.js';

const BINS = 7;

/** Probability of going from one pitch bin to another under a triangle of odd width, as a matrix has it. */
function transition(from: number, to: number, width: number): number {
  const weight = (bin: number): number => Math.max(0, (width + 1) / 2 - Math.abs(bin - from));
  let total = 0;
  for (let bin = 0; bin < BINS; bin++) total += weight(bin);
  return weight(to) / total;
}

/** Log-probability of a path and what was observed. */
function likelihood(
  path: ArrayLike<number>,
  observed: Float64Array[],
  width: number,
  switchProb: number,
): number {
  let sum = 0;
  for (let t = 0; t < observed.length; t++) {
    const [bin, unvoiced] = [path[t] % BINS, path[t] >= BINS];
    const voiced = observed[t].reduce((a, b) => a + b, 0);
    sum += Math.log((unvoiced ? (1 - voiced) / BINS : observed[t][bin]) + 2 ** -1022);
    if (t === 0) continue;
    const switches = unvoiced !== path[t - 1] >= BINS;
    const step = transition(path[t - 1] % BINS, bin, width) * (switches ? switchProb : 1 - switchProb);
    sum += Math.log(step + 2 ** -1022);
  }
  return sum;
}

/** Observations that leave some probability for being unvoiced; many bins have none. */
const observations = fc.array(
  fc
    .array(fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 0.13, noNaN: true })), {
      minLength: BINS,
      maxLength: BINS,
    })
    .map((row) => Float64Array.from(row)),
  { minLength: 1, maxLength: 4 },
);

describe('pitch path', () => {
  it('is the likeliest of all paths', () => {
    fc.assert(
      fc.property(observations, fc.constantFrom(1, 3, 5, 13), (observed, transitionWidth) => {
        const switchProb = 0.1;
        const path = pitchPath({ bins: BINS, transitionWidth, switchProb });
        for (const row of observed) path.observe(row, (1 - row.reduce((a, b) => a + b, 0)) / BINS);
        const found = path.decode();
        expect(found.length).toBe(observed.length);
        let best = -Infinity;
        const tried = new Uint16Array(observed.length);
        for (let index = 0; index < (2 * BINS) ** observed.length; index++) {
          let rest = index;
          for (let t = 0; t < tried.length; t++) {
            tried[t] = rest % (2 * BINS);
            rest = Math.floor(rest / (2 * BINS));
          }
          best = Math.max(best, likelihood(tried, observed, transitionWidth, switchProb));
        }
        expect(likelihood(found, observed, transitionWidth, switchProb)).toBeCloseTo(best, 6);
      }),
      { numRuns: 25 },
    );
  });

  it('can be read at any time, also before the first frame', () => {
    const path = pitchPath({ bins: BINS, transitionWidth: 3, switchProb: 0.01 });
    expect(path.decode().length).toBe(0);
    const third = Float64Array.from({ length: BINS }, (_, bin) => (bin === 2 ? 1 : 0));
    path.observe(third, 0);
    expect([...path.decode()]).toEqual([2]);
    path.observe(third, 0);
    expect([...path.decode()]).toEqual([2, 2]);
  });
});
