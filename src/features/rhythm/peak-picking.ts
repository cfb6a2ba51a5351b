/** Peak picking in an envelope. */

/** What makes a peak; names and meaning as in librosa.util.peak_pick. Fractions of a frame are rounded up. */
export interface PeakPickingSettings {
  /** Frames before a peak over which it is the largest. */
  preMax: number;
  /** Frames from a peak on over which it is the largest, itself included. */
  postMax: number;
  /** Frames before a peak over which the mean is taken. */
  preAvg: number;
  /** Frames from a peak on over which the mean is taken, itself included. */
  postAvg: number;
  /** How far a peak reaches above that mean. */
  delta: number;
  /** Frames after a peak in which there is no other. */
  wait: number;
}

function checkPeakPicking(settings: PeakPickingSettings): void {
  for (const name of ['preMax', 'preAvg', 'delta', 'wait'] as const)
    if (!(settings[name] >= 0))
      throw new RangeError(`${name} must be a non-negative number, not ${settings[name]}.`);
  for (const name of ['postMax', 'postAvg'] as const)
    if (!(settings[name] > 0))
      throw new RangeError(`${name} must be a positive number, not ${settings[name]}.`);
}

/**
 * Picks peaks greedily from left to right, ascending: a frame that is the largest of those around it, reaches `delta`
 * above their mean, and lies more than `wait` frames after the last peak (Böck, Krebs and Schedl 2012), as
 * librosa.util.peak_pick. Costs the envelope's length times the windows'. Throws RangeError for a setting out of range.
 */
export function pickPeaks(envelope: Float32Array, settings: PeakPickingSettings): Uint32Array {
  checkPeakPicking(settings);
  const { delta } = settings;
  const [preMax, postMax, preAvg, postAvg, wait] = [
    settings.preMax,
    settings.postMax,
    settings.preAvg,
    settings.postAvg,
    settings.wait,
  ].map(Math.ceil);

  function isPeak(frame: number): boolean {
    const value = envelope[frame];
    const lastOfMax = Math.min(envelope.length, frame + postMax);
    for (let i = Math.max(0, frame - preMax); i < lastOfMax; i++) if (!(envelope[i] <= value)) return false;
    const firstOfMean = Math.max(0, frame - preAvg);
    const endOfMean = Math.min(envelope.length, frame + postAvg);
    let sum = 0;
    for (let i = firstOfMean; i < endOfMean; i++) sum += envelope[i];
    return value >= sum / (endOfMean - firstOfMean) + delta;
  }

  const peaks: number[] = [];
  for (let frame = 0; frame < envelope.length; frame++) {
    if (!isPeak(frame)) continue;
    peaks.push(frame);
    frame += wait;
  }
  return Uint32Array.from(peaks);
}
