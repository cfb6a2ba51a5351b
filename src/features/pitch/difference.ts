/** YIN's difference function: how unlike itself a frame is one period later. */
import { autocorrelation } from '../autocorrelation.js';
import { frameCount, padForFraming } from '../framing.js';
import type { PitchAnalysis } from './settings.js';

/** Smallest positive normal double, added to what is divided by, so that digital silence gives 0. */
const TINY = 2 ** -1022;

/** Fills `normalized` with d′ of the periods from minPeriod to maxPeriod. */
type Difference = (frame: Float64Array, normalized: Float64Array) => void;

function normalizedDifference({ framing: { frameLength }, minPeriod, maxPeriod }: PitchAnalysis): Difference {
  const correlate = autocorrelation(frameLength, maxPeriod + 1);
  const correlations = new Float64Array(maxPeriod + 1);
  return (frame, normalized) => {
    correlate(frame, correlations);
    let [energyBefore, sumOfDifferences] = [frame[0] * frame[0], 0];
    for (let period = 1; period <= maxPeriod; period++) {
      if (period > 1) energyBefore += frame[period - 1] * frame[period - 1];
      // At period 1, librosa 0.11 does not subtract the first sample's energy; we keep to its numbers.
      const head = period === 1 ? 0 : energyBefore;
      // Rounding can leave what is a sum of squares a hair below zero.
      const difference = Math.max(0, 2 * (correlations[0] - correlations[period]) - head);
      sumOfDifferences += difference;
      if (period >= minPeriod)
        normalized[period - minPeriod] = difference / (sumOfDifferences / period + TINY);
    }
  };
}

/**
 * Calls `use` with the cumulative mean normalised difference function d′ of each frame (de Cheveigné and Kawahara 2002,
 * equation 8) from minPeriod to maxPeriod: 0 where the frame repeats itself, about 1 where it does not; the array is
 * reused. Computed from the autocorrelation as in librosa: the frame's samples stay in the sum when the shifted frame
 * has ended. Throws RangeError when the signal is too short to be reflected.
 */
export function eachDifference(
  samples: Float32Array,
  analysis: PitchAnalysis,
  use: (frame: number, normalized: Float64Array) => void,
): void {
  const { framing, minPeriod, maxPeriod } = analysis;
  const { frameLength, hopLength } = framing;
  const difference = normalizedDifference(analysis);
  const padded = padForFraming(samples, framing);
  const frames = frameCount(samples.length, framing);
  const frame = new Float64Array(frameLength);
  const normalized = new Float64Array(maxPeriod - minPeriod + 1);
  for (let t = 0; t < frames; t++) {
    frame.set(padded.subarray(t * hopLength, t * hopLength + frameLength));
    difference(frame, normalized);
    use(t, normalized);
  }
}

/**
 * Whether an entry is a local minimum, as in librosa.yin and librosa.pyin: below the entry before and not above the one
 * after; at the edges, below its only neighbour.
 */
export function isTrough(values: Float64Array, i: number): boolean {
  if (i === 0) return values[0] < values[1];
  return values[i] < values[i - 1] && (i === values.length - 1 || values[i] <= values[i + 1]);
}

/**
 * Offset of the extremum of the parabola through entry `i` and its neighbours, between −1 and 1; 0 at the edges and
 * where it is further away.
 */
export function parabolicShift(values: Float64Array, i: number): number {
  if (i === 0 || i === values.length - 1) return 0;
  const curvature = values[i + 1] + values[i - 1] - 2 * values[i];
  const slope = (values[i + 1] - values[i - 1]) / 2;
  return Math.abs(slope) >= Math.abs(curvature) ? 0 : -slope / curvature;
}
