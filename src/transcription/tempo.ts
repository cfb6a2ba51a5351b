/** The tempo that note onsets keep. */

/** Tempi that are considered, in beats per minute. */
const RANGE = { least: 50, most: 200 };

/** Ratio of one tempo to the next. */
const STEP = 1.0025;

/** The likeliest tempo, and how far from it is still likely, as a standard deviation in octaves. */
const LIKELIEST = 110;
const SPREAD = 0.8;

/** How much the prior counts beside the coherence, which is at most 3. */
const PRIOR = 0.75;

/** Seconds within which a singer keeps the tempo: the onsets of each such stretch are held against a grid of their own. */
const STRETCH = 12;

/** Fewer onsets than this have no tempo. */
const LEAST_ONSETS = 4;

/** How strongly onsets lie on a grid of a period: the length of their mean on the circle, from 0 to 1. */
function coherence(onsets: readonly number[], period: number): number {
  let [x, y] = [0, 0];
  for (const onset of onsets) {
    const angle = (2 * Math.PI * onset) / period;
    x += Math.cos(angle);
    y += Math.sin(angle);
  }
  return Math.hypot(x, y) / onsets.length;
}

/** Onsets in stretches that overlap by half; those with too few onsets are left out. */
function stretches(onsets: readonly number[]): number[][] {
  const found: number[][] = [];
  const last = onsets[onsets.length - 1];
  for (let begin = onsets[0]; begin <= last; begin += STRETCH / 2) {
    const within = onsets.filter((onset) => onset >= begin && onset < begin + STRETCH);
    if (within.length >= LEAST_ONSETS) found.push(within);
    if (begin + STRETCH > last) break;
  }
  return found;
}

/**
 * Tempo in beats per minute, from 50 to 200: that at which the onsets lie most closely on beats and on halves of beats,
 * weighted by a log-normal prior around 110; null for fewer than four onsets. A tempo and its double fit a melody about
 * equally well, and the prior decides between them. The tempo may drift: each stretch of 12 s has its own beginning.
 *
 * @param onsets - in seconds, in order
 */
export function fitTempo(onsets: readonly number[]): number | null {
  const parts = onsets.length < LEAST_ONSETS ? [] : stretches(onsets);
  if (parts.length === 0) return null;
  let [best, bestScore] = [LIKELIEST, -Infinity];
  for (let bpm = RANGE.least; bpm <= RANGE.most; bpm *= STEP) {
    const beat = 60 / bpm;
    let [score, count] = [0, 0];
    for (const part of parts) {
      score += part.length * (coherence(part, beat) + 2 * coherence(part, beat / 2));
      count += part.length;
    }
    const octaves = Math.log2(bpm / LIKELIEST) / SPREAD;
    const total = score / count - PRIOR * octaves * octaves;
    if (total > bestScore) [best, bestScore] = [bpm, total];
  }
  return best;
}

/**
 * Where the beats of a tempo lie in the beginning: seconds after 0, less than a beat, by the mean of the onsets of the
 * first stretch on the circle of a beat. `onsets`: one at least, in order.
 */
export function beatPhase(onsets: readonly number[], bpm: number): number {
  const beat = 60 / bpm;
  let [x, y] = [0, 0];
  for (const onset of onsets) {
    if (onset > onsets[0] + STRETCH) break;
    x += Math.cos((2 * Math.PI * onset) / beat);
    y += Math.sin((2 * Math.PI * onset) / beat);
  }
  return ((Math.atan2(y, x) / (2 * Math.PI) + 1) % 1) * beat;
}
