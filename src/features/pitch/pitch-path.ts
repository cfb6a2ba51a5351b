/** The likeliest path through pitch and voicing: pYIN's second stage. */

/** How pitch and voicing change from frame to frame. */
export interface PitchPathSettings {
  /** Number of pitch bins. */
  bins: number;
  /** Number of bins that can be reached from one frame to the next, those in place included. */
  transitionWidth: number;
  /** Probability that voicing begins or ends from one frame to the next. */
  switchProb: number;
}

/** Decodes frame by frame; reusable for one recording. */
export interface PitchPath {
  /** Takes the next frame: the probability of each pitch bin, and of being unvoiced in each bin. */
  observe(voiced: Float64Array, unvoiced: number): void;
  /** The likeliest state of each frame so far: the pitch bin when voiced, the number of bins plus the bin when not. */
  decode(): Uint16Array;
}

/** Smallest positive normal double, added to probabilities so that they have a logarithm, as in librosa. */
const TINY = 2 ** -1022;
const LOG_TINY = Math.log(TINY);

/** One step of the decoding into the states of one voicing. */
interface Step {
  voicing: 0 | 1;
  /** Score of a jump from the best state, `anywhere`, which is always possible. */
  jump: number;
  anywhere: number;
  pointers: Uint16Array;
}

/**
 * Prepares Viterbi decoding (Viterbi 1967) over pitch bins, each voiced and unvoiced, from a uniform distribution, as
 * librosa.sequence.viterbi of pYIN's transition matrix. That matrix is a band of logarithms
 * of a triangle: a step costs bins × log(bins); a
 * jump outside it has librosa's probability, the smallest positive double. Back-pointers take 4 bytes per bin and
 * frame. Throws RangeError for more than 32,767 bins.
 */
export function pitchPath({ bins, transitionWidth, switchProb }: PitchPathSettings): PitchPath {
  if (bins > 32_767)
    throw new RangeError(
      `There are ${bins} pitch bins, and at most 32767 can be decoded; use a coarser resolution.`,
    );
  const states = 2 * bins;
  // Offset of the triangle's first bin: librosa centres the window in the row of bins, then turns the row.
  const firstOffset = Math.floor((bins - transitionWidth) / 2) + Math.floor(bins / 2) + 1 - bins;
  const triangle = Float64Array.from({ length: transitionWidth }, (_, i) =>
    Math.min(i + 1, transitionWidth - i),
  );
  /** Log of the sum of a bin's transitions to those that exist. */
  const logTotal = Float64Array.from({ length: bins }, (_, from) => {
    let total = 0;
    for (let i = 0; i < transitionWidth; i++) {
      const to = from + firstOffset + i;
      if (to >= 0 && to < bins) total += triangle[i];
    }
    return Math.log(total);
  });
  const logTriangle = triangle.map(Math.log);
  const [logStay, logSwitch] = [Math.log(1 - switchProb + TINY), Math.log(switchProb + TINY)];

  let scores = new Float64Array(states);
  let next = new Float64Array(states);
  /** The best way out of each bin into a voicing, and the voicing it comes from. */
  const leaving = new Float64Array(bins);
  const leavingFrom = new Uint16Array(bins);
  /** Back-pointers of each frame but the first. */
  const before: Uint16Array[] = [];
  let started = false;

  function bestState(): number {
    let best = 0;
    for (let state = 1; state < states; state++) if (scores[state] > scores[best]) best = state;
    return best;
  }

  /** The best predecessors of the states of one voicing, into `next` and `pointers`. */
  function advance(voicing: 0 | 1, anywhere: number, pointers: Uint16Array): void {
    for (let bin = 0; bin < bins; bin++) {
      const fromVoiced = scores[bin] + (voicing === 0 ? logStay : logSwitch);
      const fromUnvoiced = scores[bins + bin] + (voicing === 0 ? logSwitch : logStay);
      leaving[bin] = Math.max(fromVoiced, fromUnvoiced) - logTotal[bin];
      leavingFrom[bin] = fromVoiced >= fromUnvoiced ? bin : bins + bin;
    }
    const jump = scores[anywhere] + LOG_TINY;
    spread(0, bins - 1, 0, bins - 1, { voicing, jump, anywhere, pointers });
  }

  /**
   * The best predecessors of the bins from `low` to `high`, which lie from `fromLow` to `fromHigh`: the one in the middle
   * first, which bounds those of both halves. The logarithm of a triangle is concave, so that a higher bin never has a
   * lower best predecessor (Aggarwal et al. 1987). Of equal ones the lowest counts, as in librosa.
   */
  function spread(low: number, high: number, fromLow: number, fromHigh: number, step: Step): void {
    if (low > high) return;
    const to = (low + high) >> 1;
    const first = Math.max(fromLow, to - firstOffset - transitionWidth + 1);
    const last = Math.min(fromHigh, to - firstOffset);
    let [best, bestScore] = [first, leaving[first] + logTriangle[to - first - firstOffset]];
    for (let from = first + 1; from <= last; from++) {
      const score = leaving[from] + logTriangle[to - from - firstOffset];
      if (score > bestScore) {
        best = from;
        bestScore = score;
      }
    }
    const { voicing, jump, anywhere, pointers } = step;
    const jumps = jump >= bestScore;
    next[voicing * bins + to] = jumps ? jump : bestScore;
    pointers[voicing * bins + to] = jumps ? anywhere : leavingFrom[best];
    spread(low, to - 1, fromLow, best, step);
    spread(to + 1, high, best, fromHigh, step);
  }

  return {
    observe(voiced, unvoiced) {
      if (started) {
        const anywhere = bestState();
        const pointers = new Uint16Array(states);
        advance(0, anywhere, pointers);
        advance(1, anywhere, pointers);
        before.push(pointers);
      } else {
        next.fill(-Math.log(states));
        started = true;
      }
      const logUnvoiced = Math.log(unvoiced + TINY);
      for (let bin = 0; bin < bins; bin++) {
        next[bin] += voiced[bin] === 0 ? LOG_TINY : Math.log(voiced[bin] + TINY);
        next[bins + bin] += logUnvoiced;
      }
      [scores, next] = [next, scores];
    },
    decode() {
      if (!started) return new Uint16Array(0);
      const path = new Uint16Array(before.length + 1);
      path[before.length] = bestState();
      for (let t = before.length; t > 0; t--) path[t - 1] = before[t - 1][path[t]];
      return path;
    },
  };
}
